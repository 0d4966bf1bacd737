"""How often one may ask: a bucket of tokens for each asker, filled by time.

Apart and pure: the time is a parameter, so that tests need not wait.
"""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

ASKERS: Final = 512


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, then `per_s` each second."""

    burst: int
    per_s: float


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_us: int


class Buckets:
    """One bucket for each asker, at most `ASKERS`; whoever has not asked for longest is forgotten first."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = Lock()

    def wait_s(self, asker: str, rate: Rate, now_us: int) -> float:
        """0 if this request may pass, else after how many seconds one would."""
        with self._lock:
            bucket = self._buckets.setdefault(asker, _Bucket(rate.burst, now_us))
            self._buckets.move_to_end(asker)
            while len(self._buckets) > ASKERS:
                self._buckets.popitem(last=False)
            waited_s = max(0, now_us - bucket.filled_us) / 1e6
            bucket.tokens = min(rate.burst, bucket.tokens + waited_s * rate.per_s)
            bucket.filled_us = now_us
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                return 0.0
            return (1 - bucket.tokens) / rate.per_s


class Tries:
    """Wrong PINs of each phone: after the first a second must pass, then 2, 4 … at most 60. In memory only."""

    LONGEST_S: Final = 60

    def __init__(self) -> None:
        self._wrong: dict[str, tuple[int, int]] = {}
        self._lock = Lock()

    def begin(self, phone: str, now_us: int) -> float:
        """0 and the try counts as wrong until `right` is called, else the seconds that must pass first.

        It counts at once so that guesses sent side by side wait for one another too.
        """
        with self._lock:
            wrong, next_us = self._wrong.get(phone, (0, 0))
            if now_us < next_us:
                return (next_us - now_us) / 1e6
            delay_s = min(self.LONGEST_S, 1 << min(wrong, 10))
            self._wrong[phone] = (wrong + 1, now_us + delay_s * 1_000_000)
            return 0.0

    def right(self, phone: str) -> None:
        with self._lock:
            self._wrong.pop(phone, None)
