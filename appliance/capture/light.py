"""Whether a small picture shows anything, enough light, and light from the right side.

Apart because it is arithmetic on one luma plane; each bound stands between cases of tests/capture/test_framing.py.
"""

from typing import Final

import cv2
import numpy as np

from appliance.capture.i420 import Bytes

SMALL: Final = (160, 90)
EDGE_LEAST: Final = 4.0
"""Luma steps a pixel. Covers, bright or black, have up to 3; a room by a night light has 6, one far out of focus 25."""
DARK_BRIGHTEST: Final = 80
DARK_MIDDLE: Final = 65
"""Nine tenths of the picture below the one and half of it below the other: faces are grey and grainy then."""
GLARE: Final = 235
GLARE_SHARE: Final = 0.05
BEFORE_GLARE: Final = 70
"""A window burnt out to white, and half of everything else nearly black: whoever sits before it has no face."""


def shrunk(luma: Bytes) -> Bytes:
    """160 x 90, whatever the shape was: coarse enough that a sensor's noise is gone and a room is not."""
    return np.asarray(cv2.resize(luma, SMALL, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def is_covered(luma: Bytes) -> bool:
    """No edge anywhere. By spread, not darkness: a white cloth is bright, and light shines through a finger."""
    soft = cv2.GaussianBlur(shrunk(luma), (0, 0), 1.5)
    across = cv2.Sobel(soft, cv2.CV_32F, 1, 0, scale=0.25)
    down = cv2.Sobel(soft, cv2.CV_32F, 0, 1, scale=0.25)
    return bool(np.percentile(cv2.magnitude(across, down), 99) < EDGE_LEAST)


def is_dark(luma: Bytes) -> bool:
    middle, brightest = np.percentile(shrunk(luma), (50, 90))
    return bool(middle < DARK_MIDDLE and brightest < DARK_BRIGHTEST)


def is_backlit(luma: Bytes) -> bool:
    small = shrunk(luma)
    glare = small >= GLARE
    if not GLARE_SHARE <= glare.mean() < 1:
        return False
    return bool(np.median(small[~glare]) < BEFORE_GLARE)
