"""The machine's clock, as far as somebody may look where its time is from, and set it.

Apart so that keeping the time can be tried without moving the time of the machine that tries it.
"""

from typing import Final, Protocol

EARLIEST_MS: Final = 1_767_225_600_000
"""2026-01-01: before it there was no such box, and a clock whose battery was empty starts long before it."""


class Dial(Protocol):
    def source(self) -> str:
        """Where the machine has its time from by itself: one of appliance.clock.SOURCES. Never raises."""
        ...

    def move(self, by_ms: int) -> None:
        """A phone was believed: it is so much later, from here on; 0: it is right. Raises Fault if that is refused."""
        ...
