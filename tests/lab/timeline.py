"""When the log of block writes had which length: joins the clock of the film to the order of the writes.

Apart and pure, because every figure about lost film rests on its two roundings, both to our disadvantage.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field


@dataclass
class Timeline:
    """Readings of the log's length, each with the CLOCK_MONOTONIC times in µs just before and after it was read."""

    _counts: list[int] = field(default_factory=list)
    _first_after_us: list[int] = field(default_factory=list)
    _last_before_us: list[int] = field(default_factory=list)
    widest_us: int = 0
    """The longest time between two readings: what a cut's time may be wrong by."""
    _newest_us: int | None = None

    def note(self, before_us: int, count: int, after_us: int) -> None:
        """One reading; lengths and times must not run backwards."""
        if self._newest_us is not None:
            self.widest_us = max(self.widest_us, after_us - self._newest_us)
        self._newest_us = before_us
        if self._counts and self._counts[-1] == count:
            self._last_before_us[-1] = before_us
            return
        self._counts.append(count)
        self._first_after_us.append(after_us)
        self._last_before_us.append(before_us)

    def covers(self, at_us: int) -> int | None:
        """A length that the log had reached not before `at_us`: what was on the disk then is in these entries.

        None where no reading followed that time.
        """
        level = bisect_left(self._last_before_us, at_us)
        return self._counts[level] if level < len(self._counts) else None

    def reached_us(self, count: int) -> int:
        """A time by which the log held `count` entries."""
        return self._first_after_us[min(bisect_left(self._counts, count), len(self._counts) - 1)]

    def length_at(self, at_us: int) -> int:
        """A length that the log had at `at_us`, or a moment before."""
        return self._counts[max(0, bisect_right(self._first_after_us, at_us) - 1)]

    @property
    def span_us(self) -> tuple[int, int]:
        """From the first to the last reading."""
        return self._first_after_us[0], self._last_before_us[-1]
