"""The noun record: how the recorder stands, and its verbs, relayed.

Apart from tagging because a recording needs neither a sign-in nor a key.
"""

from typing import Any, Final

from flask import Blueprint, redirect, render_template, request

from appliance.errors import NotFound
from web_ui import revision
from web_ui.answers import Answer
from web_ui.fields import op_id
from web_ui.guard import body, changes, paired_phone, visitor
from web_ui.site import the_box
from web_ui.visitor import Role

pages: Final = Blueprint("record", __name__)
VERBS: Final = {
    "start": (),
    "stop": ("reason",),
    "pause": (),
    "resume": (),
    "go_on": (),
    "arm": ("family", "purpose", "discreet", "target_min", "visit"),
}
"""What the recorder may be told, and the fields that go with it; it judges them itself."""


@pages.get("/")
def front() -> Any:
    return redirect("/unlock" if visitor().role is Role.STRANGER else "/visit")


@pages.get("/record")
def page() -> str:
    return render_template("record.html", page="record")


@pages.get("/api/status")
def status() -> dict[str, Any]:
    """The recorder's status and this phone's, and which revision that is; little of it to whoever has that one (`rev`).

    Of the film in progress, None without one: `minutes`, and, once it has begun, whether its consent is `confirmed`.
    `forgot`: a visit is under way, and nothing of it was filmed for minutes.
    `visitors`: ops that hide film for a visitor, each with whether that visitor is still there.
    """
    site, phone = the_box(), paired_phone()
    told = site.recorder.ask("status")
    session = None if told["film"] is None else told["film"]["session"]  # none before the first picture
    site.lane.utc_source = told["health"]["utc_source"]
    site.visiting.look(told)
    whole = {
        **told,
        "unlocked": visitor().role is Role.UNLOCKED,
        "pairing": phone.id,
        "name": phone.name,
        "locks_in_s": site.keeping.locks_in_s,
        "forgot": site.visiting.forgot(told),
        "confirmed": None if session is None else site.standings.confirmed(session),
        "visitors": {} if session is None else site.tagging.visitors.of(session),
        "minutes": None if told["film"] is None else told["film"]["film_ms"] // 60_000,
    }
    return revision.answer(whole, request.args.get("rev"))


@changes(pages, "/api/recorder/<verb>")
def verb(verb: str) -> Answer:
    if verb not in VERBS:
        raise NotFound("The recorder has no such verb.")
    asked = body()
    fields = {name: asked[name] for name in VERBS[verb] if name in asked}
    if verb == "arm":
        return _arm(fields, op_id(asked))
    return Answer(the_box().recorder.ask(verb, op_id=op_id(asked), **fields))


def _arm(asked: dict[str, Any], op_id: str) -> Answer:
    """In a visit it stays that visit's."""
    site = the_box()
    fields = site.visiting.arming(asked)
    answer = site.recorder.ask("arm", op_id=op_id, **fields)
    site.visiting.changed(fields)
    return Answer(answer)
