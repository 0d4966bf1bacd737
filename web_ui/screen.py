"""The noun screen: the page that a family looks at, which shows what an unlocked phone sends to it and nothing else.

Apart from the phone's pages because its browser is nobody's: it has a cookie of its own that opens this and no more.
"""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, render_template, request

from appliance.errors import BadInput, Forbidden
from appliance.practice.items import Card, Clip, Item
from appliance.practice.screen import PARENTS, SCREENS, Event, Face, Screen
from web_ui.answers import Answer
from web_ui.cookies import read_cookie
from web_ui.fields import FAR_MS, FAR_US, Body, from_query, op_id, perhaps_whole, whole
from web_ui.guard import body, changes
from web_ui.keeping import too_often
from web_ui.limits import Rate
from web_ui.noting import note_shown, note_that_one
from web_ui.showing import Shown
from web_ui.site import BoxSite, the_box

pages: Final = Blueprint("screen", __name__)
LONGEST_MS: Final = 2_000
"""For how long the screen's own question is held: it takes silence for a lost connection, and closes the curtain."""
TOLD: Final = Rate(20, 4)
ASKED: Final = Rate(10, 0.2)


@pages.get("/screen")
def page() -> str:
    return render_template("screen.html", page="screen")


@changes(pages, "/api/screen/ask")
def ask() -> Answer:
    """A number to show, and the cookie by which this browser is known once a phone has chosen that number."""
    site, address = the_box(), request.remote_addr or ""
    wait_s = site.buckets.wait_s(f"screen {address}", ASKED, site.clock.monotonic_us())
    if wait_s:
        raise too_often("This browser asked for too many numbers.", wait_s)
    code, token = site.showing.ask(address)
    return Answer({"code": code}, {"screen": token})


@pages.get("/api/screen/code")
def code() -> dict[str, Any]:
    """`code`: None once it is over; `taken`: this browser is the screen now."""
    showing, token = the_box().showing, read_cookie("screen")
    return {"code": showing.code_of(token), "taken": showing.is_screen(token)}


@pages.get("/api/screen")
def state() -> dict[str, Any]:
    """What to show. With `rev`: as soon as there is another, or after `wait_ms`. Raises Locked."""
    site = the_box()
    site.keeping.check(used=False)
    site.showing.heard()
    rev = from_query(request.args, "rev", 0, FAR_US) if "rev" in request.args else None
    wait_ms = from_query(request.args, "wait_ms", 0, LONGEST_MS, default=0)
    site.showing.wait(rev, wait_ms / 1000, screen=True)
    site.keeping.check(used=False)
    rev, shown = site.showing.rev, site.showing.now
    if shown.screen.film:
        site.playing.seen()
    return {"rev": rev, **screen_told(shown.screen), **_film_told(site, shown)}


@changes(pages, "/api/screen/told")
def told() -> Answer:
    """Where the screen stands, or what a parent touched on it."""
    site, asked = the_box(), body()
    wait_s = site.buckets.wait_s("screen told", TOLD, site.clock.monotonic_us())
    if wait_s:
        raise too_often("The screen was touched too often.", wait_s)
    event = _event(asked)
    if event in PARENTS:
        if not site.showing.now.screen.parent:
            raise Forbidden("The practitioner has the remote.", "Ask for it to be handed over.")
        site.keeping.check(used=True)
    turn, steps = whole(asked, "turn", 0, FAR_US), whole({"steps": 0, **asked}, "steps", -FAR_MS, FAR_MS)
    at_ms = perhaps_whole(asked, "at_ms", 0, FAR_MS)
    before, after = site.showing.do(event, turn, steps, at_ms)
    if event in PARENTS:
        note_shown(site, before, after, event, asked_as=op_id(asked), at=at_ms)
    if event is Event.THAT_ONE:
        note_that_one(site, after, op_id(asked), at_ms)
        site.showing.marked()
    return Answer({"rev": site.showing.rev})


def _event(asked: Body) -> Event:
    try:
        event = Event(asked.get("do"))
    except ValueError:
        raise BadInput("A screen tells that it stood or went, or what a parent touched.") from None
    if event not in PARENTS | SCREENS:
        raise Forbidden("Only the phone may do this.")
    return event


def screen_told(screen: Screen) -> dict[str, Any]:
    """What screen and phone are both told."""
    return {
        "face": screen.face.value,
        "turn": screen.turn,
        "order": screen.order.value,
        "at_ms": screen.at_ms,
        "exact": screen.exact,
        "steps": screen.steps,
        "told_steps": screen.told_steps,
        "speed": screen.speed,
        "looping": screen.looping,
        "parent": screen.parent,
        "words": screen.words,
    }


def _film_told(site: BoxSite, shown: Shown) -> dict[str, Any]:
    """No session and no prompt; `words`: those of its tags, by language, where they are to be shown."""
    wanted = shown.screen.words and shown.screen.face is not Face.CARD
    tags = filter(None, map(site.tag_sets.tag, shown.tags)) if wanted else ()
    return {"item": _item_told(shown.screen.item, shown.token), "tags": [dict(tag.wording) for tag in tags]}


def _item_told(item: Item | None, token: str) -> Mapping[str, Any] | None:
    if item is None:
        return None
    if isinstance(item, Card):
        return {"kind": "card", "text": item.text}
    address = f"/screen/{token}"
    if isinstance(item, Clip):
        times = {"in_ms": item.in_ms, "out_ms": item.out_ms, "loops": item.loops, "hold_ms": item.hold_ms}
        return {"kind": "clip", "address": address, **times}
    return {"kind": "still", "address": address, "pts_ms": item.pts_ms}
