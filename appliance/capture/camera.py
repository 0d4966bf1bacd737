"""What the recorder asks of any camera: the same of a Pi's, a drawn one, a film and a webcam.

Apart so that the recorder can be read, typed and tested without one.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from appliance.capture.packet import Sink

if TYPE_CHECKING:  # every process reads what a profile is, and few of them have pictures
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Profile:
    """What is recorded: pixels, frames per second (nominal) and bits per second. A key frame every `fps` frames."""

    width: int = 1920
    height: int = 1080
    fps: int = 30
    bitrate: int = 8_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """The newest small picture, for framing and previews; it is never kept.

    `luma`: uint8, shape (height, width), the Y plane; `i420`: uint8, shape (height * 3 / 2, width), with colour.
    `pts_us`: CLOCK_MONOTONIC capture time in microseconds.
    """

    i420: "npt.NDArray[np.uint8]"
    pts_us: int

    @property
    def luma(self) -> "npt.NDArray[np.uint8]":
        return self.i420[: self.i420.shape[0] * 2 // 3]


class Camera(Protocol):
    """Life: `open` once, then any number of `start`/`stop` pairs (each with a fresh encoder), then `close`.

    Between `open` and `start` no packet exists. After `stop` returns no packet is sent. `stop` and `close` may be
    called in any state and more than once.
    """

    @property
    def profile(self) -> Profile: ...

    def open(self) -> None:
        """Make the camera ready. Raises CameraLost."""
        ...

    def start(self, sink: Sink) -> None:
        """Encode from now on, the first packet a key frame. Raises CameraLost."""
        ...

    def stop(self, timeout_s: float) -> None:
        """End encoding; every packet already encoded is sent before this returns. Raises StuckWorker."""
        ...

    def picture(self) -> Picture | None:
        """The newest small picture (640 wide), None before the first one; works from `open` to `close`."""
        ...

    def close(self, timeout_s: float) -> None:
        """Let go of the hardware. Raises StuckWorker."""
        ...


@dataclass(frozen=True, slots=True)
class Level:
    """Loudness of the newest 1,024 samples: `rms_dbfs` and `peak_dbfs`, -120 for digital silence."""

    rms_dbfs: float
    peak_dbfs: float


class Microphone(Protocol):
    """Same life as a Camera. A microphone that is unplugged sends nothing until it is back; it never raises then.

    Packets are continuous on its own 1,024-sample grid while it is well; a hole in `pts_us` is a hole in the sound.
    """

    def open(self) -> None:
        """Make ready. Does not raise where no microphone is present: recording without sound beats not recording."""
        ...

    def start(self, sink: Sink) -> None: ...

    def stop(self, timeout_s: float) -> None: ...

    def level(self) -> Level | None:
        """Newest level, None while no sound arrives."""
        ...

    def close(self, timeout_s: float) -> None: ...
