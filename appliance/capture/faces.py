"""Faces in a small picture, by the cascades that come with OpenCV.

Apart because it is slow, misses whoever looks away and sees faces in curtains: advice, never a gate, and never kept.
"""

from pathlib import Path
from typing import Final

import cv2

from appliance.capture.i420 import Bytes

CASCADE: Final = Path(cv2.__file__).parent / "data" / "haarcascade_frontalface_default.xml"
LEAST_PX: Final = 24
"""Of a picture 640 wide: a child's face at three metres, through a lens of 66 degrees, is 26 wide."""
STEP: Final = 1.2
NEIGHBOURS: Final = 3
"""With both it finds faces of 28 to 100 pixels, and none in 22 pictures without one; of 27 pictures of a cartoon, two.
Finer steps take twice the time, more neighbours miss whatever is below 40 pixels (tests/capture/test_framing.py)."""
PER_MILLE: Final = 1000

Box = tuple[int, int, int, int]
"""Left, top, width and height in per mille of the picture's width and height."""


class Faces:
    """`find` takes about 20 ms for a picture of 640 x 360."""

    def __init__(self) -> None:
        self._cascade = cv2.CascadeClassifier(str(CASCADE))

    def find(self, luma: Bytes) -> tuple[Box, ...]:
        """Those that look towards the camera, the largest first."""
        found = self._cascade.detectMultiScale(cv2.equalizeHist(luma), STEP, NEIGHBOURS, minSize=(LEAST_PX, LEAST_PX))
        boxes = sorted(([int(side) for side in box] for box in found), key=lambda box: -box[2])
        height, width = luma.shape
        return tuple(
            (x * PER_MILLE // width, y * PER_MILLE // height, w * PER_MILLE // width, h * PER_MILLE // height)
            for x, y, w, h in boxes
        )
