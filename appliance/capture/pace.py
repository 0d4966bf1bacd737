"""When the next picture or sound is due on a clock that somebody else may move.

Apart because it is arithmetic: the rule of no drift and of small bursts is proven here without a camera.
"""

import threading
from dataclasses import dataclass
from typing import Final

from appliance.clock import Clock, SystemClock

SECOND_US: Final = 1_000_000
BURST: Final = 3
"""A camera has a few buffers: so many pictures may come late at once, more are lost."""
_LOOK_S: Final = 0.003
"""How long to sleep before looking again at a clock that is not the machine's: it may be moved or run fast."""


@dataclass(frozen=True, slots=True)
class Pace:
    """`fps` pictures a second, on the grid that has one at each full second of the clock.

    Picture 0 is the first grid place at or after `opened_us`. A grid tied to the clock's seconds lets a beep and a
    flash meet although camera and microphone know nothing of each other.
    """

    fps: int
    opened_us: int

    def capture_us(self, number: int) -> int:
        """When picture `number` is taken."""
        return (self._first + number) * SECOND_US // self.fps

    def newest(self, now_us: int) -> int:
        """The number of the last picture taken by `now_us`, negative before the first."""
        return ((now_us + 1) * self.fps - 1) // SECOND_US - self._first

    def due(self, number: int, now_us: int) -> int:
        """Which picture is next when `number` would be: that one, or the newest if that one is long gone."""
        newest = self.newest(now_us)
        return newest if newest - number >= BURST else number

    @property
    def _first(self) -> int:
        return -(-self.opened_us * self.fps // SECOND_US)


def wait_until(clock: Clock, due_us: int, stopping: threading.Event) -> bool:
    """True when the clock has come to `due_us`, False when `stopping` was set before."""
    longest_s = float("inf") if isinstance(clock, SystemClock) else _LOOK_S
    while (left_us := due_us - clock.monotonic_us()) > 0:
        if stopping.wait(min(left_us / SECOND_US, longest_s)):
            return False
    return not stopping.is_set()
