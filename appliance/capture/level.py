"""How loud it is, and whether that is a microphone at all.

Apart because it is arithmetic on samples; thresholds are from the project's measurements of synthetic cases.
"""

import math
from typing import Final

import numpy as np

from appliance.capture.aac import Samples
from appliance.capture.camera import Level
from appliance.capture.packet import AUDIO_RATE

FLOOR_DBFS: Final = -120.0
FEWEST_VALUES: Final = 3
"""Fewer distinct sample values in a second come from no room: unplugged, muted, or a dead converter."""
DEAD_AFTER_S: Final = 2


def measure(samples: Samples) -> Level:
    """RMS and peak in dBFS, the constant part taken off first: the offset of cheap microphones is no sound."""
    if samples.size == 0:
        return Level(FLOOR_DBFS, FLOOR_DBFS)
    sound = samples.astype(np.float64)
    sound -= sound.mean()
    return Level(_dbfs(math.sqrt(float(np.square(sound).mean()))), _dbfs(float(np.abs(sound).max())))


class DeadEar:
    """Tells a dead microphone from a quiet room: `take` what comes, then ask `dead`."""

    def __init__(self) -> None:
        self._values: set[int] = set()
        self._samples = 0
        self._dead_s = 0

    @property
    def dead(self) -> bool:
        """Two whole seconds in a row held fewer than three distinct values."""
        return self._dead_s >= DEAD_AFTER_S

    def take(self, samples: Samples) -> None:
        if len(self._values) < FEWEST_VALUES:
            self._values.update(np.unique(samples)[:FEWEST_VALUES].tolist())
        self._samples += samples.size
        if self._samples >= AUDIO_RATE:
            self._dead_s = self._dead_s + 1 if len(self._values) < FEWEST_VALUES else 0
            self._values.clear()
            self._samples = 0


def _dbfs(amplitude: float) -> float:
    return max(FLOOR_DBFS, 20 * math.log10(amplitude / 32768)) if amplitude > 0 else FLOOR_DBFS
