"""Smooth flat shapes in the room's own coordinates, and cut-outs that can be laid over a moving picture quickly.

Apart so that the room and its people are described as shapes, whatever the size of the picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from appliance.capture.i420 import Bytes, Planes, planes

Colour = tuple[int, int, int]
"""Red, green, blue; 0 to 255."""
Point = tuple[float, float]
"""x, y in the room's coordinates: 1920 x 1080, whatever the size of the picture."""

ROOM_WIDTH: Final = 1920
ROOM_HEIGHT: Final = 1080
_FINER: Final = 2
"""Drawn so many times larger and then averaged: cheaper and smoother than drawing with soft edges."""


class View(NamedTuple):
    """Which part of the room a picture shows: `scale` picture pixels per room pixel, from (left, top) on."""

    left: float
    top: float
    scale: float


def view_of(width: int, height: int) -> View:
    """All of the room's height or width fills the picture; where one is too long, its middle (its foot) is seen."""
    scale = max(width / ROOM_WIDTH, height / ROOM_HEIGHT)
    return View((ROOM_WIDTH - width / scale) / 2, ROOM_HEIGHT - height / scale, scale)


class Brush:
    """Paints the part of the room from `origin` to `origin + size`, at `scale` picture pixels per room pixel."""

    def __init__(self, origin: Point, size: Point, scale: float) -> None:
        self._origin = origin
        self._zoom = scale * _FINER
        self.width, self.height = _even(size[0] * scale), _even(size[1] * scale)
        shape = (self.height * _FINER, self.width * _FINER)
        self._rgb = np.zeros((*shape, 3), dtype=np.uint8)
        self._cover = np.zeros(shape, dtype=np.uint8)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        corners = np.array([self._pixel(point) for point in points], dtype=np.int32)
        cv2.fillPoly(self._rgb, [corners], colour)
        cv2.fillPoly(self._cover, [corners], 255)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour, *, radius: float = 0) -> None:
        """A rectangle, with rounded corners where `radius` is given."""
        if radius <= 0:
            self.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], colour)
            return
        self.box(left + radius, top, right - radius, bottom, colour)
        self.box(left, top + radius, right, bottom - radius, colour)
        for x in (left + radius, right - radius):
            for y in (top + radius, bottom - radius):
                self.ellipse((x, y), radius, radius, colour)

    def ellipse(
        self,
        centre: Point,
        rx: float,
        ry: float,
        colour: Colour,
        *,
        turn: float = 0,
        start: float = 0,
        end: float = 360,
    ) -> None:
        """Filled; `turn` in degrees clockwise, `start` and `end` cut a sector (0 is right, 90 is down)."""
        axes = (max(1, round(rx * self._zoom)), max(1, round(ry * self._zoom)))
        for canvas, value in ((self._rgb, colour), (self._cover, 255)):
            cv2.ellipse(canvas, self._pixel(centre), axes, turn, start, end, value, cv2.FILLED)

    def stroke(self, points: Sequence[Point], thickness: float, colour: Colour) -> None:
        """A line with round ends through `points`: limbs, poles, stems."""
        line = np.array([self._pixel(point) for point in points], dtype=np.int32)
        width = max(1, round(thickness * self._zoom))
        cv2.polylines(self._rgb, [line], isClosed=False, color=colour, thickness=width)
        cv2.polylines(self._cover, [line], isClosed=False, color=255, thickness=width)

    def picture(self) -> npt.NDArray[np.uint8]:
        """RGB, shape (height, width, 3); black where nothing was painted."""
        return _shrunk(self._rgb)

    def cut_out(self) -> "CutOut":
        """What was painted, without what was not."""
        cover = _shrunk(self._cover)
        solid = np.maximum(cover.astype(np.float32) / 255, 1 / 255)[..., None]
        rgb = np.clip(_shrunk(self._rgb).astype(np.float32) / solid, 0, 255).astype(np.uint8)
        y, u, v = planes(np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8))
        half = _halved(cover)
        scale = self._zoom / _FINER
        left, top = (_even(side * scale) for side in self._origin)
        through, added = (
            (255 - cover, 255 - half, 255 - half),
            (_weighed(y, cover), _weighed(u, half), _weighed(v, half)),
        )
        return CutOut(left, top, through, added).trimmed()

    def _pixel(self, point: Point) -> tuple[int, int]:
        return (
            round((point[0] - self._origin[0]) * self._zoom),
            round((point[1] - self._origin[1]) * self._zoom),
        )


@dataclass(frozen=True, slots=True)
class CutOut:
    """Planes ready to lay over a picture: what shines through of it, and what is added."""

    left: int
    top: int
    through: tuple[Bytes, ...]
    added: tuple[Bytes, ...]

    def trimmed(self) -> "CutOut":
        """Without empty rows and columns round it."""
        rows = np.flatnonzero((self.through[1] < 255).any(axis=1))
        columns = np.flatnonzero((self.through[1] < 255).any(axis=0))
        top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1

        def cut(part: int, plane: Bytes) -> Bytes:
            fold = 1 if part else 2
            return np.ascontiguousarray(plane[top * fold : bottom * fold, left * fold : right * fold])

        return CutOut(
            self.left + 2 * left,
            self.top + 2 * top,
            tuple(cut(part, plane) for part, plane in enumerate(self.through)),
            tuple(cut(part, plane) for part, plane in enumerate(self.added)),
        )

    def lay_over(self, picture: Planes, *, right: int = 0, down: int = 0) -> None:
        """Blend into `picture` in place, moved by an even number of pixels; what is outside is cut off."""
        left, top = self.left + right, self.top + down
        for part, plane in enumerate(picture):
            x, y = (left // 2, top // 2) if part else (left, top)
            height, width = self.added[part].shape
            off_x, off_y = max(0, -x), max(0, -y)
            under = plane[y + off_y : y + height, x + off_x : x + width] if y + height > 0 < x + width else plane[:0]
            if under.size:
                inside = (slice(off_y, off_y + under.shape[0]), slice(off_x, off_x + under.shape[1]))
                cv2.multiply(under, self.through[part][inside], dst=under, scale=1 / 255)
                cv2.add(under, self.added[part][inside], dst=under)


def _shrunk(fine: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    size = (fine.shape[1] // _FINER, fine.shape[0] // _FINER)
    return np.asarray(cv2.resize(fine, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _halved(plane: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.resize(plane, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _weighed(plane: npt.NDArray[np.uint8], cover: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    return np.asarray(cv2.multiply(plane, cover, scale=1 / 255), dtype=np.uint8)


def _even(value: float) -> int:
    return 2 * round(value / 2)
