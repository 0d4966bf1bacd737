"""Pictures -> H.264 packets that cannot be told from picamera2's.

Apart because the test card, a film and a webcam share it; a Pi's camera brings its own encoder.
"""

import logging
from fractions import Fraction
from typing import Final

import av
import numpy as np
import numpy.typing as npt
from av.video.codeccontext import VideoCodecContext

from appliance.capture.camera import Profile
from appliance.capture.packet import VideoPacket
from appliance.errors import CameraLost

log: Final = logging.getLogger(__name__)

BT601: Final = 6
"""The colour matrix of I420 as OpenCV makes it (H.264 table E-5: SMPTE 170M)."""


class H264:
    """One encoder from a start to a stop: libx264, no delay, no B-frames, one thread, a key frame every `fps` frames.

    Options as picamera2's LibavH264Encoder has them with `repeat=True`; every key frame carries its parameter sets.
    Raises CameraLost for a profile that cannot be encoded.
    """

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._taken = 0
        self._other_parameters = False
        try:
            self._codec = _opened(profile, other_parameters=False)
        except (av.error.FFmpegError, ValueError) as failure:
            log.error("encoder: %s", type(failure).__name__)
            raise CameraLost("Pictures of this size cannot be encoded.", "Use another recording profile.") from None

    def encode(self, i420: npt.NDArray[np.uint8], pts_us: int, *, other_parameters: bool = False) -> VideoPacket:
        """The packet of one picture, shape (height * 3 / 2, width); the array may be used again at once.

        `other_parameters`: from the next key frame on the same pictures come under another SPS (level 5.1), as after
        a change of sensor mode; and back again.
        """
        if self._taken % self._profile.fps == 0 and other_parameters != self._other_parameters:
            self._codec = _opened(self._profile, other_parameters=other_parameters)
            self._other_parameters = other_parameters
        frame = av.VideoFrame.from_numpy_buffer(i420, "yuv420p")
        frame.pts = self._taken  # not pts_us: a clock that jumps must not upset the rate control
        self._taken += 1
        (packet,) = self._codec.encode(frame)
        return VideoPacket(bytes(packet), pts_us, packet.is_keyframe)


def _opened(profile: Profile, *, other_parameters: bool) -> VideoCodecContext:
    codec = av.CodecContext.create("libx264", "w")
    codec.width, codec.height = profile.width, profile.height
    codec.pix_fmt = "yuv420p"
    codec.time_base = Fraction(1, profile.fps)
    codec.framerate = Fraction(profile.fps)
    codec.bit_rate = profile.bitrate
    codec.gop_size = profile.fps
    codec.max_b_frames = 0
    codec.thread_count = 1
    codec.color_primaries = codec.color_trc = codec.colorspace = BT601
    codec.options = {"preset": "ultrafast", "tune": "zerolatency", "x264-params": "scenecut=0:annexb=1"}
    if other_parameters:
        codec.options |= {"level": "5.1"}
    codec.open()
    return codec
