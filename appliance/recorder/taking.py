"""Runs camera and microphone for the attendant: starts, pauses, ends, and climbs the ladder when they fail.

Apart because a camera's calls can block for ever (picamera2 issue 1264); they run in this one thread, each with a time
limit, while the attendant goes on answering fingers.
"""

import queue
import threading
from collections.abc import Callable
from typing import Final

from appliance.capture.camera import Camera, Microphone
from appliance.capture.packet import Packet, VideoPacket
from appliance.clock import Clock
from appliance.errors import CameraLost, Fault
from appliance.recorder.notices import CameraBack, CameraFailed, Notify
from appliance.recorder.packet_queue import Begin, Finish, Hole, PacketQueue
from appliance.recorder.timeline import Timeline
from appliance.worker import StuckWorker, within

STEP_S: Final = 5.0
"""Time limit of each step; V4L2's own flush takes up to 0.4 s."""
OPEN_S: Final = 30.0
"""The first time picamera2 is read from a slow card within it; an autofocus cycle takes up to 5 s. The camera's own
steps have limits of their own."""
TRIES: Final = 2


class Taking:
    """`run` is the work of a Worker. The public verbs only enqueue; what came of them is told by `notify`."""

    def __init__(
        self, *, camera: Camera, microphone: Microphone, packets: PacketQueue, clock: Clock, notify: Notify
    ) -> None:
        self._camera, self._microphone, self._packets = camera, microphone, packets
        self._clock, self._notify = clock, notify
        self._wishes: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._pictures = Timeline()
        self._sounds = Timeline(lead=self._pictures)
        self._filming = False
        self.last_picture_us: int | None = None
        """CLOCK_MONOTONIC arrival of the newest picture since filming began or went on; None before it."""
        self.last_sound_us: int | None = None
        self.filming_since_us: int | None = None
        """When `start` was carried out; None while not filming."""

    def run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self.carry_out(0.2)
        self._stop_both()
        self._quietly(lambda: self._microphone.close(STEP_S))
        self._quietly(lambda: self._camera.close(STEP_S))

    def carry_out(self, wait_s: float = 0.0) -> bool:
        """The oldest wish, waited for up to `wait_s`; whether there was one."""
        try:
            wish = self._wishes.get(block=wait_s > 0, timeout=wait_s)
        except queue.Empty:
            return False
        wish()
        return True

    def open(self) -> None:
        """Open both; CameraBack or CameraFailed follows."""
        self._wishes.put(self._open)

    def begin(self, continues: str | None) -> None:
        self._wishes.put(lambda: self._begin(continues))

    def pause(self) -> None:
        self._wishes.put(lambda: self._leave(Hole("pause")))

    def resume(self) -> None:
        self._wishes.put(self._start_both)

    def end(self, reason: str) -> None:
        self._wishes.put(lambda: self._leave(Finish(reason)))

    def climb(self) -> None:
        """The encoder went silent: the recovery ladder. CameraBack or CameraFailed follows."""
        self._wishes.put(self._climb)

    def reopen(self) -> None:
        """After a fault and with nothing recording: close and open. CameraBack or CameraFailed follows."""
        self._wishes.put(self._reopen)

    def _open(self) -> None:
        try:
            within("open-camera", OPEN_S, self._camera.open)
            within("open-microphone", STEP_S, self._microphone.open)
        except (Fault, StuckWorker) as failure:
            self._failed(failure)
        else:
            self._notify(CameraBack())

    def _begin(self, continues: str | None) -> None:
        self._packets.order(Begin(continues))
        self._start_both()

    def _leave(self, order: Hole | Finish) -> None:
        """Stop both, then tell the pipeline what that means, behind the last packet."""
        failure = self._stop_both()
        self._packets.order(order)
        if failure is not None:
            self._failed(failure)

    def _start_both(self) -> None:
        try:
            self._start_camera()
            within("start-microphone", STEP_S, lambda: self._microphone.start(self._sound))
        except (Fault, StuckWorker) as failure:
            self._failed(failure)

    def _start_camera(self) -> None:
        self.last_picture_us = self.last_sound_us = None
        self.filming_since_us = self._clock.monotonic_us()
        self._filming = True
        within("start-camera", STEP_S, lambda: self._camera.start(self._picture))

    def _stop_both(self) -> Exception | None:
        self._filming, self.filming_since_us = False, None
        failure = self._quietly(lambda: self._camera.stop(STEP_S))
        self._quietly(lambda: self._microphone.stop(STEP_S))  # after the pictures: sound comes later than they do
        return failure

    def _climb(self) -> None:
        """Stop, close, open, start; twice at most. The session stays open: the pipeline sees a hole."""
        if not self._filming:
            return
        self._packets.order(Hole("camera"))
        failure: Exception = CameraLost("The camera sends no pictures.")
        for _ in range(TRIES):
            try:
                self._quietly(lambda: self._camera.stop(STEP_S))
                within("close-camera", 2 * STEP_S, lambda: self._camera.close(STEP_S))
                within("open-camera", OPEN_S, self._camera.open)
                self._start_camera()
            except StuckWorker as stuck:
                failure = stuck
                break
            except Fault as fault:
                failure = fault
            else:
                self._notify(CameraBack())
                return
        self._failed(failure)

    def _reopen(self) -> None:
        self._quietly(lambda: self._microphone.close(STEP_S))
        self._quietly(lambda: self._camera.close(STEP_S))
        self._open()

    def _failed(self, failure: Exception) -> None:
        fault = failure if isinstance(failure, Fault) else CameraLost("The camera does not answer.")
        self._notify(CameraFailed(fault, stuck=isinstance(failure, StuckWorker)))

    def _quietly(self, call: Callable[[], None]) -> Exception | None:
        """A step whose failure must not keep the next one from being tried; the failure is given back."""
        try:
            within("camera-step", 2 * STEP_S, call)
        except (Fault, StuckWorker, OSError) as failure:
            return failure
        return None

    def _picture(self, packet: Packet) -> None:
        self.last_picture_us = arrived_us = self._clock.monotonic_us()
        if isinstance(packet, VideoPacket):
            self._packets.put(self._pictures.place(packet, arrived_us))

    def _sound(self, packet: Packet) -> None:
        self.last_sound_us = arrived_us = self._clock.monotonic_us()
        if not isinstance(packet, VideoPacket):
            self._packets.put(self._sounds.place(packet, arrived_us))
