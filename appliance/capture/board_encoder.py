"""Which encoder a board has, and what is asked of it.

Apart because the board itself says what it is. picamera2 guesses it from the video nodes that it can open: where a unit
hides them, a Pi 5 passes for a Pi 4, whose encoder and libcamera settings do not fit it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from appliance.capture.camera import Profile
from appliance.errors import CameraLost

MODEL: Final = Path("/proc/device-tree/model")


@dataclass(frozen=True, slots=True)
class BoardEncoder:
    """`module`, `kind`: the encoder's class, by its own name: "H264Encoder" means another one on each kind of board.

    `platform`: picamera2's name of the kind of board, where there is one. `options`: beside those of the profile.
    """

    module: str
    kind: str
    platform: str | None
    options: Mapping[str, Any]

    def asked(self, profile: Profile) -> dict[str, Any]:
        """A key frame each second, by count: `force_key_frame` ends the camera's thread with libx264 (issue 1317)."""
        return {
            "bitrate": profile.bitrate,
            "repeat": True,
            "iperiod": profile.fps,
            "framerate": profile.fps,
            **self.options,
        }

    def check(self, platform: str) -> None:
        """`platform`: what picamera2 takes the board for. Raises CameraLost."""
        if self.platform not in {None, platform}:
            do = "Let the recorder open the video devices: its unit must not hide them."
            raise CameraLost("The camera's software takes this board for another kind.", do)


HIGH: Final = MappingProxyType({"profile": "high"})
"""V4L2: what the codec does by itself is not documented. libx264: without it preset ultrafast, constrained baseline;
with it superfast, so CABAC and 8x8 blocks (picamera2 0.3.38, libav_h264_encoder.py)."""
VC4: Final = BoardEncoder("picamera2.encoders.h264_encoder", "H264Encoder", "VC4", HIGH)
"""The codec in a Pi 4's chip. Level 4.0: by `framerate` picamera2 asks for 4.2 above 245,760 macroblocks a second, and
1080p30 has 244,800; above 10 Mbit/s for 4.1 (h264_encoder.py). A coded picture is at most 512 KiB (v4l2_encoder.py)."""
PISP: Final = BoardEncoder("picamera2.encoders.libav_h264_encoder", "LibavH264Encoder", "PISP", HIGH)
"""A Pi 5 has no codec: libx264, zero latency. It spreads `bitrate` over pictures by `framerate` and finds the level."""
OTHER: Final = BoardEncoder("picamera2.encoders.libav_h264_encoder", "LibavH264Encoder", None, HIGH)
"""No Raspberry Pi: picamera2 would take it for a Pi 4."""
BOARDS: Final = (
    ("Raspberry Pi 5", PISP),
    ("Raspberry Pi 500", PISP),
    ("Raspberry Pi Compute Module 5", PISP),
    ("Raspberry Pi", VC4),
)
"""How the device tree's model begins; the first that fits counts."""


def board_model(path: Path = MODEL) -> str:
    """What the board calls itself; "" on a machine without a device tree."""
    try:
        return path.read_text(encoding="ascii", errors="replace").rstrip("\0\n")
    except OSError:
        return ""


def encoder_of(model: str) -> BoardEncoder:
    return next((encoder for beginning, encoder in BOARDS if model.startswith(beginning)), OTHER)
