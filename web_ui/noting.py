"""Notes what was on the family's screen, and what a parent marked there, as ops of the session that was shown.

Apart from the screen's pages because a screen must follow at once: this comes after, and a full card stops no review.
"""

import uuid
from contextlib import suppress
from typing import Any, Final

from appliance.errors import CardFailing, CardFull, Fault, NotFound, Unreadable
from appliance.practice.items import Card, Clip, Item, Still
from appliance.practice.screen import Event, at_ms
from appliance.visit.tags import THAT_ONE
from web_ui.lane import NewOp
from web_ui.op_reading import stretch
from web_ui.showing import Shown
from web_ui.site import BoxSite

BY: Final = "screen"
ACTIONS: Final = {
    Event.PLAY: "play",
    Event.HOLD: "hold",
    Event.STEP_BACK: "hold",
    Event.STEP_ON: "hold",
    Event.BACK: "again",
    Event.AGAIN: "again",
    Event.HERE: "here",
    Event.THAT_ONE: "that-one",
}


def note_shown(
    site: BoxSite, before: Shown, after: Shown, event: Event, *, asked_as: str, at: int | None = None, by: str = BY
) -> None:
    """One op for what changed, under an id that follows from the request's; none where nothing did."""
    if event is Event.CURTAIN:
        note_stop(site, before, asked_as, by)
        return
    action = ACTIONS.get(event)
    if action is None or (event is not Event.THAT_ONE and before.screen.turn == after.screen.turn):
        return
    now_ms = at_ms(after.screen, site.clock.monotonic_us()) if at is None else at
    _write(site, after, {"action": action, "pts_ms": now_ms}, asked_as, by)


def note_show(site: BoxSite, before: Shown, after: Shown, asked_as: str, by: str) -> None:
    """Another item is on the screen."""
    note_stop(site, before, asked_as, by)
    action = "play" if isinstance(after.screen.item, Clip) else "hold"
    _write(site, after, {"action": action, "pts_ms": after.screen.at_ms}, asked_as, by)


def note_stop(site: BoxSite, before: Shown, asked_as: str, by: str) -> None:
    now_ms = at_ms(before.screen, site.clock.monotonic_us())
    _write(site, before, {"action": "stop", "pts_ms": now_ms}, f"{asked_as} stop", by)


def note_that_one(site: BoxSite, shown: Shown, asked_as: str, at: int | None) -> None:
    """The parent's own mark, a moment; raises as any tap does."""
    item = shown.screen.item
    if isinstance(item, Card) or item is None:
        return
    pts_ms = _within(item, shown.screen.at_ms if at is None else at)
    fields = stretch(pts_ms, {"tags": [THAT_ONE]}, *site.tagging.margins([THAT_ONE]))
    site.lane.write(_op(site, item.session, "moment", fields, asked_as=f"{asked_as} that-one", by=BY))


def _write(site: BoxSite, shown: Shown, fields: dict[str, Any], asked_as: str, by: str) -> None:
    item = shown.screen.item
    if isinstance(item, Card) or item is None:
        return
    whole = {**fields, "pts_ms": _within(item, fields["pts_ms"]), "reel": shown.reel.id if shown.reel else None}
    with suppress(CardFull, CardFailing, NotFound, Unreadable):
        site.lane.write(_op(site, item.session, "shown", {**whole, "during": _during(site)}, asked_as=asked_as, by=by))


def _op(site: BoxSite, session: str, kind: str, fields: dict[str, Any], *, asked_as: str, by: str) -> NewOp:
    id_ = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{asked_as} {kind}"))
    return NewOp(id_, kind, session, (site.films.recipient(session),), by, fields)


def _during(site: BoxSite) -> str | None:
    """The session that is being recorded."""
    with suppress(Fault):
        film = site.recorder.ask("status")["film"]
        return None if film is None else film["session"]
    return None


def _within(item: Item, ms: int) -> int:
    if isinstance(item, Clip):
        return max(item.in_ms, min(ms, item.out_ms - 1))
    return item.pts_ms if isinstance(item, Still) else ms
