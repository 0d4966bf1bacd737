"""What the family's screen shows, and how that changes: one table.

Apart and pure. The phone drives, the parent may where the practitioner lets them, and the screen tells where it stands;
a missing entry of the table is forbidden. Time is a parameter, in microseconds.

The picture at which a film is held is known by the screen alone, so orders are told relative to where it stands
(`Order.ON`, `BACK`, `steps`) with the nearest time that is known here, for a screen that was opened anew.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

from appliance.errors import Forbidden
from appliance.practice.items import Card, Clip, Item, Still

BACK_MS: Final = 5_000
SLOWER: Final[Mapping[float, float]] = {1.0: 0.5, 0.5: 0.25, 0.25: 1.0}


class Face(Enum):
    """CURTAIN: a plain colour. PLAYING, HELD: of a clip. STILL: one picture. CARD: words."""

    CURTAIN = "curtain"
    PLAYING = "playing"
    HELD = "held"
    STILL = "still"
    CARD = "card"


class Order(Enum):
    """Where a turn begins: at `at_ms`, on from where the screen is, or `BACK_MS` before that."""

    AT = "at"
    ON = "on"
    BACK = "back"


class Event(Enum):
    PLAY = "play"
    HOLD = "hold"
    BACK = "back"
    STEP_BACK = "step-back"
    STEP_ON = "step-on"
    AGAIN = "again"
    SLOW = "slow"
    LOOP = "loop"
    CURTAIN = "curtain"
    PARENT = "parent"
    WORDS = "words"
    HERE = "here"
    THAT_ONE = "that-one"
    STOOD = "stood"
    WENT = "went"


PARENTS: Final = frozenset({Event.PLAY, Event.AGAIN, Event.HERE, Event.THAT_ONE})
"""What a parent may do at the screen, while the practitioner lets them."""
SCREENS: Final = frozenset({Event.STOOD, Event.WENT})
"""What the screen tells by itself."""
PHONES: Final = frozenset(Event) - SCREENS - {Event.HERE, Event.THAT_ONE}


@dataclass(frozen=True, slots=True)
class Screen:
    """`turn`: counts orders. `at_ms`: in the film, at `since_us`; `exact` where the screen said so itself.

    `steps`: pictures on from where it was held; `at_ms` includes the first `told_steps` of them.
    """

    face: Face = Face.CURTAIN
    item: Item | None = None
    turn: int = 0
    order: Order = Order.AT
    at_ms: int = 0
    exact: bool = False
    since_us: int = 0
    steps: int = 0
    told_steps: int = 0
    speed: float = 1.0
    looping: bool = False
    parent: bool = False
    words: bool = False

    @property
    def film(self) -> bool:
        """Whether anything of a session is on it."""
        return self.face in (Face.PLAYING, Face.HELD, Face.STILL)


@dataclass(frozen=True, slots=True)
class Told:
    """What comes with an event of the screen: the `turn` and `steps` that it had followed by then, where it stands."""

    now_us: int
    turn: int | None = None
    steps: int = 0
    at_ms: int | None = None


Change = Callable[[Screen, Told], Screen]


def at_ms(screen: Screen, now_us: int) -> int:
    """Where in the film it is, as far as is known here."""
    clip = screen.item
    if screen.face is not Face.PLAYING or not isinstance(clip, Clip):
        return screen.at_ms
    gone_ms = round(max(0, now_us - screen.since_us) / 1000 * screen.speed)
    long_ms = clip.out_ms - clip.in_ms
    into_ms = screen.at_ms - clip.in_ms + gone_ms
    return clip.in_ms + (into_ms % long_ms if screen.looping else min(into_ms, long_ms - 1))


def showing(screen: Screen, item: Item, now_us: int) -> Screen:
    """This item, from its beginning. What the practitioner chose of parent and words stays."""
    fresh = Screen(turn=screen.turn + 1, item=item, since_us=now_us, parent=screen.parent, words=screen.words)
    if isinstance(item, Card):
        return replace(fresh, face=Face.CARD)
    if isinstance(item, Still):
        return replace(fresh, face=Face.STILL, at_ms=item.pts_ms, exact=True)
    return replace(fresh, face=Face.PLAYING, at_ms=item.in_ms, speed=item.speed)


def step(screen: Screen, event: Event, told: Told) -> Screen:
    """Raises Forbidden for what the table does not have."""
    change = TABLE.get((screen.face, event))
    if change is None:
        raise Forbidden("The screen shows nothing that this could be done with.", "Choose what it is to show first.")
    return change(screen, told)


def _turn(screen: Screen, face: Face, order: Order, at: int, told: Told) -> Screen:
    exact = order is Order.AT
    changed = replace(screen, face=face, turn=screen.turn + 1, order=order, at_ms=at, exact=exact, steps=0)
    return replace(changed, told_steps=0, since_us=told.now_us)


def _same(screen: Screen, _: Told) -> Screen:
    return screen


def _play_on(screen: Screen, told: Told) -> Screen:
    at_end = isinstance(screen.item, Clip) and screen.at_ms >= screen.item.out_ms - 1
    return _again(screen, told) if at_end else _turn(screen, Face.PLAYING, Order.ON, screen.at_ms, told)


def _hold(screen: Screen, told: Told) -> Screen:
    return _turn(screen, Face.HELD, Order.ON, at_ms(screen, told.now_us), told)


def _back(screen: Screen, told: Told) -> Screen:
    first_ms = screen.item.in_ms if isinstance(screen.item, Clip) else 0
    at = max(first_ms, at_ms(screen, told.now_us) - BACK_MS)
    return _turn(screen, Face.PLAYING, Order.BACK, at, told)


def _again(screen: Screen, told: Told) -> Screen:
    first_ms = screen.item.in_ms if isinstance(screen.item, Clip) else 0
    return _turn(screen, Face.PLAYING, Order.AT, first_ms, told)


def _step_back(screen: Screen, told: Told) -> Screen:
    return _stepped(screen, told, -1)


def _step_on(screen: Screen, told: Told) -> Screen:
    return _stepped(screen, told, 1)


def _stepped(screen: Screen, told: Told, by: int) -> Screen:
    held = screen if screen.face is Face.HELD else _hold(screen, told)
    return replace(held, steps=held.steps + by)


def _slow(screen: Screen, told: Told) -> Screen:
    here = at_ms(screen, told.now_us)
    return replace(screen, at_ms=here, since_us=told.now_us, speed=SLOWER[screen.speed])


def _loop(screen: Screen, told: Told) -> Screen:
    here = at_ms(screen, told.now_us)
    return replace(screen, at_ms=here, since_us=told.now_us, looping=not screen.looping)


def _curtain(screen: Screen, _: Told) -> Screen:
    return Screen(turn=screen.turn + 1, parent=screen.parent, words=screen.words)


def _parent(screen: Screen, _: Told) -> Screen:
    return replace(screen, parent=not screen.parent)


def _words(screen: Screen, _: Told) -> Screen:
    return replace(screen, words=not screen.words)


def _stood(screen: Screen, told: Told) -> Screen:
    """It stands: by an order to hold, or by itself at the end or where its clip is to be held."""
    if told.turn != screen.turn or told.at_ms is None:
        return screen
    at = _within(screen.item, told.at_ms)
    if screen.face is Face.PLAYING:
        return replace(screen, face=Face.HELD, at_ms=at, exact=True, since_us=told.now_us, steps=0, told_steps=0)
    return replace(screen, at_ms=at, exact=True, since_us=told.now_us, told_steps=told.steps)


def _went(screen: Screen, told: Told) -> Screen:
    if told.turn != screen.turn or told.at_ms is None:
        return screen
    return replace(screen, at_ms=_within(screen.item, told.at_ms), exact=True, since_us=told.now_us)


def _within(item: Item | None, ms: int) -> int:
    return max(item.in_ms, min(ms, item.out_ms - 1)) if isinstance(item, Clip) else ms


_ANY: Final[Mapping[Event, Change]] = {
    Event.CURTAIN: _curtain,
    Event.PARENT: _parent,
    Event.WORDS: _words,
    Event.STOOD: _same,
    Event.WENT: _same,
}
_FILM: Final[Mapping[Event, Change]] = {
    Event.BACK: _back,
    Event.STEP_BACK: _step_back,
    Event.STEP_ON: _step_on,
    Event.AGAIN: _again,
    Event.SLOW: _slow,
    Event.LOOP: _loop,
    Event.THAT_ONE: _same,
}
_ROWS: Final[Mapping[Face, Mapping[Event, Change]]] = {
    Face.CURTAIN: _ANY,
    Face.PLAYING: {
        **_ANY,
        **_FILM,
        Event.PLAY: _same,
        Event.HOLD: _hold,
        Event.HERE: _hold,
        Event.STOOD: _stood,
        Event.WENT: _went,
    },
    Face.HELD: {
        **_ANY,
        **_FILM,
        Event.PLAY: _play_on,
        Event.HOLD: _same,
        Event.HERE: _same,
        Event.STOOD: _stood,
    },
    Face.STILL: {**_ANY, Event.THAT_ONE: _same},
    Face.CARD: _ANY,
}
TABLE: Final[Mapping[tuple[Face, Event], Change]] = {
    (face, event): change for face, row in _ROWS.items() for event, change in row.items()
}
