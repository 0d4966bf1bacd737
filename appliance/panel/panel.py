"""What the recorder asks of any panel, and of any clicker.

Apart so that presses and colours can be tested without wires.
"""

import threading
from collections.abc import Callable
from enum import Enum
from typing import Final, Protocol

EDGE_AGE_US: Final = 60_000
"""An edge is told no later than this after its time: a pin must keep still for 50 ms first. What time alone decides,
a single press or a hold, is decided so much later, or a second press near the end of its window came after it."""


class Button(Enum):
    """RECORD: the big one. RECESSED: needs a pen; pairing and shutting down."""

    RECORD = "record"
    RECESSED = "recessed"


class Colour(Enum):
    """What three on/off wires can show (PRACTICE: no PWM); the value is (red, green, blue)."""

    OFF = (False, False, False)
    RED = (True, False, False)
    GREEN = (False, True, False)
    BLUE = (False, False, True)
    AMBER = (True, True, False)
    CYAN = (False, True, True)
    MAGENTA = (True, False, True)
    WHITE = (True, True, True)


OnEdge = Callable[[Button, bool, int], None]
"""(button, pressed, CLOCK_MONOTONIC microseconds); called from any thread, only enqueues, never raises."""


class Panel(Protocol):
    """`open` starts edges and puts the lamp out; `close` puts it out again. Debounced by the adapter."""

    def open(self, on_edge: OnEdge) -> None: ...

    def show(self, colour: Colour) -> None: ...

    def buzz(self, on: bool) -> None: ...

    def close(self) -> None: ...


OnClick = Callable[[int], None]
"""(CLOCK_MONOTONIC microseconds); called from any thread, only enqueues, never raises."""


class Clicker(Protocol):
    """A remote control whose press sets a star. It may come and go; a box without one is whole."""

    @property
    def connected(self) -> bool: ...

    def listen(self, on_click: OnClick, filming: Callable[[], bool], stopping: threading.Event) -> None:
        """Until `stopping`, in the caller's thread; a press counts only while `filming`. Never raises."""
        ...
