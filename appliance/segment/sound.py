"""The session's sound as a grid of places, 1,024 samples each, counted from time 0.

Apart because sound is never missing from a segment (players stall on it): here a microphone that is late, deaf, fast
or gone becomes a row of frames without holes, and the holes are told.
"""

from dataclasses import dataclass, field
from typing import Final

from appliance.segment.fmp4 import PICTURE_RATE, PLACE_TICKS

SILENCE: Final = bytes.fromhex("01182007")
"""A whole AAC-LC frame of silence, 48 kHz, mono."""

_TOLERANCE: Final = PLACE_TICKS * 3 // 2
_TOLD: Final = PICTURE_RATE // 10


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sound of one segment: `frames` from place `first` on; `holes`: (begin, end) in ticks, 100 ms or more each.

    A hole may have begun in an earlier stretch, where it was too short to be told.
    """

    first: int
    frames: list[bytes]
    holes: list[tuple[int, int]]


def place_from(ticks: int) -> int:
    """The first place that begins at `ticks` or later."""
    return -(-ticks // PLACE_TICKS)


@dataclass(slots=True)
class SoundGrid:
    """Frames find their place by time; in a steady run the next place is theirs within 1.5 frames either way.

    So a microphone's clock may drift by 32 ms before one frame is dropped or one silent frame slips in. After a hole
    the nearest place counts (10.7 ms). `late_frames`: frames that found their place filled.
    """

    late_frames: int = 0
    _frames: dict[int, bytes] = field(default_factory=dict)
    _floor: int = 0
    _next: int = 0
    _newest: int = -1
    _taken: int = 0
    _steady: bool = False
    _silent_from: int | None = None
    _telling: bool = False

    def begin(self, ticks: int) -> None:
        """Film begins, or goes on after a hole, at `ticks`: what sounded before is forgotten."""
        first = place_from(ticks)
        self._floor = ticks
        self._frames = {place: frame for place, frame in self._frames.items() if place >= first}
        if self._next <= first:
            self._next, self._steady = first, False
        if ticks > self._taken:
            self._silent_from, self._telling = None, False

    def hear(self, ticks: int, frame: bytes) -> None:
        """One AAC frame that sounds at `ticks`."""
        near = self._steady and abs(ticks - self._next * PLACE_TICKS) <= _TOLERANCE
        place = self._next if near else (ticks + PLACE_TICKS // 2) // PLACE_TICKS
        if ticks < self._floor or place < place_from(self._floor):
            return
        if ticks <= self._newest or place < self._next:
            self.late_frames += 1
            return
        self._frames[place] = frame
        self._next, self._newest, self._steady = place + 1, ticks, True

    def heard_to(self, ticks: int) -> bool:
        """Whether every place before `ticks` is filled or can no longer be."""
        return self._next >= place_from(ticks)

    def take(self, begin: int, end: int) -> Stretch:
        """The places that begin in [begin, end), silence where nothing was heard; later frames for them are late."""
        first, last = place_from(begin), place_from(end)
        heard = [self._frames.pop(place, None) for place in range(first, last)]
        if self._next < last:
            self._next, self._steady = last, False
        self._taken = end
        return Stretch(first, [frame or SILENCE for frame in heard], self._holes(first, heard, end))

    def _holes(self, first: int, heard: list[bytes | None], end: int) -> list[tuple[int, int]]:
        holes: list[tuple[int, int]] = []
        for place, frame in enumerate(heard, first):
            if frame is None and self._silent_from is None:
                self._silent_from = place * PLACE_TICKS
            elif frame is not None and self._silent_from is not None:
                self._tell(place * PLACE_TICKS, holes)
                self._silent_from, self._telling = None, False
        self._tell(end, holes)
        return holes

    def _tell(self, to: int, holes: list[tuple[int, int]]) -> None:
        """Tell the hole so far; once it is told, every later part of it is told too, however short."""
        since = to if self._silent_from is None else self._silent_from
        if to - since >= _TOLD or (self._telling and to > since):
            holes.append((since, to))
            self._silent_from, self._telling = to, True
