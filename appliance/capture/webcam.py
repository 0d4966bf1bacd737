"""A USB camera (V4L2) for the demo on a laptop, encoded here.

Apart because it is the one camera whose pace is not ours: pictures come when the device has them.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer

from appliance.capture.camera import Picture, Profile
from appliance.capture.drawn_camera import SMALL_WIDTH
from appliance.capture.h264 import H264
from appliance.capture.i420 import black, scaled
from appliance.capture.letterbox import Letterbox
from appliance.capture.pace import SECOND_US
from appliance.capture.packet import Sink
from appliance.clock import Clock
from appliance.errors import CameraLost
from appliance.worker import Worker

log: Final = logging.getLogger(__name__)
Lens = Callable[[], InputContainer]
"""Opens what pictures come from; raises CameraLost. The device's own, or a file's in tests."""
_READ_S: Final = 2.0
_OPEN_S: Final = 5.0
_BELIEVED_US: Final = SECOND_US
"""A device's time stamp is taken if it is at most this old on our clock; UVC stamps are CLOCK_MONOTONIC."""


class Webcam:
    """A Camera (see the Protocol). The device runs from `open` to `close`; a key frame each `fps` pictures."""

    def __init__(self, device: str, profile: Profile, clock: Clock, lens: Lens | None = None) -> None:
        self._profile = profile
        self._clock = clock
        self._lens = lens or (lambda: open_device(device, profile))
        self._lock = threading.Lock()  # held while one picture is laid out, encoded and sent
        self._canvas = black(profile.width, profile.height)
        self._shown_us: int | None = None
        self._worker: Worker | None = None
        self._sink: Sink | None = None
        self._encoder: H264 | None = None

    @property
    def profile(self) -> Profile:
        return self._profile

    def open(self) -> None:
        if self._worker is None:
            container = self._lens()
            self._worker = Worker("webcam", lambda stopping: self._watch(container, stopping)).start()

    def start(self, sink: Sink) -> None:
        if self._worker is None or not self._worker.alive:
            raise CameraLost("The webcam sends no pictures.")
        with self._lock:
            if self._sink is not None:
                raise CameraLost("The camera is filming already.")
            self._encoder, self._sink = H264(self._profile), sink

    def stop(self, timeout_s: float) -> None:
        with self._lock:
            self._encoder = self._sink = None

    def picture(self) -> Picture | None:
        with self._lock:
            if self._shown_us is None:
                return None
            height = 2 * round(SMALL_WIDTH * self._profile.height / self._profile.width / 2)
            return Picture(scaled(self._canvas, SMALL_WIDTH, height), self._shown_us)

    def close(self, timeout_s: float) -> None:
        self.stop(timeout_s)
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop(timeout_s)
        self._shown_us = None

    def _watch(self, container: InputContainer, stopping: threading.Event) -> None:
        """Until a stop; raises CameraLost when the device goes, and its silence tells the recorder."""
        with container:
            letterbox = Letterbox(container.streams.video[0].sample_aspect_ratio)
            try:
                for frame in container.decode(video=0):
                    if stopping.is_set():
                        return
                    self._see(frame, letterbox)
            except av.error.FFmpegError as failure:
                log.warning("webcam: %s", type(failure).__name__)
        raise CameraLost("The webcam is gone.")

    def _see(self, frame: av.VideoFrame, letterbox: Letterbox) -> None:
        with self._lock:
            pts_us = max(capture_us(frame.time, self._clock.monotonic_us()), (self._shown_us or 0) + 1)
            letterbox.lay(frame, self._canvas)
            self._shown_us = pts_us
            if self._encoder is not None and self._sink is not None:
                self._sink(self._encoder.encode(self._canvas, pts_us))


def capture_us(frame_s: float | None, now_us: int) -> int:
    """The device's own time of a picture where it is believable, else now."""
    stamped_us = round((frame_s or 0) * SECOND_US)
    return stamped_us if 0 <= now_us - stamped_us <= _BELIEVED_US else now_us


def open_device(device: str, profile: Profile) -> InputContainer:
    """The V4L2 device at the profile's size: MJPEG, which fits through USB 2, else raw, else as the device likes."""
    if not Path(device).exists():
        raise CameraLost(
            "There is no webcam.", "Plug one in, or name its device ({device} does not exist).", device=str(device)
        )
    size = {"video_size": f"{profile.width}x{profile.height}", "framerate": str(profile.fps)}
    for options in (size | {"input_format": "mjpeg"}, size | {"input_format": "yuyv422"}, {}):
        try:
            return av.open(device, format="v4l2", options=options, timeout=(_OPEN_S, _READ_S))
        except PermissionError:
            raise CameraLost("The webcam may not be used.", "Add yourself to the group video.") from None
        except (av.error.FFmpegError, OSError):
            continue
    raise CameraLost("The webcam does not answer.", "Close other programs that use it, or plug it in again.")
