"""The way from samples to level and packets, the same for every microphone.

Apart because microphones differ only in where their samples come from; this part keeps the promises of the Protocol.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final

import numpy as np

from appliance.capture.aac import Aac, Samples
from appliance.capture.camera import Level
from appliance.capture.level import DeadEar, measure
from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE, Sink
from appliance.errors import Fault, MicSilent

log: Final = logging.getLogger(__name__)
OnFault = Callable[[Fault], None]
"""Told once when a microphone goes and once more each time it goes again; called from the microphone's thread."""
_TOLERANCE_US: Final = 1_000
"""Less than this between two frames is rounding, more is a hole."""


class SoundLine:
    """Frames of 1,024 samples in; a level always, packets between `attach` and `detach`."""

    def __init__(self, on_fault: OnFault | None = None) -> None:
        self._on_fault = on_fault
        self._lock = threading.Lock()  # held while a frame is encoded and sent: after `detach` nothing is sent
        self._sink: Sink | None = None
        self._aac: Aac | None = None
        self._run_us = 0  # when the unbroken run that `_aac` encodes began
        self._run_frames = 0
        self._level: Level | None = None
        self._ear = DeadEar()
        self._faulty = False

    @property
    def level(self) -> Level | None:
        return self._level

    def attach(self, sink: Sink) -> None:
        with self._lock:
            self._sink = sink

    def detach(self) -> None:
        """Send what the encoder still holds, then nothing more."""
        with self._lock:
            self._finish()
            self._sink = None

    def take(self, samples: Samples, start_us: int) -> None:
        """One frame of 1,024 samples, the first of them heard at `start_us` on CLOCK_MONOTONIC."""
        self._level = measure(samples)
        self._listen(samples)
        with self._lock:
            if self._sink is None:
                return
            next_us = self._run_us + self._run_frames * AUDIO_FRAME * 1_000_000 // AUDIO_RATE
            if self._aac is None or abs(start_us - next_us) > _TOLERANCE_US:
                self._finish()
                self._aac = Aac(start_us)
                self._run_us, self._run_frames = start_us, 0
            self._run_frames += 1
            for packet in self._aac.encode(samples):
                self._sink(packet)

    def hush(self, fault: Fault | None = None) -> None:
        """No sound comes any more: no level, what was encoded goes out, and the fault is told."""
        self._level = None
        with self._lock:
            self._finish()
        if fault is not None:
            self._tell(fault)

    def _finish(self) -> None:
        aac, self._aac = self._aac, None
        if aac is not None and self._sink is not None:
            for packet in aac.finish():
                self._sink(packet)

    def _listen(self, samples: Samples) -> None:
        self._ear.take(samples)
        if self._ear.dead:
            self._tell(MicSilent("The microphone gives no sound."))
        elif np.any(samples != samples[0]):
            self._faulty = False

    def _tell(self, fault: Fault) -> None:
        if not self._faulty:
            self._faulty = True
            log.warning("microphone: %s", fault.code)
            if self._on_fault is not None:
                self._on_fault(fault)
