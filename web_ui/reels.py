"""The noun reel: what a family is to be shown, in its order, put together on the box out of moments.

Apart from the remote, which shows what was approved here.
"""

import uuid
from typing import Any, Final

from flask import Blueprint, render_template

from appliance.errors import BadInput, Fault, Forbidden
from appliance.practice.items import Clip, Item, Still, Unfit, long_ms, read_items, told
from appliance.practice.reels import Reel
from web_ui.answers import Answer
from web_ui.fields import UUID, flag, line, op_id, session_id
from web_ui.guard import body, changes, opened, visitor
from web_ui.lane import NewOp
from web_ui.site import BoxSite, the_box
from web_ui.subjects import Subject, subject_of

pages: Final = Blueprint("reels", __name__)
TITLE_CHARACTERS: Final = 80
MANY, LONG_MS = 5, 3 * 60_000
"""A review of more than so many items, or of more film, tires a family (PRACTICE.md): the page says so, and no more."""


@pages.get("/reels")
def page() -> str:
    return render_template("reels.html", page="reels")


@pages.get("/api/reels")
def listed() -> dict[str, Any]:
    """The last changed first within one subject. `reading`: more may be found."""
    site, known = the_box(), opened().known
    with known.turn() as whole:
        reels = known.reels()
    return {"reels": [_told(site, reel) for reel in reels], "reading": not whole}


@changes(pages, "/api/reels/<reel>")
def keep(reel: str) -> Answer:
    """A new version, whole. A new reel is about the family of `session`, or else about that session alone."""
    if not UUID.fullmatch(reel):
        raise BadInput("A reel's id is a UUID in lower case.")
    site, asked = the_box(), body()
    title, approved = line(asked, "title", TITLE_CHARACTERS), flag(asked, "approved")
    try:
        items = read_items(asked.get("items"))
    except Unfit:
        raise BadInput("An item of the reel is not as it should be.") from None
    if len(items) != len(asked["items"]):
        raise BadInput("An item is a clip, a still or a card.")
    subject = _subject(site, reel, asked)
    _check(site, items, subject)
    fields = {"reel": reel, "title": title, "approved": approved, "items": [told(item) for item in items]}
    site.lane.write(NewOp(_id(op_id(asked)), "reel", subject.id, (subject.recipient,), visitor().by, fields))
    return Answer({"reel": reel})


def _id(asked_as: str) -> str:
    return str(uuid.uuid5(uuid.UUID(asked_as), "reel"))


def _subject(site: BoxSite, reel: str, asked: dict[str, Any]) -> Subject:
    """That of the versions before; of a new reel that of the session it begins with."""
    with opened().known.turn():
        known = next((each for each in opened().known.reels() if each.id == reel), None)
    if known is not None:
        return subject_of(site, known.subject)
    if asked.get("session") is None:
        raise BadInput("A new reel is of a film; say which session.")
    return subject_of(site, session_id(asked))


def _check(site: BoxSite, items: tuple[Item, ...], subject: Subject) -> None:
    """No reel shows a family another's film. Raises Forbidden, NotFound."""
    for session in {item.session for item in items if isinstance(item, Clip | Still)}:
        site.films.check(session)
        if subject_of(site, session).id != subject.id:
            raise Forbidden("This film is not of the reel's family.", "Make a reel of its own for it.")


def _told(site: BoxSite, reel: Reel) -> dict[str, Any]:
    """`numbers`: of the films, by session; a session that is here no more has none. `many`, `long`: more than tires."""
    return {
        "id": reel.id,
        "subject": reel.subject,
        "title": reel.title,
        "approved": reel.approved,
        "items": [told(item) for item in reel.items],
        "numbers": {session: _number(site, session) for session in sorted(reel.sessions)},
        "long_ms": long_ms(reel.items),
        "many": len(reel.items) > MANY,
        "long": long_ms(reel.items) > LONG_MS,
    }


def _number(site: BoxSite, session: str) -> int | None:
    try:
        return site.films.opened(session).number
    except Fault:
        return None
