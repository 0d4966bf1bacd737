"""What a small picture shows of the room and of the camera's place in it: about once a second, a look.

Apart because it remembers: the picture before, for motion, and the one from when filming began, for a camera that was
knocked.
"""

from collections import Counter
from dataclasses import dataclass, fields
from typing import Final

from appliance.capture.camera import Picture
from appliance.capture.faces import Box, Faces
from appliance.capture.i420 import Bytes
from appliance.capture.light import is_backlit, is_covered, is_dark, shrunk
from appliance.capture.sharpness import is_blurred
from appliance.capture.shift import is_motion, is_moved, is_same_view
from appliance.capture.tilt import is_tilted

IN_A_ROW: Final = 2
"""What is seen once may be a hand that passes; what is seen twice in a row is told, and so is its end."""


@dataclass(frozen=True, slots=True)
class Look:
    """Facts, not advice. `faces`: boxes in per mille of width and height, of this look or of the last that looked.

    `blurred`, `backlit` and `tilted` are never said of a picture that is covered, nor `blurred` of a dark one.
    """

    faces: tuple[Box, ...] = ()
    covered: bool = False
    dark: bool = False
    backlit: bool = False
    blurred: bool = False
    tilted: bool = False
    moved: bool = False
    motion: bool = False
    alone: bool = False
    """Neither a face nor motion was seen in the last looks: see `Framing`."""


def first_sight(luma: Bytes) -> Look:
    """All that one picture shows by itself, faces left out."""
    if is_covered(luma):
        return Look(covered=True, dark=is_dark(luma))
    dark = is_dark(luma)
    return Look(dark=dark, backlit=is_backlit(luma), blurred=not dark and is_blurred(luma), tilted=is_tilted(luma))


class Framing:
    """`look` at each picture in turn. Nothing of a picture is kept but 160 x 90 of the last and of the reference.

    `alone_after_us`: nobody is in view when for so long neither a face nor motion was.
    """

    def __init__(self, alone_after_us: int = 20_000_000) -> None:
        self._faces = Faces()
        self._alone_after_us = alone_after_us
        self._boxes: tuple[Box, ...] = ()
        self._before: Bytes | None = None
        self._reference: Bytes | None = None
        self._company_us: int | None = None
        self._row: Counter[str] = Counter()
        self._told: dict[str, bool] = {}

    def begin(self) -> None:
        """Filming begins or goes on: the next picture that shows something is the reference for `moved`."""
        self._reference = None

    def look(self, picture: Picture, *, for_faces: bool) -> Look:
        """`for_faces`: look for them this time; else those of the last time stand."""
        small, sight = shrunk(picture.luma), first_sight(picture.luma)
        if for_faces or sight.covered:
            self._boxes = () if sight.covered else self._faces.find(picture.luma)
        motion = self._before is not None and is_motion(self._before, small)
        moved = self._is_moved(small, still=not motion, covered=sight.covered)
        self._before = small
        if motion or self._boxes or self._company_us is None:
            self._company_us = picture.pts_us
        alone = not sight.covered and picture.pts_us - self._company_us >= self._alone_after_us
        facts = {field.name: getattr(sight, field.name) for field in fields(Look)} | {"moved": moved}
        steady = {name: self._steady(name, now) for name, now in facts.items() if isinstance(now, bool)}
        return Look(**{**steady, "motion": motion, "alone": alone}, faces=self._boxes)

    def _is_moved(self, small: Bytes, *, still: bool, covered: bool) -> bool:
        """Shifted a little; or nothing of the old view is left and the new one stands still."""
        if covered:
            return False
        if self._reference is None:
            self._reference = small
        return is_moved(self._reference, small) or (still and not is_same_view(self._reference, small))

    def _steady(self, name: str, now: bool) -> bool:
        """`now` once it was so `IN_A_ROW` times, until then what was said before."""
        told = self._told.get(name, False)
        self._row[name] = self._row[name] + 1 if now is not told else 0
        if self._row[name] >= IN_A_ROW:
            self._told[name], self._row[name] = now, 0
            return now
        return told
