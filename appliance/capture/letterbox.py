"""Any decoded picture -> I420 of the profile's size, whole, upright and undistorted, with black bars where it must.

Apart because a film and a webcam both need it.
"""

from fractions import Fraction

import av
import numpy as np
from av.video.plane import VideoPlane
from av.video.reformatter import Colorspace, VideoReformatter

from appliance.capture.i420 import BLACK_LUMA, I420, NEUTRAL, Bytes, planes


class Letterbox:
    """Keeps its scaler, so that a picture of the same kind as the last costs little.

    `pixel_shape`: width by height of one pixel, as the stream tells (sample aspect ratio, ITU-T H.273).
    """

    def __init__(self, pixel_shape: Fraction | None = None) -> None:
        self._pixel_shape = pixel_shape or Fraction(1)
        self._scaler = VideoReformatter()

    def lay(self, frame: av.VideoFrame, canvas: I420) -> None:
        """Fill the canvas with `frame`, turned and stretched as its own data demand."""
        width, height = canvas.shape[1], canvas.shape[0] * 2 // 3
        turns = round(frame.rotation / 90) % 4
        shape = Fraction(frame.width, frame.height) * self._pixel_shape
        inner_width, inner_height = _fitted(1 / shape if turns % 2 else shape, width, height)
        across = (inner_height, inner_width) if turns % 2 else (inner_width, inner_height)
        fitted = self._scaler.reformat(
            frame, *across, "yuv420p", dst_colorspace=Colorspace.ITU601, interpolation="BILINEAR"
        )
        if (inner_width, inner_height) != (width, height):
            canvas[:height], canvas[height:] = BLACK_LUMA, NEUTRAL
        left, top = (width - inner_width) // 4 * 2, (height - inner_height) // 4 * 2
        for part, (source, target) in enumerate(zip(fitted.planes, planes(canvas), strict=True)):
            fold = 2 if part else 1
            x, y = left // fold, top // fold
            target[y : y + inner_height // fold, x : x + inner_width // fold] = np.rot90(_pixels(source), turns)


def _fitted(shape: Fraction, width: int, height: int) -> tuple[int, int]:
    """The largest even size of this shape inside width x height; a pixel's difference is no bar."""
    inner_width, inner_height = 2 * round(height * shape / 2), 2 * round(width / shape / 2)
    if inner_width >= width - 2:
        return width, height if inner_height >= height - 2 else max(2, inner_height)
    return max(2, inner_width), height


def _pixels(plane: VideoPlane) -> Bytes:
    rows = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
    return rows[: plane.height, : plane.width]
