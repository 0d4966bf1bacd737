"""A camera whose pictures a program makes: it keeps a real one's time and fails as a real one fails.

Apart because the test card and a film differ only in what is before the lens.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

import cv2

from appliance.capture.camera import Picture, Profile
from appliance.capture.faults import Faults
from appliance.capture.h264 import H264
from appliance.capture.i420 import I420, black, planes, scaled
from appliance.capture.pace import Pace, wait_until
from appliance.capture.packet import Sink
from appliance.clock import Clock
from appliance.errors import CameraLost
from appliance.worker import Worker

SMALL_WIDTH: Final = 640


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture to be made: its number since `open`, and when it is taken (CLOCK_MONOTONIC, UTC)."""

    number: int
    capture_us: int
    utc_ms: int


class Scene(Protocol):
    """What is before the lens. Called by one thread at a time, with numbers that never fall."""

    def paint(self, canvas: I420, shot: Shot) -> None:
        """Fill the whole canvas."""
        ...

    def caption(self, canvas: I420, shot: Shot) -> None:
        """Write over the picture what light and darkness do not touch, such as the marker."""
        ...

    def close(self) -> None: ...


class DrawnCamera:
    """A Camera (see the Protocol). Picture n is taken at `t0 + n / fps`, so a number tells its capture time exactly.

    A number that was late, lost or left out by a fault is never used again: holes in the numbers are lost pictures.
    """

    def __init__(self, profile: Profile, clock: Clock, faults: Faults, make_scene: Callable[[], Scene]) -> None:
        self._profile = profile
        self._clock = clock
        self._faults = faults
        self._make_scene = make_scene
        self._looking = threading.Lock()  # held while the canvas is painted or copied, never while a sink is called
        self._scene: Scene | None = None
        self._worker: Worker | None = None
        self._pace = Pace(profile.fps, 0)
        self._canvas = black(profile.width, profile.height)
        self._shown: Shot | None = None
        self.late_pictures = 0
        """Left out between two others because this machine had no time for them; faults are not counted."""

    @property
    def profile(self) -> Profile:
        return self._profile

    def open(self) -> None:
        """Raises CameraLost, and BadInput where the scene is a film that cannot be shown."""
        if self._scene is None:
            self._scene = self._make_scene()
            self._pace = Pace(self._profile.fps, self._clock.monotonic_us())

    def start(self, sink: Sink) -> None:
        if self._scene is None:
            raise CameraLost("The camera is not open.")
        if self._worker is not None:
            raise CameraLost("The camera is filming already.")
        self._look(max(0, self._newest()))  # a film finds its place now, not while the first pictures are due
        encoder = H264(self._profile)
        self._worker = Worker("camera", lambda stopping: self._film(encoder, sink, stopping)).start()

    def stop(self, timeout_s: float) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop(timeout_s)

    def picture(self) -> Picture | None:
        if self._scene is None or self._newest() < 0:
            return None
        filming = self._worker is not None and self._worker.alive
        if not filming:
            self._look(self._newest())
        with self._looking:
            if self._shown is None:
                return None
            height = 2 * round(SMALL_WIDTH * self._profile.height / self._profile.width / 2)
            return Picture(scaled(self._canvas, SMALL_WIDTH, height), self._shown.capture_us)

    def close(self, timeout_s: float) -> None:
        self.stop(timeout_s)
        scene, self._scene = self._scene, None
        if scene is not None:
            with self._looking:
                scene.close()
                self._shown = None

    def _film(self, encoder: H264, sink: Sink, stopping: threading.Event) -> None:
        number = first = max(0, self._newest() + 1)
        while wait_until(self._clock, self._pace.capture_us(number), stopping):
            due = self._pace.due(number, self._clock.monotonic_us())
            self.late_pictures += due - number if number > first else 0
            number = due
            switches = self._faults.now
            if not (switches.drops(number) or (switches.low_light and number % 2)):
                self._look(number)
                if not switches.encoder_stalled:
                    pts_us = self._pace.capture_us(number) + switches.clock_jump_us
                    sink(encoder.encode(self._canvas, pts_us, other_parameters=switches.parameters_changed))
            number += 1

    def _newest(self) -> int:
        return self._pace.newest(self._clock.monotonic_us())

    def _look(self, number: int) -> None:
        """Paint picture `number` as the faults of this moment let it be seen."""
        scene, switches = self._scene, self._faults.now
        if scene is None:
            return
        capture_us = self._pace.capture_us(number)
        late_ms = (self._clock.monotonic_us() - capture_us) // 1000
        shot = Shot(number, capture_us, self._clock.utc_ms() - late_ms)
        with self._looking:
            if switches.lens_covered:
                self._canvas[:] = black(self._profile.width, self._profile.height)
            else:
                scene.paint(self._canvas, shot)
                if switches.low_light:
                    _darken(self._canvas)
                scene.caption(self._canvas, shot)
            self._shown = shot


def _darken(canvas: I420) -> None:
    """A lamp's worth of light: luma to a third, colours paler."""
    parts = planes(canvas)
    parts.y[:] = cv2.convertScaleAbs(parts.y, alpha=0.34, beta=12)
    for chroma in (parts.u, parts.v):
        chroma[:] = cv2.convertScaleAbs(chroma, alpha=0.6, beta=51)
