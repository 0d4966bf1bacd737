"""The noun objection: the family wants no film, so what becomes of the one that was just stopped for them.

Apart from carrying's erasing, which needs the key: an objection is not argued with, and a locked phone may do it.
"""

from dataclasses import dataclass
from typing import Any, Final

from flask import Blueprint

from appliance.errors import BadInput, Forbidden, NotFound, Unreadable
from appliance.practice.projection import SessionLine
from appliance.store.lines import Closed
from web_ui.answers import Answer
from web_ui.fields import op_id
from web_ui.guard import body, changes, opened, visitor
from web_ui.site import BoxSite, the_box
from web_ui.visitor import Role

pages: Final = Blueprint("objection", __name__)
WHY: Final = "objection"
JUST_MS: Final = 30 * 60_000
"""How long after its end the newest film may be erased by a phone that did not give its PIN."""
WHAT: Final = ("keep", "erase", "family")
TURNS: Final = 30
"""How often a page waits for what is still being read before it says so: `Known.turn` waits 0.3 s."""


@pages.get("/api/objection/<session>")
def told(session: str) -> dict[str, Any]:
    """What may be chosen: `erase` this film by this phone as it is; `family`, a code, of so many `films` here.

    `family` is None where none was given or, while this phone is locked, not known; `filming`: it has no end yet;
    `reading`: more may be found.
    """
    site, unlocked = the_box(), visitor().role is Role.UNLOCKED
    try:
        site.films.check(session)
    except (NotFound, Unreadable):
        gone = {"gone": True, "filming": False, "reading": False, "erase": False, "family": None, "films": 0}
        return {**gone, "unlocked": unlocked}
    family = _family(site, session) if unlocked else _Family()
    return {
        "gone": False,
        "filming": _live(site, session),
        "unlocked": unlocked,
        "erase": unlocked or just_ended(site, session),
        "reading": not family.whole,
        "family": family.code,
        "films": len(family.sessions),
    }


@changes(pages, "/api/sessions/<session>/objection")
def objection(session: str) -> Answer:
    """`do`: keep the film, erase it, or erase every film of its `family`, which needs the PIN.

    Raises Forbidden while it is being recorded, where a hold is on, and for an older film while this phone is locked.
    """
    site, asked = the_box(), body()
    do = asked.get("do")
    if do not in WHAT or not isinstance(do, str):
        raise BadInput("{field} is one of {names}.", field="do", names=", ".join(WHAT))
    if do == "keep":
        site.films.check(session)
        return Answer({"erased": []})
    if visitor().role is Role.UNLOCKED:
        site.entrance.check(visitor(), used=True)
    if do == "family":
        return Answer({"erased": _erase_family(site, session, op_id(asked))})
    if visitor().role is not Role.UNLOCKED and not just_ended(site, session):
        raise Forbidden(
            "A locked phone can erase only the film that ended just now.", "Unlock the box, then erase it in Films."
        )
    site.films.check(session)
    site.recorder.ask("erase", session=session, why=WHY, op_id=op_id(asked))
    return Answer({"erased": [session]})


def _live(site: BoxSite, session: str) -> bool:
    try:
        return site.films.film(session).live
    except Unreadable:  # it has only just begun
        return True


def just_ended(site: BoxSite, session: str) -> bool:
    """Whether this is the newest film and was closed in this run of the box, not long ago.

    By either clock: one stands still in a pause, the other may be put right.
    """
    facts = site.films.facts()
    newest = facts[-1] if facts else None
    if newest is None or newest.id != session or newest.boot != site.clock.boot_id():
        return False
    end = site.films.film(session).lines[-1]
    if not isinstance(end, Closed):
        return False
    ago_ms = (site.clock.monotonic_us() - newest.end_us) // 1000, abs(site.clock.utc_ms() - end.utc_ms)
    return min(ago_ms) <= JUST_MS


@dataclass(frozen=True, slots=True)
class _Family:
    """The code of a film's family, None where none is known; all of its films here; `whole`: no more may be found."""

    code: str | None = None
    sessions: tuple[str, ...] = ()
    whole: bool = True


def _family(site: BoxSite, session: str) -> _Family:
    with opened().known.turn() as whole:
        lines = opened().known.lines()
    code = _code(lines.get(session))
    theirs = (each.id for each in site.films.facts() if _code(lines.get(each.id)) == code)
    return _Family(code, () if code is None else tuple(theirs), whole)


def _code(line: SessionLine | None) -> str | None:
    return None if line is None else line.family


def _erase_family(site: BoxSite, session: str, request: str) -> list[str]:
    """The web orders it aloud, so that the office hears of it too; the recorder obeys.

    Raises Locked, and Forbidden where not all is read yet or no family was given.
    """
    order = site.standings.ordered(request)
    if order is None:
        found = (_family(site, session) for _ in range(TURNS))
        family = next((each for each in found if each.whole), None)
        if family is None:
            raise Forbidden("What belongs to this family is still being read.", "Wait a moment, then try again.")
        if family.code is None:
            raise Forbidden("No family was given for this film.", "Erase this film; find others in Films.")
        order = site.standings.order(family.sessions, WHY, request)
    answer = site.recorder.ask("obey", statement=order.decode(), op_id=request)
    erased: list[str] = answer["erased"]
    return erased
