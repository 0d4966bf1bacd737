"""Time as a parameter: whoever needs the time is given a Clock.

Apart because it is the only place that reads the machine's clocks; tests hand in one that they move by hand.
"""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Protocol

DAY_MS: Final = 86_400_000
UNSURE: Final = "last known"
"""The source of a UTC that is only a guess (FORMAT 1)."""
SOURCES: Final = (UNSURE, "phone", "rtc", "network")
"""Where UTC can come from, the least trusted first."""


class Clock(Protocol):
    """Monotonic time for media, UTC for people, and how far UTC can be trusted."""

    def monotonic_us(self) -> int:
        """CLOCK_MONOTONIC in microseconds: the clock of the camera's timestamps on a Pi (kernel ktime_get_ns)."""
        ...

    def utc_ms(self) -> int:
        """Milliseconds since 1970-01-01 UTC as this machine believes."""
        ...

    def utc_source(self) -> str:
        """Where `utc_ms` comes from: one of `SOURCES`."""
        ...

    def boot_id(self) -> str:
        """The kernel's id of this boot; a new one after every power cut."""
        ...


class SystemClock:
    """The machine's own clocks. `utc_source` is what it says of its UTC; asked each time where that may change."""

    def __init__(self, utc_source: str | Callable[[], str] = UNSURE) -> None:
        self._utc_source = utc_source
        self._boot_id = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()

    def monotonic_us(self) -> int:
        return time.monotonic_ns() // 1000

    def utc_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def utc_source(self) -> str:
        return self._utc_source if isinstance(self._utc_source, str) else self._utc_source()

    def boot_id(self) -> str:
        return self._boot_id


class BoxClock(SystemClock):
    """A box's: `word` is the file in which its clock program says where the time is from (`fieldreel clock`).

    A box may learn the time long after a process began.
    """

    def __init__(self, word: Path) -> None:
        super().__init__(lambda: read_source(word))


class BenchClock(SystemClock):
    """The machine's clocks with UTC some days ahead, so that what a policy does after a week can be seen in a minute.

    Only a bench assembly makes one; the days stand in FIELDREEL_BENCH_DAYS_AHEAD.
    """

    def __init__(self, environ: Mapping[str, str], utc_source: str | Callable[[], str] = "rtc") -> None:
        """Raises ValueError for what is no whole number of days."""
        super().__init__(utc_source)
        self._ahead_ms = int(environ.get("FIELDREEL_BENCH_DAYS_AHEAD", "0")) * DAY_MS

    def utc_ms(self) -> int:
        return super().utc_ms() + self._ahead_ms


class SetClock:
    """A clock that stands still until it is moved: for tests and for replaying packets faster than life."""

    def __init__(self, monotonic_us: int = 1_000_000_000, utc_ms: int = 1_780_000_000_000) -> None:
        self.now_us = monotonic_us
        self.now_utc_ms = utc_ms
        self.source = "rtc"
        self.boot = "00000000-0000-4000-8000-000000000001"

    def advance(self, *, us: int = 0, ms: int = 0) -> None:
        """Let both clocks run on by `us` microseconds plus `ms` milliseconds."""
        self.now_us += us + ms * 1000
        self.now_utc_ms += (us + ms * 1000) // 1000

    def monotonic_us(self) -> int:
        return self.now_us

    def utc_ms(self) -> int:
        return self.now_utc_ms

    def utc_source(self) -> str:
        return self.source

    def boot_id(self) -> str:
        return self.boot


def read_source(word: Path) -> str:
    """The word in the file; `UNSURE` where there is none that we know."""
    try:
        told = word.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return UNSURE
    return told if told in SOURCES else UNSURE


def utc_text(utc_ms: int) -> str:
    """`2026-11-23T08:15:00.123Z` for a UTC time in milliseconds."""
    moment = dt.datetime.fromtimestamp(utc_ms / 1000, tz=dt.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc_ms % 1000:03d}Z"
