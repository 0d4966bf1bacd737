"""What changed between two small pictures: did somebody move, or the camera.

Apart because it is the only part of framing that compares; pictures come as `light.shrunk` makes them.
"""

from typing import Final

import cv2
import numpy as np

from appliance.capture.i420 import Bytes
from appliance.capture.light import SMALL

CHANGE: Final = 9.0
"""Luma steps, of a picture averaged 4 x 4 and smoothed: noise of a dark evening stays below."""
MOTION_SHARE: Final = 0.003
"""43 of 14,400 pixels: a hand at three metres is about 60."""
MOVED_SHARE: Final = 0.03
"""Of the picture's width: nearer than this is somebody brushing against the tripod."""
SURE: Final = 0.25
"""phaseCorrelate's own measure of how much of both pictures agrees on the shift: 0.4 and more where a film pans, up to
0.2 by chance between two rooms."""
SAME: Final = 0.05
"""Of a room with somebody before two thirds of it, 0.06 agree that nothing was shifted."""
_WINDOW: Final = cv2.createHanningWindow(SMALL, cv2.CV_32F)


def is_motion(before: Bytes, now: Bytes) -> bool:
    """Whether something moved; a lamp, a cloud or the camera's own exposure changes everything alike and is none."""
    old, new = _smooth(before), _smooth(now)
    gain = float(new.std()) / max(float(old.std()), 1.0)
    difference = new - old * np.float32(gain)
    difference -= np.median(difference)
    return bool((np.abs(difference) > CHANGE).mean() > MOTION_SHARE)


def is_moved(reference: Bytes, now: Bytes) -> bool:
    """Whether the camera looks elsewhere than when `reference` was taken, by so little that both still overlap."""
    (across, down), agreement = cv2.phaseCorrelate(_edges(reference), _edges(now), _WINDOW)
    return agreement >= SURE and max(abs(across), abs(down)) >= MOVED_SHARE * SMALL[0]


def is_same_view(reference: Bytes, now: Bytes) -> bool:
    """Whether anything of the old view is still where it was."""
    (across, down), agreement = cv2.phaseCorrelate(_edges(reference), _edges(now), _WINDOW)
    return agreement >= SAME and max(abs(across), abs(down)) < MOVED_SHARE * SMALL[0]


def _smooth(small: Bytes) -> "np.typing.NDArray[np.float32]":
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 1.0), dtype=np.float32)


def _edges(small: Bytes) -> "np.typing.NDArray[np.float32]":
    """Edges without their sign, softened: what stays when a lamp is switched on."""
    soft = _smooth(small)
    return np.asarray(
        cv2.magnitude(cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)), dtype=np.float32
    )
