"""The noun unlock: pair a phone, bring the key into memory, send it away again, end the visit.

Apart because nothing else may set a cookie.
"""

import re
import uuid
from contextlib import suppress
from typing import Any, Final

from flask import Blueprint, Response, render_template

from appliance.errors import BadInput, Fault, Forbidden
from web_ui.answers import Answer
from web_ui.cookies import make_answer
from web_ui.fields import ID, line, many, matching, op_id
from web_ui.guard import body, changes, paired_phone, visitor
from web_ui.phones import described
from web_ui.site import BoxSite, the_box
from web_ui.visitor import Role

pages: Final = Blueprint("unlock", __name__)
PIN: Final = re.compile(r"[0-9]{4,12}", re.ASCII)
NAME_MOST: Final = 40
SESSIONS_MOST: Final = 1000


@pages.get("/unlock")
def page() -> str:
    return render_template("unlock.html", page="unlock")


@pages.get("/api/hello")
def hello() -> Response:
    """What a page must know before it may ask anything else; begins the phone's cookie anew."""
    site, who = the_box(), visitor()
    told = {
        "paired": who.phone is not None,
        "unlocked": who.role is Role.UNLOCKED,
        "phones": len(site.phones.all()),
        "pairing_open_s": site.pairing.open_s(),
        "demo": site.config.hardware == "bench",
    }
    cookies = {"phone": site.phones.cookie(who.phone, who.secret)} if who.phone is not None else {}
    return make_answer(told, cookies=cookies)


@changes(pages, "/api/pair")
def pair() -> Answer:
    asked = body()
    name = None if asked.get("name") is None else line(asked, "name", NAME_MOST)
    phone, secret, token = the_box().pairing.pair(_pin(asked), name)
    told = {"paired": True, "unlocked": True, "pairing": phone.id, "name": phone.name}
    return Answer(told, {"phone": the_box().phones.cookie(phone, secret), "signin": token})


@changes(pages, "/api/unlock")
def unlock() -> Answer:
    site, phone = the_box(), paired_phone()
    sealed, pin, secret = site.phones.sealed_of(phone), bytearray(_pin(body()), "ascii"), bytearray(visitor().secret)
    token = site.keeping.try_opening(phone.id, lambda: site.keeping.link.unlock(*sealed, pin, secret))
    return Answer({"unlocked": True}, {"signin": token})


@changes(pages, "/api/lock")
def lock() -> Answer:
    the_box().keeping.lock()
    return Answer({"unlocked": False}, {"signin": None})


@changes(pages, "/api/end-visit")
def end_visit() -> Answer:
    """Every session but those in `keep` can be played on this box no more; then lock, whatever became of that."""
    site, asked = the_box(), body()
    keep = many(asked, "keep", SESSIONS_MOST)
    if not all(isinstance(each, str) and ID.fullmatch(each) for each in keep):
        raise BadInput("keep is a list of session ids.")
    if site.recorder.ask("status")["film"] is not None:
        raise Forbidden("The box is recording.", "Stop the recording, then end the visit.")
    try:
        with suppress(Fault):  # a silent recorder is disarmed as soon as it answers
            site.visiting.end(str(uuid.uuid5(uuid.UUID(op_id(asked)), "arm")))
        forgotten = _forget(site, set(keep), op_id(asked))
    finally:
        site.keeping.lock()
    _send_off(site, op_id(asked))
    return Answer({"unlocked": False, "forgotten": forgotten}, {"signin": None})


@pages.get("/api/phones")
def phones() -> dict[str, Any]:
    return {"phones": described(the_box().phones.all(), paired_phone().id)}


@changes(pages, "/api/phones/<phone_id>/revoke")
def revoke(phone_id: str) -> Answer:
    site, this = the_box(), paired_phone().id == phone_id
    site.pairing.revoke(phone_id)
    return Answer({"revoked": phone_id}, {"phone": None, "signin": None} if this else {})


def _forget(site: BoxSite, keep: set[str], asked_as: str) -> list[str]:
    """Each under an op_id of its own that follows from the request's, so that asking again does it once."""
    forgotten = [each for each in site.films.playable_here() if each not in keep]
    for session in forgotten:
        site.recorder.ask("forget", session=session, op_id=str(uuid.uuid5(uuid.UUID(asked_as), session)))
    return forgotten


def _send_off(site: BoxSite, asked_as: str) -> None:
    """What was filmed may go home now; a courier that does not answer looks for a way by itself."""
    with suppress(Fault):
        site.courier.ask("go", op_id=str(uuid.uuid5(uuid.UUID(asked_as), "go")))


def _pin(asked: dict[str, Any]) -> str:
    return matching(asked, "pin", PIN, "4 to 12 digits")
