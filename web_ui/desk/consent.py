"""The noun consent: confirm that it is on record, hold, erase; each said in clear and signed, and its deed noted first.

Apart because these alone change what becomes of a session. What must be destroyed is destroyed by whoever keeps the
store and by the boxes; the desk only says so.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Final

from flask import Blueprint, render_template

from appliance.errors import BadInput, Forbidden, NotFound
from appliance.said.kinds import WHYS
from appliance.said.terms import DAY_MS
from web_ui.answers import Answer
from web_ui.desk.archive import CODE, all_rows
from web_ui.desk.rows import keep_days
from web_ui.desk.site import DeskSite, the_desk
from web_ui.fields import Body, flag, op_id, perhaps_whole
from web_ui.guard import body, changes, opened, visitor

pages: Final = Blueprint("consent", __name__)
DAYS_MOST: Final = 36_500
BY_A_PERSON: Final = ("objection", "withdrawn", "request")


@changes(pages, "/api/sessions/<session>/confirm")
def confirm(session: str) -> Answer:
    """`days`: how long it is to be kept from now on; without, as the policy says of its class."""
    desk, asked = _desk_for(session), body()
    days = perhaps_whole(asked, "days", 1, DAYS_MOST)
    request = op_id(asked)
    if not desk.voice.knows(request, "confirmed", session=session):
        _check_stays(desk, session)
        line = opened().known.lines().get(session)
        days = days or keep_days(desk.books.facts().policy, line.purpose if line is not None else None)
        desk.audit.note(visitor().by, "confirmed", request, session=session)
        until = desk.clock.utc_ms() + days * DAY_MS
        desk.voice.say("confirmed", {"session": session, "keep_until": until}, request)
    return Answer({"confirmed": session})


@changes(pages, "/api/sessions/<session>/hold")
def hold(session: str) -> Answer:
    """`on`: nothing of it may be erased while this is on."""
    desk, asked = _desk_for(session), body()
    on, request = flag(asked, "on"), op_id(asked)
    if not desk.voice.knows(request, "hold", session=session, on=on):
        _check_stays(desk, session)
        desk.audit.note(visitor().by, "held" if on else "released", request, session=session)
        desk.voice.say("hold", {"session": session, "on": on}, request)
    return Answer({"held": on})


@changes(pages, "/api/sessions/<session>/erase")
def erase(session: str) -> Answer:
    """Order it; the answer's `order` has a receipt. Raises Forbidden while a hold is on."""
    desk, asked = _desk_for(session), body()
    why, request = _why(asked), op_id(asked)
    if not desk.voice.knows(request, "erase", sessions=[session]):
        _order(desk, [session], why, request, session=session)
    return Answer({"order": request})


@changes(pages, "/api/families/<code>/erase")
def erase_family(code: str) -> Answer:
    """Every session of a family, and its keys: then nobody can open its visits and consents either.

    Raises Forbidden where one of them is held, NotFound where there is none.
    """
    desk, asked = the_desk(), body()
    why, request = _why(asked), op_id(asked)
    if not CODE.fullmatch(code):
        raise NotFound("There is no such family.")
    if not desk.voice.knows(request, "erase"):
        every, whole = all_rows()
        rows = [row for row in every if row["family"] == code]
        if not whole:
            raise Forbidden("What was tagged is still being read.", "Wait until it is, then erase.")
        families = [view.id for view in opened().known.families() if view.code == code]
        if not rows and not families:
            raise NotFound("There is no such family.")
        sessions = [row["id"] for row in rows if row["order"] is None]
        gone = desk.standing.families_ordered()
        _order(desk, sessions, why, request, [each for each in families if each not in gone], family=code)
    return Answer({"order": request})


@pages.get("/receipts/<order>")
def receipt(order: str) -> str:
    """Printable: what was ordered, who did it, what was destroyed where, and where that is still awaited."""
    desk = the_desk()
    desk.standing.look()
    with opened().known.turn():  # who ordered it may be written down only a moment ago
        pass
    ordered = desk.standing.order(_uuid(order))
    done = sorted(desk.standing.done(ordered), key=lambda each: each.place)
    boxes = {each.device: each.name for each in desk.books.devices()}
    deed = next(
        (each for each in desk.sign_ins.trail(visitor().by).newest(1 << 30) if _ordered(each.about, order)), None
    )
    staff = {each.id: each.name for each in desk.staff.members()}
    return render_template(
        "desk_receipt.html",
        page="sessions",
        order=ordered,
        done=done,
        boxes=boxes,
        store=desk.books.facts().name,
        by=staff.get(deed.by, "") if deed else "",
        family=deed.about.get("family", "") if deed else "",
        utc=_utc,
    )


def _order(
    desk: DeskSite, sessions: list[str], why: str, request: str, families: Sequence[str] = (), **about: str
) -> None:
    for session in sessions:
        _check_stays(desk, session)
        if desk.standing.consent(session).held:
            raise Forbidden("A hold is on: nothing of this may be erased.", "Release the hold first, if that is right.")
    if not sessions and not families:
        raise Forbidden("All of this is being erased already.")
    desk.audit.note(visitor().by, "erased", request, order=request, why=why, **about)
    desk.voice.say("erase", {"sessions": sessions, "families": list(families), "why": why}, request)


def _desk_for(session: str) -> DeskSite:
    """Raises NotFound, Unreadable."""
    desk = the_desk()
    desk.films.check(session)
    desk.standing.look()
    return desk


def _check_stays(desk: DeskSite, session: str) -> None:
    if desk.standing.consent(session).order is not None:
        raise Forbidden("This session is being erased already.", "That cannot be taken back.")


def _why(asked: Body) -> str:
    why = asked.get("why")
    if not isinstance(why, str) or why not in WHYS or why not in BY_A_PERSON:
        raise BadInput("{field} is one of {names}.", field="why", names=", ".join(BY_A_PERSON))
    return why


def _uuid(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise NotFound("There is no such order to erase.") from None


def _ordered(about: Mapping[str, str], order: str) -> bool:
    return about.get("order") == order


def _utc(utc_ms: int) -> str:
    from appliance.clock import utc_text

    return utc_text(utc_ms)[:16].replace("T", " ") + " UTC"
