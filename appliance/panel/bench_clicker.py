"""A clicker without a radio: pressed, pulled out and plugged in by hand.

Apart so that the demo and the tests have one without a box of batteries.
"""

import threading
from collections.abc import Callable
from typing import Final

from appliance.clock import Clock
from appliance.panel.panel import OnClick

WAIT_S: Final = 0.25


class BenchClicker:
    """A Clicker; `press` acts in the thread of whoever presses."""

    def __init__(self, clock: Clock, *, connected: bool = True) -> None:
        self._clock = clock
        self.connected = connected
        self._hears: tuple[OnClick, Callable[[], bool]] | None = None

    def listen(self, on_click: OnClick, filming: Callable[[], bool], stopping: threading.Event) -> None:
        self._hears = on_click, filming
        stopping.wait()
        self._hears = None

    def press(self) -> None:
        """Nothing where it is not connected, nobody listens, or nothing is filmed."""
        hears = self._hears
        if self.connected and hears is not None and hears[1]():
            hears[0](self._clock.monotonic_us())
