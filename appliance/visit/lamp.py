"""What the lamp says, and its colour at any time: PRACTICE's light table as data.

Apart and pure, with time as a parameter, so that every pattern can be measured for flashes without a lamp.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import accumulate
from types import MappingProxyType
from typing import Final

from appliance.panel.panel import Colour


class Lamp(StrEnum):
    """Each thing that the lamp can say; the last four are said by LampView's flags and times."""

    OFF = "off"
    STARTING = "starting"
    READY = "ready"
    FRAMING = "framing"
    RECORDING = "recording"
    PAUSED = "paused"
    PLAYING = "playing"
    PLAYING_AND_RECORDING = "playing and recording"
    SYNCING = "syncing"
    DO_NOT_RECORD = "do not record"
    FAULT = "fault"
    RECORDING_DISCREETLY = "recording discreetly"
    ATTENTION = "recording, attention"
    ATTENTION_DISCREETLY = "recording discreetly, attention"
    ENOUGH = "recording, enough film"


@dataclass(frozen=True, slots=True)
class LampView:
    """What there is to say. `discreet` and `attention` matter while recording, and are ignored otherwise.

    `enough_at_us`: CLOCK_MONOTONIC time at which the newest "enough film" cue is due (at the length target, and again
    5 min past it: `session.AGAIN_MIN`); may lie ahead; None without one.
    """

    lamp: Lamp
    discreet: bool = False
    attention: bool = False
    enough_at_us: int | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Colours and how long each is shown, over and over from the time the view began; one colour alone is steady."""

    steps: tuple[tuple[Colour, int], ...]

    @property
    def period_us(self) -> int:
        return sum(long_us for _, long_us in self.steps)

    def step_at(self, into_us: int) -> tuple[Colour, int]:
        """The colour `into_us` after the beginning, and for how long it still stays."""
        at_us = into_us % self.period_us
        ends_us = accumulate(long_us for _, long_us in self.steps)
        return next(
            (colour, end_us - at_us) for (colour, _), end_us in zip(self.steps, ends_us, strict=True) if at_us < end_us
        )


_SLOW_US: Final = 1_000_000
_FAST_US: Final = 250_000


def _steady(colour: Colour) -> Pattern:
    return Pattern(((colour, _SLOW_US),))


def _swap(one: Colour, other: Colour, each_us: int) -> Pattern:
    return Pattern(((one, each_us), (other, each_us)))


def _double(colour: Colour, blink_us: int) -> Pattern:
    """Two blinks every two seconds."""
    blink = ((colour, blink_us), (Colour.OFF, blink_us), (colour, blink_us))
    return Pattern((*blink, (Colour.OFF, 2_000_000 - 3 * blink_us)))


PATTERNS: Final[Mapping[Lamp, Pattern]] = MappingProxyType(
    {
        Lamp.OFF: _steady(Colour.OFF),
        Lamp.STARTING: _swap(Colour.WHITE, Colour.OFF, _SLOW_US),
        Lamp.READY: _steady(Colour.WHITE),
        Lamp.FRAMING: _steady(Colour.CYAN),
        Lamp.RECORDING: _steady(Colour.RED),
        Lamp.PAUSED: _swap(Colour.RED, Colour.WHITE, _SLOW_US),
        Lamp.PLAYING: _steady(Colour.BLUE),
        Lamp.PLAYING_AND_RECORDING: _steady(Colour.MAGENTA),
        Lamp.SYNCING: _swap(Colour.BLUE, Colour.OFF, _SLOW_US),
        Lamp.DO_NOT_RECORD: _steady(Colour.AMBER),
        Lamp.FAULT: _swap(Colour.AMBER, Colour.OFF, _FAST_US),
        Lamp.RECORDING_DISCREETLY: Pattern(((Colour.RED, 200_000), (Colour.OFF, 1_800_000))),
        Lamp.ATTENTION: _double(Colour.RED, 300_000),
        Lamp.ATTENTION_DISCREETLY: _double(Colour.RED, 200_000),
        Lamp.ENOUGH: _swap(Colour.WHITE, Colour.RED, _SLOW_US),
    }
)
"""No step is shorter than `STEADY_US`."""

CUE_US: Final = 3 * PATTERNS[Lamp.ENOUGH].period_us
"""Three swaps."""
STEADY_US: Final = 170_000
"""The shortest a colour may stay: seven changes then need more than a second, so no second has more than three flashes
(pairs of opposing changes, WCAG 2.3.1; a change to or from red counts like any other)."""

_WHILE_RECORDING: Final[Mapping[tuple[Lamp, bool, bool], Lamp]] = MappingProxyType(
    {
        (Lamp.RECORDING, True, False): Lamp.RECORDING_DISCREETLY,
        (Lamp.RECORDING, False, True): Lamp.ATTENTION,
        (Lamp.RECORDING, True, True): Lamp.ATTENTION_DISCREETLY,
        (Lamp.PLAYING_AND_RECORDING, False, True): Lamp.ATTENTION,
        (Lamp.PLAYING_AND_RECORDING, True, True): Lamp.ATTENTION,
    }
)
"""(lamp, discreet, attention) -> what is said instead."""


def lamp_at(view: LampView, now_us: int) -> Lamp:
    """What is said at `now_us`, flags and cue weighed. The cue belongs to film: not to a pause, not to a review."""
    if view.lamp is Lamp.RECORDING and view.enough_at_us is not None and 0 <= now_us - view.enough_at_us < CUE_US:
        return Lamp.ENOUGH
    return _WHILE_RECORDING.get((view.lamp, view.discreet, view.attention), view.lamp)


def colour_at(view: LampView, since_us: int, now_us: int) -> Colour:
    """The lamp's colour at `now_us`, when `view` began at `since_us`."""
    says = lamp_at(view, now_us)
    return PATTERNS[says].step_at(now_us - _beginning(view, says, since_us))[0]


