"""A microphone in a quiet room where something beeps on each full second, while the test card flashes.

Apart because picture and sound can be held against each other only where each knows the second by itself.
"""

from typing import Final

import numpy as np

from appliance.capture.aac import Samples
from appliance.capture.clocked_microphone import ClockedMicrophone
from appliance.capture.faults import Faults
from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE
from appliance.capture.sound_line import OnFault
from appliance.clock import Clock

BEEP_HZ: Final = 880
BEEP_SAMPLES: Final = AUDIO_RATE // 10
_BEEP: Final = 0.25
"""Amplitude: -12 dBFS peak."""
_ROOM: Final = 0.001
"""Standard deviation of the room's noise: -60 dBFS."""
_ROOM_S: Final = 5


class Beeper(ClockedMicrophone):
    """880 Hz for 0.1 s at each full second of CLOCK_MONOTONIC, over the noise of a room."""

    def __init__(self, clock: Clock, faults: Faults, on_fault: OnFault | None = None) -> None:
        super().__init__(clock, faults, Beeps, on_fault)


class Beeps:
    """The sound itself: a loop of five seconds."""

    def __init__(self) -> None:
        second = _room_noise(_ROOM_S * AUDIO_RATE)
        at = np.arange(BEEP_SAMPLES)
        ramp = np.minimum(1.0, np.minimum(at + 1, BEEP_SAMPLES - at) / 48)
        beep = _BEEP * ramp * np.sin(2 * np.pi * BEEP_HZ * at / AUDIO_RATE)
        for start in range(0, second.size, AUDIO_RATE):
            second[start : start + BEEP_SAMPLES] += beep
        loop = np.concatenate((second, second[:AUDIO_FRAME]))
        self._loop: Samples = np.round(loop * 32767).astype(np.int16)

    def frame(self, sample: int) -> Samples:
        start = sample % (_ROOM_S * AUDIO_RATE)
        return self._loop[start : start + AUDIO_FRAME]

    def close(self) -> None:
        """Nothing is held."""


def _room_noise(samples: int) -> np.typing.NDArray[np.float64]:
    """Falls by 3 dB an octave as a room's does, from 20 Hz on; periodic, so that it loops without a seam."""
    random = np.random.default_rng(7)
    frequency = np.fft.rfftfreq(samples, 1 / AUDIO_RATE)
    spectrum = random.normal(size=frequency.size) + 1j * random.normal(size=frequency.size)
    spectrum *= (frequency >= 20) / np.sqrt(np.maximum(frequency, 20))
    noise = np.fft.irfft(spectrum, samples)
    return np.asarray(_ROOM * noise / noise.std(), dtype=np.float64)
