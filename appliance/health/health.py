"""What the recorder asks about the machine it runs on.

Apart so that a flat battery or a hot box can be played on the bench.
"""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Reading:
    """None means this machine cannot tell.

    `card_errors`: found by its file system; `card_read_only`: it lets nobody write.
    `battery_percent` 0-100; `plugged_in`: power comes in from outside, as a battery board sees it. `utc_source`: one of
    `appliance.clock.SOURCES`.
    """

    temperature_c: float | None = None
    undervoltage: bool | None = None
    throttled: bool | None = None
    battery_percent: int | None = None
    plugged_in: bool | None = None
    card_errors: int | None = None
    card_read_only: bool | None = None
    utc_source: str = "last known"


class Health(Protocol):
    def read(self) -> Reading:
        """The newest reading; takes less than 50 ms and never raises."""
        ...
