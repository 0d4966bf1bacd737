"""Film time: ticks (1/90,000 s) from the first key frame, which only ever run forward.

Apart because a camera's clock can be set back; how the film then goes on is a rule of its own.
"""

from typing import Final

from appliance.segment.fmp4 import PICTURE_RATE

SET_BACK_AFTER: Final = 30
"""So many pictures in a row that are not later than the last: the camera's clock was set back and stays there."""

JUMP_US: Final = 1_500_000
"""Longer than this without a picture is a hole, not one long picture."""


def ticks(us: int) -> int:
    """Microseconds in ticks, rounded to the nearest."""
    return (us * 9 + 50) // 100


def milliseconds(at: int) -> int:
    """Ticks in milliseconds, rounded to the nearest: differences of these never drift."""
    return (at + 45) // 90


class FilmClock:
    """`last`: film time of the newest picture in the film. `start_us`: CLOCK_MONOTONIC of time 0.

    A camera's clock set back: film goes on as far after the last picture as the camera's own steps since then add up
    to, so it stays in step with the sound, which keeps its time line. A step back, or over 1.5 s, is no step of time
    and counts as one nominal frame. A camera's clock set forward is believed: it is a hole.
    """

    def __init__(self, start_us: int, fps: int) -> None:
        self.start_us = start_us
        self.frame_ticks = round(PICTURE_RATE / fps)
        self.last = -1
        self._frame_us = 1_000_000 // fps
        self._shift_us = 0
        self._behind = 0
        self._before_us = start_us
        self._since_last_us = 0

    def sound(self, pts_us: int) -> int:
        return ticks(pts_us - self.start_us)

    def picture(self, pts_us: int, *, key: bool) -> int | None:
        """Film time of a picture, later than the last; None if it has none there. Tell by `take` if it is taken."""
        step_us, self._before_us = pts_us - self._before_us, pts_us
        self._since_last_us += step_us if 0 <= step_us <= JUMP_US else self._frame_us
        at = ticks(pts_us + self._shift_us - self.start_us)
        if self.set_back:
            return self._rebase(pts_us) if key else None
        self._behind = 0 if at > self.last else self._behind + 1
        return None if self._behind else at

    def take(self, at: int) -> None:
        self.last, self._since_last_us = at, 0

    @property
    def set_back(self) -> bool:
        """From the 30th picture in a row that was not later than the last, until film goes on with a key frame."""
        return self._behind >= SET_BACK_AFTER

    def _rebase(self, pts_us: int) -> int:
        at = self.last + ticks(max(self._since_last_us, self._frame_us))
        self._shift_us = at * 100 // 9 + self.start_us - pts_us
        self._behind = 0
        return at

    def monotonic_us(self, at: int) -> int:
        return self.start_us + (at * 100 + 4) // 9
