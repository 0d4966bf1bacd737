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
PATCH: Final = 10
"""Side of the patches that are compared one by one: 9 x 16 of them."""
ALIKE: Final = 0.8
SAME_SHARE: Final = 0.1
"""Of patches as alike as that: two views have up to 0.014 by chance, one with somebody before most of it 0.23."""
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
    """Whether enough of the old view is still where it was; people may stand before the rest."""
    old, new = _patches(reference), _patches(now)
    scale = np.linalg.norm(old, axis=1) * np.linalg.norm(new, axis=1)
    return bool(((old * new).sum(axis=1) > ALIKE * np.maximum(scale, 1.0)).mean() >= SAME_SHARE)


def _patches(small: Bytes) -> "np.typing.NDArray[np.float32]":
    """Edges of each patch without their mean, a row for each."""
    edges = _edges(small).reshape(SMALL[1] // PATCH, PATCH, SMALL[0] // PATCH, PATCH)
    rows = edges.transpose(0, 2, 1, 3).reshape(-1, PATCH * PATCH)
    return np.asarray(rows - rows.mean(axis=1, keepdims=True), dtype=np.float32)


def _smooth(small: Bytes) -> "np.typing.NDArray[np.float32]":
    return np.asarray(cv2.GaussianBlur(small, (0, 0), 1.0), dtype=np.float32)


def _edges(small: Bytes) -> "np.typing.NDArray[np.float32]":
    """Edges without their sign, softened: what stays when a lamp is switched on."""
    soft = _smooth(small)
    return np.asarray(
        cv2.magnitude(cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)), dtype=np.float32
    )
