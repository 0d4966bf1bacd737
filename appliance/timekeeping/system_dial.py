"""The clock of a real box: what kernel and systemd tell of it, and the one call that sets it.

Apart because it alone may move the machine's time; on a box no other program has the right to (CAP_SYS_TIME).
"""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from appliance.clock import UNSURE, Clock, SystemClock
from appliance.errors import Fault
from appliance.timekeeping.dial import EARLIEST_MS

SYS: Final = Path("/sys")
SYNCHRONISED: Final = Path("/run/systemd/timesync/synchronized")
"""Touched by systemd-timesyncd when a time server was believed (systemd-timesyncd(8)); gone with the power."""
RTC_TRUST_S: Final = 5
"""The system's time came from a real-time clock if the two are no further apart."""


def _set_time(utc_ms: int) -> None:
    time.clock_settime_ns(time.CLOCK_REALTIME, utc_ms * 1_000_000)


class SystemDial:
    """A Dial. `sys`, `synchronised`: where the kernel's tree and systemd's mark are; `set_time`: raises OSError."""

    def __init__(
        self,
        sys: Path = SYS,
        synchronised: Path = SYNCHRONISED,
        clock: Clock | None = None,
        set_time: Callable[[int], None] = _set_time,
    ) -> None:
        self._sys, self._synchronised, self._set_time = sys, synchronised, set_time
        self._clock = SystemClock() if clock is None else clock
        self._by_rtc = False

    def source(self) -> str:
        if _exists(self._synchronised):
            return "network"
        return "rtc" if self._set_by_rtc() else UNSURE

    def move(self, by_ms: int) -> None:
        if by_ms == 0:
            return
        try:
            self._set_time(self._clock.utc_ms() + by_ms)
        except OSError:
            raise Fault("The box's clock could not be set.") from None

    def _set_by_rtc(self) -> bool:
        """Asked until it is true once: a read goes over I2C, and a good clock does not lose its time in one boot."""
        if not self._by_rtc:
            now_s = self._clock.utc_ms() // 1000
            self._by_rtc = any(
                rtc_s * 1000 >= EARLIEST_MS and abs(rtc_s - now_s) <= RTC_TRUST_S for rtc_s in _rtc_times_s(self._sys)
            )
        return self._by_rtc


def _rtc_times_s(sys: Path) -> list[int]:
    """What each real-time clock shows, seconds since 1970; one that cannot be read is left out."""
    found = []
    try:
        for path in sorted((sys / "class/rtc").glob("rtc*/since_epoch")):
            try:
                found.append(int(path.read_bytes()[:32]))
            except (OSError, ValueError):
                continue
    except OSError:
        return []
    return found


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False
