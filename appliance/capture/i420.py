"""The three planes of an I420 picture, and the same picture in another size.

Apart because every drawn, decoded or shrunk picture goes through it.
"""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

I420 = npt.NDArray[np.uint8]
"""uint8, shape (height * 3 / 2, width): Y, then U, then V, each plane packed; both sides even."""
Bytes = npt.NDArray[np.uint8]

BLACK_LUMA = 16
NEUTRAL = 128


class Planes(NamedTuple):
    y: Bytes
    u: Bytes
    v: Bytes


def planes(i420: I420) -> Planes:
    """Views, not copies: writing to them writes to `i420`."""
    width, height = i420.shape[1], i420.shape[0] * 2 // 3
    flat, size = i420.reshape(-1), width * height
    half = (height // 2, width // 2)
    return Planes(i420[:height], flat[size : size * 5 // 4].reshape(half), flat[size * 5 // 4 :].reshape(half))


def black(width: int, height: int) -> I420:
    picture = np.full((height * 3 // 2, width), NEUTRAL, dtype=np.uint8)
    picture[:height] = BLACK_LUMA
    return picture


def scaled(i420: I420, width: int, height: int) -> I420:
    """A copy in another size."""
    target = np.empty((height * 3 // 2, width), dtype=np.uint8)
    smaller = width < i420.shape[1]
    for source, into in zip(planes(i420), planes(target), strict=True):
        size = (into.shape[1], into.shape[0])
        into[:] = cv2.resize(source, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    return target
