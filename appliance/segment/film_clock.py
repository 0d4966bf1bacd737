"""Film time: ticks (1/90,000 s) from the first key frame, which only ever run forward.

Apart because a camera's clock can be set back; how the film then goes on is a rule of its own.
"""

from typing import Final

from appliance.segment.fmp4 import PICTURE_RATE

SET_BACK_AFTER: Final = 30
"""So many pictures in a row that are not later than the last: the camera's clock was set back and stays there."""


def ticks(us: int) -> int:
    """Microseconds in ticks, rounded to the nearest."""
    return (us * 9 + 50) // 100


def milliseconds(at: int) -> int:
    """Ticks in milliseconds, rounded to the nearest: differences of these never drift."""
    return (at + 45) // 90


class FilmClock:
    """`last`: film time of the newest picture taken, set by who takes it. `start_us`: CLOCK_MONOTONIC of time 0.

    The camera's clock set back: the first picture after it is taken to be one nominal frame after the last one, so the
    film goes on at its true distance as far as the camera's own clock tells, and in step with the sound, which keeps
    its time line. A camera's clock set forward is believed: it is a hole.
    """

    def __init__(self, start_us: int, fps: int) -> None:
        self.start_us = start_us
        self.last = -1
        self.frame_ticks = round(PICTURE_RATE / fps)
        self._shift_us = 0
        self._behind = 0
        self._first_behind_us = 0

    def sound(self, pts_us: int) -> int:
        return ticks(pts_us - self.start_us)

    def picture(self, pts_us: int, *, key: bool) -> int | None:
        """Film time of a picture, later than the last; None if it has none there."""
        at = ticks(pts_us + self._shift_us - self.start_us)
        if at > self.last:
            self._behind = 0
            return at
        if key and self.set_back:
            return self._rebase(pts_us)
        if self._behind == 0:
            self._first_behind_us = pts_us
        self._behind += 1
        return None

    @property
    def set_back(self) -> bool:
        """From the 30th picture in a row that was not later than the last, until film goes on."""
        return self._behind >= SET_BACK_AFTER

    def _rebase(self, pts_us: int) -> int:
        at = self.last + self.frame_ticks + ticks(max(0, pts_us - self._first_behind_us))
        self._shift_us = at * 100 // 9 + self.start_us - pts_us
        self._behind = 0
        return at

    def monotonic_us(self, at: int) -> int:
        return self.start_us + (at * 100 + 4) // 9
