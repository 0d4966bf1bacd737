"""What a battery board tells of its battery.

Apart from Health so that a board that is fitted, and one that is not, differ in this one part.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Charge:
    """`percent` 0-100; `plugged_in`: power comes in from outside."""

    percent: int
    plugged_in: bool


class Gauge(Protocol):
    def read(self) -> Charge | None:
        """None: no gauge is there, or what it said makes no sense. Never raises."""
        ...
