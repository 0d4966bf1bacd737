"""Digits that cost almost nothing to write into a picture.

Apart because OpenCV's own text takes longer than all the rest of a drawn picture.
"""

from typing import Final

import cv2
import numpy as np

from appliance.capture.i420 import Bytes

_FONT: Final = cv2.FONT_HERSHEY_DUPLEX
_FINER: Final = 4
_CHARACTERS: Final = "0123456789:.- ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Lettering:
    """Light letters on `paper`, both luma, `height` pixels from the foot of a letter to its head; all equally wide."""

    def __init__(self, height: int, *, ink: int, paper: int) -> None:
        size = cv2.getFontScaleFromHeight(_FONT, max(4, height) * _FINER)
        stroke = max(1, round(height * _FINER / 11))
        (wide, tall), low = cv2.getTextSize("0", _FONT, size, stroke)
        self.width, self.height = -(-wide // _FINER) + 1, -(-(tall + low) // _FINER)
        self._glyphs: dict[str, Bytes] = {}
        for character in _CHARACTERS:
            (own, _), _ = cv2.getTextSize(character, _FONT, size, stroke)
            fine = np.full((self.height * _FINER, self.width * _FINER), paper, dtype=np.uint8)
            start = ((fine.shape[1] - own) // 2, tall + stroke // 2)
            cv2.putText(fine, character, start, _FONT, size, ink, stroke, cv2.LINE_AA)
            shrunk = cv2.resize(fine, (self.width, self.height), interpolation=cv2.INTER_AREA)
            self._glyphs[character] = np.asarray(shrunk, dtype=np.uint8)

    def write(self, luma: Bytes, text: str, left: int, top: int) -> None:
        """Capital letters, digits and `: . -`; letters that would not be whole in `luma` are left out."""
        for place, character in enumerate(text):
            x = left + place * self.width
            if x + self.width > luma.shape[1] or top + self.height > luma.shape[0]:
                return
            luma[top : top + self.height, x : x + self.width] = self._glyphs[character]
