"""The noun check: verify a session on demand, and tell how far it is.

Apart because it goes on when the page that asked is gone.
"""

from typing import Any, Final

from flask import Blueprint

from appliance.errors import Fault
from web_ui.answers import Answer
from web_ui.desk.site import the_desk
from web_ui.fields import op_id
from web_ui.guard import body, changes, visitor

pages: Final = Blueprint("checks", __name__)


@changes(pages, "/api/sessions/<session>/check")
def begin(session: str) -> Answer:
    desk = the_desk()
    desk.films.check(session)
    desk.audit.note(visitor().by, "verified", op_id(body()), session=session)
    folder = desk.store.session(session)
    return Answer(dict(desk.verifying.begin(session, folder, _public(session), desk.clock.utc_ms()).told()))


@pages.get("/api/sessions/<session>/check")
def told(session: str) -> dict[str, Any]:
    the_desk().films.check(session)
    check = the_desk().verifying.of(session)
    return {"check": None if check is None else dict(check.told())}


def _public(session: str) -> str | None:
    """The key of the registered device that it says it comes from."""
    desk = the_desk()
    try:
        return desk.books.device(desk.standing.box_of(session)).device_public
    except Fault:
        return None