def next_change_us(view: LampView, since_us: int, now_us: int) -> int | None:
    """When to look again: until then `colour_at` stays as it is at `now_us`; None where it stays for good."""
    says = lamp_at(view, now_us)
    ahead: list[int] = []
    if len(PATTERNS[says].steps) > 1:
        ahead.append(now_us + PATTERNS[says].step_at(now_us - _beginning(view, says, since_us))[1])
    if view.lamp is Lamp.RECORDING and view.enough_at_us is not None:
        ahead += [at_us for at_us in (view.enough_at_us, view.enough_at_us + CUE_US) if at_us > now_us]
    return min(ahead, default=None)


def _beginning(view: LampView, says: Lamp, since_us: int) -> int:
    return since_us if says is not Lamp.ENOUGH or view.enough_at_us is None else view.enough_at_us


class SteadyLamp:
    """One lamp through changing views: each colour is kept so long that no order of events flashes too often.

    Every pattern keeps to three flashes a second by itself; presses and faults that follow each other quickly need
    not. A pattern goes on undisturbed when only the cue's time changes.
    """

    def __init__(self) -> None:
        self._view = LampView(Lamp.OFF)
        self._since_us: int | None = None
        self._colour = Colour.OFF
        self._changed_us: int | None = None

    def show(self, view: LampView, now_us: int) -> Colour:
        """The colour for `now_us`: that of `view`, or for at most `STEADY_US` still the one before."""
        if self._since_us is None or replace(view, enough_at_us=self._view.enough_at_us) != self._view:
            self._since_us = now_us
        self._view = view
        colour = colour_at(view, self._since_us, now_us)
        if colour is not self._colour and now_us >= self._free_us(now_us):
            self._colour, self._changed_us = colour, now_us
        return self._colour

    def next_change_us(self, now_us: int) -> int | None:
        """When `show` is due again for the view shown last; None where its colour stays for good."""
        since_us = now_us if self._since_us is None else self._since_us
        if colour_at(self._view, since_us, now_us) is not self._colour:
            return self._free_us(now_us)
        return next_change_us(self._view, since_us, now_us)

    def _free_us(self, now_us: int) -> int:
        return now_us if self._changed_us is None else self._changed_us + STEADY_US
