"""What the levels of a minute tell of a room: is somebody heard, is it too loud, does something drone on.

Apart because it is arithmetic on levels; no sample is kept, and what is said cannot be heard from them.
"""

from collections import deque
from typing import Final

from appliance.capture.camera import Level

KEPT_US: Final = 60_000_000
LATELY_US: Final = 5_000_000
SILENCE_DBFS: Final = -110.0
SILENT_AFTER_US: Final = 2_000_000
CLIPPED_DBFS: Final = -0.5
CLIPPED_TIMES: Final = 3
"""In five seconds: one loud toy is no reason to move the microphone."""
FAINT_DBFS: Final = -50.0
"""Nothing louder in five seconds is very quiet."""
VOICE_DBFS: Final = -58.0
VOICE_OVER_DB: Final = 9.0
"""Above the quietest tenth of the minute; speech is 15 to 30 above the pauses between its words."""
VOICE_TIMES: Final = 3
DRONE_DBFS: Final = -45.0
DRONE_SPREAD_DB: Final = 12.0
"""A room with a television has no pauses: nine tenths of a minute stay above the one and within the other.

Speech of two people spreads over 25 dB and more, for they wait for each other."""
DRONE_LEAST_US: Final = 30_000_000


class Hearing:
    """`hear` each newest level, a few times a second; None where no sound comes."""

    def __init__(self) -> None:
        self._heard: deque[tuple[int, Level]] = deque()
        self._sound_us: int | None = None
        self._now_us = 0

    def hear(self, now_us: int, level: Level | None) -> None:
        self._now_us = now_us
        if self._sound_us is None or (level is not None and level.rms_dbfs > SILENCE_DBFS):
            self._sound_us = now_us
        if level is None:
            self._heard.clear()
        else:
            self._heard.append((now_us, level))
        while self._heard and now_us - self._heard[0][0] > KEPT_US:
            self._heard.popleft()

    @property
    def silent(self) -> bool:
        """No sound for two seconds, or digital silence."""
        return self._sound_us is not None and self._now_us - self._sound_us > SILENT_AFTER_US

    @property
    def clipping(self) -> bool:
        return sum(level.peak_dbfs > CLIPPED_DBFS for level in self._lately()) >= CLIPPED_TIMES

    @property
    def faint(self) -> bool:
        lately = self._lately()
        return bool(lately) and all(level.rms_dbfs < FAINT_DBFS for level in lately)

    @property
    def voice(self) -> bool:
        """Something louder than the room itself, more than once in five seconds."""
        least = max(VOICE_DBFS, self._tenth(1) + VOICE_OVER_DB)
        return sum(level.rms_dbfs > least for level in self._lately()) >= VOICE_TIMES

    @property
    def drone(self) -> bool:
        """Something that never pauses: a television, music, a fan."""
        if not self._heard or self._now_us - self._heard[0][0] < DRONE_LEAST_US:
            return False
        low, high = self._tenth(1), self._tenth(9)
        return low > DRONE_DBFS and high - low < DRONE_SPREAD_DB

    @property
    def word(self) -> str:
        """One of none, quiet, good, loud: for the level meter."""
        if self.silent or not self._heard:
            return "none"
        return "loud" if self.clipping else "quiet" if self.faint else "good"

    def _lately(self) -> list[Level]:
        return [level for at_us, level in self._heard if self._now_us - at_us <= LATELY_US]

    def _tenth(self, n: int) -> float:
        """So loud are `n` tenths of the minute at most, in dBFS."""
        levels = sorted(level.rms_dbfs for _, level in self._heard)
        return levels[len(levels) * n // 10] if levels else SILENCE_DBFS
