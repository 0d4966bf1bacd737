"""A battery whose charge is set by hand.

Apart so that a battery can be flattened, plugged in and lost without one.
"""

from appliance.health.gauge import Charge


class BenchGauge:
    """A Gauge. `charge` is what it tells until somebody sets another; None: it tells nothing."""

    def __init__(self, charge: Charge | None = None) -> None:
        self.charge = charge

    def read(self) -> Charge | None:
        return self.charge
