"""The Raspberry Pi's camera through picamera2.

Apart because picamera2 exists only on a Pi: this is the thin adapter, all else runs everywhere. What it avoids was seen
or read in picamera2 0.3.38; issue numbers are those of raspberrypi/picamera2.
"""

import contextlib
import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy as np

from appliance.capture.camera import Picture, Profile
from appliance.capture.packet import Sink, VideoPacket
from appliance.errors import CameraLost
from appliance.worker import StuckWorker, within

log: Final = logging.getLogger(__name__)
SMALL_WIDTH: Final = 640
OPEN_S: Final = 10.0
FOCUS_S: Final = 5.0
LOOK_S: Final = 1.0
"""Every blocking call of picamera2 is given a limit: without one it may wait for ever (issue 1264)."""


class PiCamera:
    """A Camera (see the Protocol). The sensor runs from `open` to `close`: at a start exposure and focus are settled.

    `encoder`: the class in picamera2.encoders; "H264Encoder" is the one for the board (V4L2 up to the Pi 4, libx264 on
    the Pi 5). An encoder object serves once: a failed start leaves it in a half state.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        number: int = 0,
        hflip: bool = False,
        vflip: bool = False,
        encoder: str = "H264Encoder",
    ) -> None:
        self._profile = profile
        self._number = number
        self._flips = {"hflip": hflip, "vflip": vflip}
        self._encoder_kind = encoder
        self._camera: Any = None
        self._encoder: Any = None
        self._output: Any = None

    @property
    def profile(self) -> Profile:
        return self._profile

    def open(self) -> None:
        if self._camera is not None:
            return
        try:
            from picamera2 import Picamera2
        except ImportError:
            do = "Install python3-picamera2 from the system's packages and start again."
            raise CameraLost("The camera's software is missing.", do) from None
        try:
            self._camera = within("pi-camera-open", OPEN_S, lambda: Picamera2(self._number))
            within("pi-camera-start", OPEN_S, self._begin)
        except Exception as failure:  # noqa: BLE001 - picamera2 raises whatever its layers raise
            log.error("camera: %s", type(failure).__name__)
            with contextlib.suppress(StuckWorker):
                self.close(LOOK_S)
            raise CameraLost("The camera does not answer.") from None

    def start(self, sink: Sink) -> None:
        if self._camera is None:
            raise CameraLost("The camera is not open.")
        if self._encoder is not None:
            raise CameraLost("The camera is filming already.")
        from picamera2 import encoders
        from picamera2.outputs import Output

        fps = self._profile.fps
        kind = getattr(encoders, self._encoder_kind)
        encoder = kind(bitrate=self._profile.bitrate, repeat=True, iperiod=fps, framerate=fps)
        output = packet_output(Output)(encoder, sink)
        try:
            self._camera.start_encoder(encoder, output, name="main")
        except Exception as failure:  # noqa: BLE001
            output.shut()
            log.error("camera: %s", type(failure).__name__)
            raise CameraLost("The camera's encoder does not start.") from None
        self._encoder, self._output = encoder, output

    def stop(self, timeout_s: float) -> None:
        encoder, self._encoder = self._encoder, None
        output, self._output = self._output, None
        if encoder is None:
            return
        try:
            _limited("pi-camera-stop-encoder", timeout_s, lambda: self._camera.stop_encoder(encoder))
        finally:
            output.shut()

    def picture(self) -> Picture | None:
        if self._camera is None:
            return None
        try:
            request = self._camera.capture_request(wait=LOOK_S)
            try:
                i420 = np.array(request.make_array("lores")[:, :SMALL_WIDTH], dtype=np.uint8, order="C")
                return Picture(i420, int(request.get_metadata()["SensorTimestamp"]) // 1000)
            finally:
                request.release()
        except Exception as failure:  # noqa: BLE001 - a stalled camera; the recorder's watchdog acts
            log.warning("camera: %s", type(failure).__name__)
            return None

    def close(self, timeout_s: float) -> None:
        """Each step is tried, whatever became of the one before.

        In this order, for `stop` blocks for ever while a job waits for a camera that has stalled (issue 1264).
        """
        camera = self._camera
        if camera is None:
            return
        stuck: list[StuckWorker] = []
        steps = [
            partial(_limited, "pi-camera-close", timeout_s, step)
            for step in (camera.cancel_all_and_flush, camera.stop, camera.close)
        ]
        for step in (partial(self.stop, timeout_s), *steps):
            try:
                step()
            except StuckWorker as failure:
                stuck.append(failure)
        self._camera = None
        if stuck:
            raise stuck[0]

    def _begin(self) -> None:
        camera, profile = self._camera, self._profile
        from libcamera import Transform

        frame_us = 1_000_000 // profile.fps
        mode = widest(camera.sensor_modes, profile)
        height = 2 * round(SMALL_WIDTH * profile.height / profile.width / 2)
        configuration = camera.create_video_configuration(
            main={"size": (profile.width, profile.height), "format": "YUV420"},
            lores={"size": (SMALL_WIDTH, height), "format": "YUV420"},
            raw=None,
            transform=Transform(**self._flips),
            buffer_count=4,
            controls={"FrameDurationLimits": (frame_us, frame_us)},
            **({"sensor": mode} if mode else {}),
        )
        camera.configure(configuration)
        camera.start()
        if "AfMode" in camera.camera_controls:
            self._focus()

    def _focus(self) -> None:
        """Once, then locked: continuous autofocus hunts in the picture and sticks (issues 1082 and 1272)."""
        from libcamera import controls

        try:
            self._camera.autofocus_cycle(wait=FOCUS_S)
        except TimeoutError:
            self._camera.cancel_all_and_flush()
            log.warning("camera: no focus")
        lens = self._camera.capture_metadata(wait=LOOK_S).get("LensPosition")
        locked = {"AfMode": controls.AfModeEnum.Manual}
        self._camera.set_controls(locked if lens is None else locked | {"LensPosition": lens})


def packet_output(base: Any) -> Any:
    """Our only subclass of picamera2's Output; `base` is that class, known only where picamera2 is."""

    class PacketOutput(base):  # type: ignore[misc] # picamera2 has no types
        """Gives packets to a sink and nothing back: an exception here kills the camera's thread for good."""

        def __init__(self, encoder: Any, sink: Sink) -> None:
            super().__init__()
            self._encoder = encoder
            self._sink: Sink | None = sink
            self.failures = 0

        def outputframe(
            self,
            frame: bytes,
            keyframe: bool = True,
            timestamp: int | None = None,
            packet: Any = None,
            audio: bool = False,
        ) -> None:
            try:
                if self._sink is not None and not audio:
                    pts_us = self._encoder.firsttimestamp + timestamp
                    self._sink(VideoPacket(frame, pts_us, bool(keyframe)))
            except Exception as failure:  # noqa: BLE001 - see the class
                self.failures += 1
                if self.failures == 1:
                    log.error("camera: sink failed with %s", type(failure).__name__)

        def shut(self) -> None:
            """Nothing is sent any more, whatever a stuck encoder still delivers."""
            self._sink = None

    return PacketOutput


def widest(modes: Sequence[Mapping[str, Any]], profile: Profile) -> dict[str, Any] | None:
    """The sensor mode that sees most and is fast enough; None leaves the choice to picamera2.

    Left to itself picamera2 takes a mode cropped to 67 % of the width for 1600x900 and below.
    """
    fit = [mode for mode in modes if "crop_limits" in mode and mode["fps"] >= profile.fps - 0.5]
    if not fit:
        return None

    def merit(mode: Mapping[str, Any]) -> tuple[int, bool, int]:
        width, height = mode["size"]
        seen = mode["crop_limits"][2] * mode["crop_limits"][3]
        enough = width >= profile.width and height >= profile.height
        return seen, enough, -width * height

    best = max(fit, key=merit)
    return {"output_size": tuple(best["size"]), "bit_depth": best["bit_depth"]}


def _limited(name: str, timeout_s: float, call: Callable[[], object]) -> None:
    """StuckWorker goes through; another failure of a camera that is being let go is only logged."""
    try:
        within(name, timeout_s, call)
    except StuckWorker:
        raise
    except Exception as failure:  # noqa: BLE001
        log.warning("camera: %s in %s", type(failure).__name__, name)
