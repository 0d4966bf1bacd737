"""A microphone whose samples a program makes, at the pace of the given clock.

Apart because the beeper and a film's sound differ only in the samples.
"""

import threading
from collections.abc import Callable
from contextlib import closing
from typing import Final, Protocol

import numpy as np

from appliance.capture.aac import Samples
from appliance.capture.camera import Level
from appliance.capture.faults import Faults
from appliance.capture.pace import SECOND_US, wait_until
from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE, Sink
from appliance.capture.sound_line import OnFault, SoundLine
from appliance.clock import Clock
from appliance.errors import MicSilent
from appliance.worker import Worker

_OVERRUN: Final = AUDIO_RATE
"""Being later than this many samples loses them, as an overrun of the sound card does."""


class Sound(Protocol):
    """What is to be heard. Called by one thread."""

    def frame(self, sample: int) -> Samples:
        """1,024 samples from `sample` on; sample s is heard at s / 48,000 seconds of CLOCK_MONOTONIC."""
        ...

    def close(self) -> None: ...


class ClockedMicrophone:
    """A Microphone (see the Protocol); it listens from `open` to `close`, so there is a level before a start."""

    def __init__(
        self, clock: Clock, faults: Faults, make_sound: Callable[[], Sound], on_fault: OnFault | None = None
    ) -> None:
        self._clock = clock
        self._faults = faults
        self._make_sound = make_sound
        self._line = SoundLine(on_fault)
        self._worker: Worker | None = None

    def open(self) -> None:
        if self._worker is None:
            sound = self._make_sound()
            self._worker = Worker("microphone", lambda stopping: self._listen(sound, stopping)).start()

    def start(self, sink: Sink) -> None:
        self._line.attach(sink)

    def stop(self, timeout_s: float) -> None:
        self._line.detach()

    def level(self) -> Level | None:
        return self._line.level

    def close(self, timeout_s: float) -> None:
        self._line.detach()
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop(timeout_s)
        self._line.hush()

    def _listen(self, sound: Sound, stopping: threading.Event) -> None:
        with closing(sound):
            self._hear_all(sound, stopping)

    def _hear_all(self, sound: Sound, stopping: threading.Event) -> None:
        sample = self._sample_now() + 1
        while wait_until(self._clock, _heard_us(sample + AUDIO_FRAME), stopping):
            if self._sample_now() - sample > _OVERRUN:
                sample = self._sample_now() - AUDIO_FRAME
            self._hear(sound, sample)
            sample += AUDIO_FRAME

    def _hear(self, sound: Sound, sample: int) -> None:
        switches = self._faults.now
        if switches.microphone_dead:
            self._line.hush(MicSilent("The microphone is gone."))
            return
        samples = sound.frame(sample)
        if switches.microphone_silent:
            samples = np.zeros_like(samples)
        self._line.take(samples, _heard_us(sample) + switches.clock_jump_us)

    def _sample_now(self) -> int:
        return self._clock.monotonic_us() * AUDIO_RATE // SECOND_US


def _heard_us(sample: int) -> int:
    return sample * SECOND_US // AUDIO_RATE
