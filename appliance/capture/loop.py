"""Where in an endless repetition of a film a moment of the clock lies.

Apart because pictures and sound must answer this alike, or lips and voices drift.
"""

from dataclasses import dataclass
from typing import NamedTuple

from appliance.capture.pace import SECOND_US
from appliance.capture.packet import AUDIO_RATE


class Place(NamedTuple):
    """`turn` counts the repetitions; `sample` is the place within one, at 48 kHz."""

    turn: int
    sample: int


@dataclass(frozen=True, slots=True)
class Loop:
    """Counted in samples of CLOCK_MONOTONIC at 48 kHz: it began at `began` and takes `length`."""

    began: int
    length: int

    def at_sample(self, sample: int) -> Place:
        return Place(*divmod(sample - self.began, self.length))

    def at_us(self, clock_us: int) -> Place:
        return self.at_sample(clock_us * AUDIO_RATE // SECOND_US)
