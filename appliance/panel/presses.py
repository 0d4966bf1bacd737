"""Turns edges of the two buttons into gestures: a press, a double press, a hold.

Apart and pure, with time as a parameter, because a press that is misread starts or loses a film.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from appliance.panel.panel import Button

BOUNCE_US: Final = 30_000
"""A finger that is away for less than this was not away (the adapter debounces too)."""
DOUBLE_US: Final = 400_000
"""A second finger-down sooner than this after the first makes a double press."""
HOLD_US: Final = {Button.RECORD: 2_000_000, Button.RECESSED: 5_000_000}
_LONG_AGO_US: Final = -(1 << 62)


class Kind(Enum):
    PRESS = "press"
    DOUBLE = "double press"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class Gesture:
    """`at_us`: CLOCK_MONOTONIC time at which the finger went down, the first time for DOUBLE: a star's time."""

    kind: Kind
    button: Button
    at_us: int


class Presses:
    """The classifier of both buttons, which know nothing of each other. No input raises; late times count as now.

    `wait_for_double` is read when a finger goes down on RECORD. False (where a press must act at once and a hold means
    nothing, such as READY): PRESS is given at the finger-down and the same press never becomes a HOLD. True (wherever
    a double press or a hold means something, so in PAUSED too): DOUBLE at the second finger-down, HOLD while the
    finger is still down, else PRESS when the window has passed and the finger is up. RECESSED knows no double: HOLD,
    else PRESS when the finger goes up.

    A finger-down sooner than 400 ms after the one before that does not complete a DOUBLE is a nervous finger's: it
    gives no PRESS, so that a triple press pauses and does not resume. Held, it still gives HOLD.

    Hand over every waiting edge before calling `tick`, or a second finger-down can come after its window.
    """

    def __init__(self) -> None:
        self.wait_for_double = False
        self._fingers = {button: _Finger(button) for button in Button}

    def edge(self, button: Button, pressed: bool, at_us: int) -> list[Gesture]:
        """A finger went down (`pressed`) or up at `at_us`. Repeated edges are ignored."""
        return self._fingers[button].edge(pressed, at_us, self.wait_for_double)

    def tick(self, now_us: int) -> list[Gesture]:
        """What time alone has decided by `now_us`."""
        return [gesture for finger in self._fingers.values() for gesture in finger.advance(now_us)]

    def next_deadline_us(self) -> int | None:
        """When the next `tick` is due, None while only a finger can change anything."""
        return min((due for finger in self._fingers.values() if (due := finger.deadline()) is not None), default=None)


class _Finger:
    """One button. `_waiting`: the newest finger-down may yet become PRESS or DOUBLE."""

    def __init__(self, button: Button) -> None:
        self._button = button
        self._now_us = _LONG_AGO_US
        self._down = False
        self._down_us = _LONG_AGO_US  # the newest finger-down, also after the finger went up
        self._lifted_us: int | None = None  # the finger seems up since then; believed after BOUNCE_US
        self._waiting = False
        self._may_hold = False

    def edge(self, pressed: bool, at_us: int, wait_for_double: bool) -> list[Gesture]:
        gestures = self.advance(at_us)
        if not pressed:
            if self._down and self._lifted_us is None:
                self._lifted_us = self._now_us
        elif self._down:
            self._lifted_us = None
        else:
            gestures += self._finger_down(wait_for_double)
        return gestures

    def advance(self, now_us: int) -> list[Gesture]:
        self._now_us = max(self._now_us, now_us)
        gestures: list[Gesture] = []
        while (due_us := self.deadline()) is not None and due_us <= self._now_us:
            if self._lifted_us is not None:
                gestures += self._finger_up(self._lifted_us)
            else:
                gestures += self._spend(Kind.HOLD if self._down else Kind.PRESS, self._down_us)
        return gestures

    def deadline(self) -> int | None:
        if self._lifted_us is not None:
            return self._lifted_us + BOUNCE_US
        if self._down:
            return self._down_us + HOLD_US[self._button] if self._may_hold else None
        return self._down_us + DOUBLE_US if self._waiting else None

    def _finger_down(self, wait_for_double: bool) -> list[Gesture]:
        before_us, self._down_us, self._down = self._down_us, self._now_us, True
        if self._waiting:
            return self._spend(Kind.DOUBLE, before_us)
        self._may_hold = True
        if self._down_us - before_us < DOUBLE_US:
            return []
        if self._button is Button.RECORD and not wait_for_double:
            return self._spend(Kind.PRESS, self._down_us)
        self._waiting = True
        return []

    def _finger_up(self, at_us: int) -> list[Gesture]:
        self._down, self._lifted_us, self._may_hold = False, None, False
        may_double = self._button is Button.RECORD and at_us - self._down_us < DOUBLE_US
        return self._spend(Kind.PRESS, self._down_us) if self._waiting and not may_double else []

    def _spend(self, kind: Kind, at_us: int) -> list[Gesture]:
        """The newest finger-down is spent: it gives `kind` and nothing after it."""
        self._waiting = self._may_hold = False
        return [Gesture(kind, self._button, at_us)]
