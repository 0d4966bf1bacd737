"""A camera without a camera: the drawn room with clock, frame number, marker and a flash on each full second.

Apart because whoever has no Pi sees this, and every test of a whole session proves its film by it.
"""

from typing import Final

import cv2
import numpy as np

from appliance.capture import marker
from appliance.capture.brush import view_of
from appliance.capture.camera import Profile
from appliance.capture.drawn_camera import DrawnCamera, Shot
from appliance.capture.drawn_room import drawn_room
from appliance.capture.faults import Faults
from appliance.capture.figures import Figures
from appliance.capture.i420 import I420, Bytes, planes
from appliance.capture.lettering import Lettering
from appliance.capture.pace import SECOND_US
from appliance.clock import Clock, utc_text

FLASH_US: Final = 100_000
"""The patch is white while (capture time mod 1 s) is below this; the Beeper sounds for just as long."""
_PAPER: Final = 34
_INK: Final = 228
_PALE: Final = 150


class TestCard(DrawnCamera):
    """1080p30 in real time on a fifth of a core."""

    __test__ = False  # a camera, not a pytest class

    def __init__(self, profile: Profile, clock: Clock, faults: Faults) -> None:
        super().__init__(profile, clock, faults, lambda: TestCardScene(profile.width, profile.height))


def flash_area(width: int, height: int) -> tuple[int, int, int, int]:
    """Where the white patch is, as (left, top, right, bottom) in pixels of a picture of this size."""
    unit = width / 64
    return round(width - 5 * unit), round(height - 3 * unit), round(width - unit), round(height - unit)


class TestCardScene:
    """The room above, a strip of four marker units below: marker, clock, frame number, patch."""

    __test__ = False

    def __init__(self, width: int, height: int) -> None:
        self._grains = drawn_room(width, height)
        self._figures = Figures(view_of(width, height))
        self._unit = width / 64
        self._strip_top = 2 * round((height - 4 * self._unit) / 2)
        self._large = Lettering(round(self._unit * 0.95), ink=_INK, paper=_PAPER)
        self._small = Lettering(round(self._unit * 0.52), ink=_PALE, paper=_PAPER)
        self._strip = self._blank_strip(width, height)

    def paint(self, canvas: I420, shot: Shot) -> None:
        np.copyto(canvas, self._grains[shot.number % len(self._grains)])
        self._figures.lay_over(planes(canvas), shot.capture_us)

    def caption(self, canvas: I420, shot: Shot) -> None:
        y, u, v = planes(canvas)
        y[self._strip_top :] = self._strip
        u[self._strip_top // 2 :] = v[self._strip_top // 2 :] = 128
        day, time = utc_text(shot.utc_ms).removesuffix("Z").split("T")
        self._write(y, self._large, time, 20, 2.3)
        self._write(y, self._large, f"{shot.number:08d}", 39, 2.3)
        self._write(y, self._small, day, 28, 3.4)
        if shot.capture_us % SECOND_US < FLASH_US:
            left, top, right, bottom = flash_area(y.shape[1], y.shape[0])
            y[top:bottom, left:right] = 235
        marker.draw(y, shot.number)

    def close(self) -> None:
        """Nothing is held."""

    def _blank_strip(self, width: int, height: int) -> Bytes:
        """What never changes: headings, the rim of the patch, a line against the room."""
        whole = np.full((height, width), _PAPER, dtype=np.uint8)
        whole[self._strip_top : self._strip_top + max(1, round(self._unit / 15))] = 96
        self._write(whole, self._small, "UTC", 20, 3.4)
        self._write(whole, self._small, "PICTURE", 39, 3.4)
        self._write(whole, self._small, "TEST CARD", 51.6, 2.35)
        left, top, right, bottom = flash_area(width, height)
        cv2.rectangle(whole, (left, top), (right - 1, bottom - 1), 96, max(1, round(self._unit / 15)))
        return whole[self._strip_top :].copy()

    def _write(self, luma: Bytes, letters: Lettering, text: str, column: float, up: float) -> None:
        """`column` and `up` in marker units, from the left and from the foot of the picture."""
        letters.write(luma, text, round(column * self._unit), luma.shape[0] - round(up * self._unit))
