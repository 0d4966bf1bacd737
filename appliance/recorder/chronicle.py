"""Which Faults and advice came and went since the recorder started: codes and times, for whoever looks after the box.

Apart because it is memory only, bounded, and knows no session and no family.
"""

from collections import deque
from collections.abc import Iterable
from typing import Any, Final

KEPT: Final = 200


class Chronicle:
    """`note` the codes that stand, once a turn; only what is new or gone is kept, the newest `KEPT` changes."""

    def __init__(self, began_us: int) -> None:
        self._began_us = self._now_us = began_us
        self._standing: frozenset[str] = frozenset()
        self._changes: deque[tuple[int, str, bool]] = deque(maxlen=KEPT)

    def note(self, codes: Iterable[str], now_us: int) -> None:
        now, before, self._now_us = frozenset(codes), self._standing, now_us
        if now != before:
            self._changes.extend((now_us, code, True) for code in sorted(now - before))
            self._changes.extend((now_us, code, False) for code in sorted(before - now))
            self._standing = now

    def told(self) -> dict[str, Any]:
        """`since_s`: for how long it has run; `faults`: each change, the newest last, and how long ago it was."""
        return {
            "since_s": (self._now_us - self._began_us) // 1_000_000,
            "faults": [
                {"ago_s": (self._now_us - at_us) // 1_000_000, "code": code, "came": came}
                for at_us, code, came in list(self._changes)
            ],
        }
