"""Whether a small picture is out of focus.

Apart because its one bound is a measurement: how much a Laplacian finds in sharp and in blurred pictures.
"""

from typing import Final

import cv2
import numpy as np

from appliance.capture.i420 import Bytes

VARIANCE_LEAST: Final = 7.0
"""Of 640 wide pictures. Sharp ones have 14 and more in their sharpest quarter; blurred by 3 pixels, 5 and less."""


def is_blurred(luma: Bytes) -> bool:
    """No quarter of the picture is sharp; a picture whose background alone is soft is not meant.

    Of a dark picture it says nothing that is worth hearing: noise is sharp.
    """
    fine = cv2.Laplacian(cv2.GaussianBlur(luma, (0, 0), 0.8), cv2.CV_32F)
    height, width = fine.shape
    quarters = (fine[y : y + height // 2, x : x + width // 2] for y in (0, height // 2) for x in (0, width // 2))
    return max(float(np.var(quarter)) for quarter in quarters) < VARIANCE_LEAST
