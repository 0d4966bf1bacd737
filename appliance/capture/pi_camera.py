"""The Raspberry Pi's camera through picamera2.

Apart because picamera2 exists only on a Pi: this is the thin adapter, all else runs everywhere. What it avoids was seen
or read in picamera2 0.3.38; issue numbers are those of raspberrypi/picamera2.
"""

import gc
import importlib
import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from appliance.capture.board_encoder import BoardEncoder, board_model, encoder_of
from appliance.capture.camera import Picture, Profile
from appliance.capture.packet import Sink, VideoPacket
from appliance.capture.pi_streams import Small, given, wanted
from appliance.errors import CameraLost
from appliance.worker import StuckWorker, within

log: Final = logging.getLogger(__name__)
OPEN_S: Final = 10.0
FOCUS_S: Final = 5.0
FIRST_S: Final = 2.0
LOOK_S: Final = 1.0
"""Every blocking call of picamera2 is given a limit: without one it may wait for ever (issue 1264). The last three stay
below the first together."""


class PiCamera:
    """A Camera (see the Protocol). The sensor runs from `open` to `close`: at a start exposure and focus are settled.

    `encoder`: None for the board's own (board_encoder.py). An encoder object serves once: a failed start leaves it in a
    half state.
    """

    def __init__(
        self,
        profile: Profile,
        *,
        number: int = 0,
        hflip: bool = False,
        vflip: bool = False,
        encoder: BoardEncoder | None = None,
    ) -> None:
        self._profile = profile
        self._number = number
        self._flips = {"hflip": hflip, "vflip": vflip}
        self._board = encoder or encoder_of(board_model())
        self._asking = threading.Lock()  # held while a picture is asked for: none is once `close` has begun
        self._camera: Any = None
        self._small: Small | None = None
        self._encoder: Any = None
        self._output: Any = None

    @property
    def profile(self) -> Profile:
        return self._profile

    def open(self) -> None:
        """Until the first picture has come."""
        if self._camera is not None:
            return
        try:
            import picamera2
        except ImportError:
            do = "Install python3-picamera2 from the system's packages and start again."
            raise CameraLost("The camera's software is missing.", do) from None
        self._board.check(picamera2.get_platform().name)
        try:
            self._camera = within("pi-camera-open", OPEN_S, lambda: self._find(picamera2.Picamera2))
            within("pi-camera-start", OPEN_S, self._begin)
        except StuckWorker:
            raise
        except Exception as failure:  # noqa: BLE001 - picamera2 raises whatever its layers raise
            log.error("camera: %s", type(failure).__name__)
            self.close(LOOK_S)
            raise failure if isinstance(failure, CameraLost) else CameraLost("The camera does not answer.") from None

    def start(self, sink: Sink) -> None:
        if self._camera is None:
            raise CameraLost("The camera is not open.")
        if self._encoder is not None:
            raise CameraLost("The camera is filming already.")
        from picamera2.outputs import Output

        kind = getattr(importlib.import_module(self._board.module), self._board.kind)
        encoder = kind(**self._board.asked(self._profile))
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
        """Copied in picamera2's own thread: a request that nobody came for any more would keep one of four buffers."""
        with self._asking:
            if self._camera is None or self._small is None:
                return None
            small, job = self._small, self._camera.capture_arrays(["lores"], wait=False)
        try:
            (array,), metadata = job.get_result(timeout=LOOK_S)
        except Exception as failure:  # noqa: BLE001 - a stalled camera; the recorder's watchdog acts
            log.warning("camera: %s", type(failure).__name__)
            return None
        return Picture(small.i420(array), int(metadata["SensorTimestamp"]) // 1000)

    def close(self, timeout_s: float) -> None:
        """Each step is tried, whatever became of the one before.

        In this order, for `stop` blocks for ever while a job waits for a camera that has stalled (issue 1264).
        """
        with self._asking:
            self._small = None
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
        self._camera = camera = None
        gc.collect()  # a closed Picamera2 is a ring of references that keeps two descriptors
        if stuck:
            raise stuck[0]

    def _find(self, kind: Any) -> Any:
        """Looked for first: each Picamera2 that finds none keeps a pipe, and in hours of trying they run out."""
        if len(kind.global_camera_info()) <= self._number:
            raise CameraLost("No camera was found.")
        return kind(self._number)

    def _begin(self) -> None:
        camera = self._camera
        from libcamera import Transform

        asked = wanted(self._profile, camera.sensor_modes)
        camera.configure(camera.create_video_configuration(transform=Transform(**self._flips), **asked))
        small = given(asked, camera.camera_configuration())
        camera.start()
        camera.capture_metadata(wait=FIRST_S)
        if "AfMode" in camera.camera_controls:
            self._focus()
        self._small = small

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


def _limited(name: str, timeout_s: float, call: Callable[[], object]) -> None:
    """StuckWorker goes through; another failure of a camera that is being let go is only logged."""
    try:
        within(name, timeout_s, call)
    except StuckWorker:
        raise
    except Exception as failure:  # noqa: BLE001
        log.warning("camera: %s in %s", type(failure).__name__, name)
