"""Believes a gauge only what it says twice, and answers at once.

Apart from every gauge because what a single stray number would do is the same for all: end a family's film.
"""

import threading
from typing import Final

from appliance.clock import Clock
from appliance.health.gauge import Charge, Gauge

LOOK_S: Final = 2.0
STEP_PERCENT: Final = 5
"""No battery of a box falls or rises by more between two looks."""
SILENT_US: Final = 20_000_000
"""What was said last holds for so long when nothing is said any more; then nobody knows."""


class SteadyGauge:
    """A Gauge. `run` is the work of a Worker and may wait for the bus; `read` never does."""

    def __init__(self, gauge: Gauge, clock: Clock) -> None:
        self._gauge, self._clock = gauge, clock
        self._before: Charge | None = None
        self._believed: tuple[Charge, int] | None = None

    def run(self, stopping: threading.Event) -> None:
        self.look()
        while not stopping.wait(LOOK_S):
            self.look()

    def look(self) -> None:
        """Ask the gauge once; what it says counts if it said nearly the same the time before."""
        charge, before = self._gauge.read(), self._before
        if charge is not None and before is not None and _near(charge, before):
            self._believed = charge, self._clock.monotonic_us()
        self._before = charge

    def read(self) -> Charge | None:
        if self._believed is None:
            return None
        charge, at_us = self._believed
        return charge if self._clock.monotonic_us() - at_us <= SILENT_US else None


def _near(one: Charge, other: Charge) -> bool:
    return one.plugged_in == other.plugged_in and abs(one.percent - other.percent) <= STEP_PERCENT
