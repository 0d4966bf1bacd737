"""What time it was when a sample was heard, from nothing but counting and when reads returned.

Apart because it is arithmetic with the time as a parameter: a sound card's drift over two hours is tested in a second.
"""

from typing import Final

from appliance.capture.pace import SECOND_US
from appliance.capture.packet import AUDIO_RATE

SETTLE_US: Final = 2 * SECOND_US
"""The anchor is the least delayed read of this long, unless it is needed earlier."""
WINDOW_US: Final = 8 * SECOND_US
"""The least delayed read of each window tells the drift: the machine is not busy for so long at a stretch."""
TOLERATED_US: Final = 5_000
GOOD_US: Final = 1_000
LOST_US: Final = 40_000
"""More than this is no drift (200 ppm are 1.6 ms in a window): samples were lost, and the count begins anew."""


class SampleClock:
    """Counts samples in, tells their times out, and asks for a sample more or less where the card's rate is not ours.

    A read returns some time after its last sample was heard, never before: the smallest (return - count / rate) is
    nearest to the truth. USB microphones run 20-100 ppm off; when the sum of that passes 5 ms, `correction` gives +1
    or -1 for each frame until it is below 1 ms. The correction is an ear's blink: 21 microseconds.
    """

    def __init__(self) -> None:
        self._device_samples = 0
        self._given_samples = 0
        self._first_us: int | None = None
        self._anchor_us = 0.0
        self._settled = False
        self._window_from_us = 0
        self._window_least_us = float("inf")
        self._correcting = 0
        self._measured_from = 0, 0.0
        self.drift_us = 0.0
        """By how much our count last ran ahead of the clock, in microseconds."""
        self.windows = 0
        """How often the drift was looked at."""
        self.corrected_samples = 0
        self.ppm = 0.0
        """How much faster than our clock the card has run since the first window; slower where it is negative."""

    def heard(self, samples: int, now_us: int) -> None:
        """A read returned `samples` more at `now_us`."""
        self._device_samples += samples
        self._given_samples += samples
        least_us = now_us - self._device_samples * SECOND_US / AUDIO_RATE
        if self._first_us is None:
            self._first_us = self._window_from_us = now_us
            self._anchor_us = least_us
        self._window_least_us = min(self._window_least_us, least_us)
        if not self._settled:
            self._anchor_us = min(self._anchor_us, least_us)
            self._settled = now_us - self._first_us >= SETTLE_US
        elif now_us - self._window_from_us >= WINDOW_US:
            self._look_back(now_us)

    def settle(self) -> None:
        """Times are wanted from now on: they must not be revised any more."""
        self._settled = self._first_us is not None or self._settled

    def correction(self) -> int:
        """Samples to add to (1) or take from (-1) the next frame, already counted as done; mostly 0."""
        self._given_samples += self._correcting
        self.drift_us += self._correcting * SECOND_US / AUDIO_RATE
        step = self._correcting
        self.corrected_samples += abs(step)
        if abs(self.drift_us) < GOOD_US:
            self._correcting = 0
        return step

    def time_us(self, given: int) -> int:
        """When sample `given` of those handed on (corrections included) was heard by the computer."""
        return round(self._anchor_us + given * SECOND_US / AUDIO_RATE)

    @property
    def lost(self) -> bool:
        """Samples are missing: make a new SampleClock."""
        return abs(self.drift_us) > LOST_US

    def _look_back(self, now_us: int) -> None:
        self._measure(now_us)
        ahead = self._given_samples - self._device_samples
        self.drift_us = self._anchor_us + ahead * SECOND_US / AUDIO_RATE - self._window_least_us
        self._window_from_us, self._window_least_us = now_us, float("inf")
        needed = -1 if self.drift_us > 0 else 1
        if abs(self.drift_us) > TOLERATED_US or self._correcting == needed:
            self._correcting = needed
        else:
            self._correcting = 0

    def _measure(self, now_us: int) -> None:
        """From the least delayed read of the first window to that of this one."""
        self.windows += 1
        if self.windows == 1:
            self._measured_from = now_us, self._window_least_us
        since_us, least_us = self._measured_from
        if now_us > since_us:
            self.ppm = (least_us - self._window_least_us) / (now_us - since_us) * 1e6
