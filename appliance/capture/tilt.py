"""By how much the camera leans, from door frames, shelves and walls.

Apart because it is advice from lines that may not be there; it says None rather than guess.
"""

from typing import Final

import cv2
import numpy as np

from appliance.capture.i420 import Bytes

LEANING_DEG: Final = 25.0
"""A line further from upright than this is something else: a stair, a slanted roof, a floor board."""
TILTED_DEG: Final = 4.0
AGREE_DEG: Final = 2.0
AGREE_SHARE: Final = 0.6
LINES_PX: Final = 180
"""So much line in all, of a picture 320 wide, before anything is said."""


def tilt_deg(luma: Bytes) -> float | None:
    """How far the upright lines lean to the right, in degrees; None where there are too few, or they disagree."""
    small = cv2.resize(luma, None, fx=320 / luma.shape[1], fy=320 / luma.shape[1], interpolation=cv2.INTER_AREA)
    found = cv2.HoughLinesP(cv2.Canny(small, 40, 110), 1, np.pi / 360, 34, minLineLength=34, maxLineGap=3)
    if found is None:
        return None
    left, top, right, bottom = np.asarray(found, dtype=np.float64).reshape(-1, 4).T
    up = np.where(bottom > top, -1.0, 1.0)
    across, high = (right - left) * up, (bottom - top) * up
    lean, long = np.degrees(np.arctan2(across, -high)), np.hypot(across, high)
    upright = np.abs(lean) <= LEANING_DEG
    return _agreed(lean[upright], long[upright])


def is_tilted(luma: Bytes) -> bool:
    lean = tilt_deg(luma)
    return lean is not None and abs(lean) >= TILTED_DEG


def _agreed(lean: "np.typing.NDArray[np.float64]", long: "np.typing.NDArray[np.float64]") -> float | None:
    """The middle lean by length, if most of the length is near it."""
    if long.sum() < LINES_PX:
        return None
    order = np.argsort(lean)
    half = np.searchsorted(np.cumsum(long[order]), long.sum() / 2)
    middle = float(lean[order][half])
    agreed = long[np.abs(lean - middle) <= AGREE_DEG].sum() / long.sum()
    return middle if agreed >= AGREE_SHARE else None
