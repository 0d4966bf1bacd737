"""What a Pi's camera is asked for, what it then really gives, and small pictures out of that.

Apart from the adapter because all of it is plain data: no picamera2 is needed to try it.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from appliance.capture.camera import Profile
from appliance.errors import CameraLost

log: Final = logging.getLogger(__name__)
SMALL_WIDTH: Final = 640
FORMATS: Final = ("YUV420", "NV12")
"""Asked for is the first: a third of the memory of picamera2's own choice, and nothing to convert (issue 1027)."""
BUFFERS: Final = 4
Mode = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Small:
    """The small stream as configured: pixels, and bytes from one line to the next."""

    width: int
    height: int
    stride: int
    format: str

    def i420(self, array: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """A copy of what picamera2's make_array gives: YUV420 with its padding, NV12 without."""
        width, height = self.width, self.height
        packed = np.empty((height * 3 // 2, width), dtype=np.uint8)
        packed[:height] = array[:height, :width]
        colour = packed[height:].reshape(2, height // 2, width // 2)
        if self.format == "NV12":
            colour[:] = array[height:, :width].reshape(height // 2, width // 2, 2).transpose(2, 0, 1)
        else:
            colour[:] = array[height:].reshape(2, height // 2, self.stride // 2)[:, :, : width // 2]
        return packed


def wanted(profile: Profile, modes: Sequence[Mode]) -> dict[str, Any]:
    """The arguments of create_video_configuration, the flips apart."""
    frame_us = 1_000_000 // profile.fps
    height = 2 * round(SMALL_WIDTH * profile.height / profile.width / 2)
    mode = widest(modes, profile)
    return {
        "main": {"size": (profile.width, profile.height), "format": FORMATS[0]},
        "lores": {"size": (SMALL_WIDTH, height), "format": FORMATS[0]},
        "raw": None,
        "buffer_count": BUFFERS,
        "controls": {"FrameDurationLimits": (frame_us, frame_us)},
        **({"sensor": mode} if mode else {}),
    }


def given(asked: Mapping[str, Any], got: Mapping[str, Any]) -> Small:
    """`got` (camera_configuration) held against what was `asked`: libcamera takes the nearest size without a word.

    Gives the small stream; raises CameraLost.
    """
    width, height = asked["main"]["size"]
    for name in ("main", "lores"):
        if tuple(got[name]["size"]) != asked[name]["size"] or got[name]["format"] not in FORMATS:
            log.error("camera: %s is %s %s", name, got[name]["size"], got[name]["format"])
            do = "Choose another size in the box's settings."
            raise CameraLost("The camera cannot film at {width} x {height}.", do, width=width, height=height)
    mode, chosen = asked.get("sensor"), got.get("sensor")
    if mode and chosen and tuple(chosen["output_size"]) != mode["output_size"]:
        log.warning("camera: the sensor gives %s, not the whole view of %s", chosen["output_size"], mode["output_size"])
    lores = got["lores"]
    small_width, small_height = lores["size"]
    return Small(small_width, small_height, lores["stride"], lores["format"])


def widest(modes: Sequence[Mode], profile: Profile) -> dict[str, Any] | None:
    """The sensor mode that sees most and is fast enough; None leaves the choice to picamera2.

    Left to itself picamera2 takes a mode cropped to 67 % of the width for 1600x900 and below.
    """
    fit = [mode for mode in modes if "crop_limits" in mode and mode["fps"] >= profile.fps - 0.5]
    if not fit:
        return None

    def merit(mode: Mode) -> tuple[int, bool, int]:
        width, height = mode["size"]
        seen = mode["crop_limits"][2] * mode["crop_limits"][3]
        enough = width >= profile.width and height >= profile.height
        return seen, enough, -width * height

    best = max(fit, key=merit)
    return {"output_size": tuple(best["size"]), "bit_depth": best["bit_depth"]}
