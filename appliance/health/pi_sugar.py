"""The gauge of a PiSugar 3 or 3 Plus, over I2C.

Apart because it alone knows that board's registers (docs.pisugar.com, "PiSugar3 I2C Datasheet").
"""

import threading
from collections.abc import Callable
from typing import Final, Protocol

from appliance.health.gauge import Charge

BUS: Final = 1
ADDRESS: Final = 0x57
POWER: Final = 0x02
PLUGGED_IN: Final = 0x80
VOLTS_HIGH, VOLTS_LOW, PERCENT = 0x22, 0x23, 0x2A
CELL_MV: Final = range(2_500, 4_501)
"""What one lithium cell can have. Another chip at this address answers with 0 or 255 everywhere: an EEPROM is sold on
one board with a DS3231."""
FEW_PERCENT, FULL_MV = 20, 3_900
"""A cell with so many millivolts is more than half full, whatever else is said of it."""


class Bus(Protocol):
    """As far as it is needed of smbus2.SMBus; both raise OSError."""

    def read_byte_data(self, i2c_addr: int, register: int) -> int: ...

    def close(self) -> None: ...


class PiSugar:
    """A Gauge. Only ever reads: a chip that is something else is not written to.

    `open_bus`: raises OSError where there is none. The kernel lets a read wait for a bus that hangs for a second, so
    whoever is in a hurry reads through SteadyGauge.
    """

    def __init__(self, open_bus: Callable[[], Bus] | None = None) -> None:
        self._open_bus = open_bus or _open_bus
        self._bus: Bus | None = None
        self._one_at_a_time = threading.Lock()

    def read(self) -> Charge | None:
        with self._one_at_a_time:
            try:
                self._bus = self._bus or self._open_bus()
                return _charge(self._bus)
            except OSError:
                self._hang_up()
                return None

    def _hang_up(self) -> None:
        if self._bus is not None:
            self._bus.close()
        self._bus = None


def _charge(bus: Bus) -> Charge | None:
    percent = bus.read_byte_data(ADDRESS, PERCENT)
    cell_mv = bus.read_byte_data(ADDRESS, VOLTS_HIGH) << 8 | bus.read_byte_data(ADDRESS, VOLTS_LOW)
    plugged_in = bool(bus.read_byte_data(ADDRESS, POWER) & PLUGGED_IN)
    absurd = percent > 100 or cell_mv not in CELL_MV or (percent < FEW_PERCENT and cell_mv >= FULL_MV)
    return None if absurd else Charge(percent, plugged_in)


def _open_bus() -> Bus:
    from smbus2 import SMBus

    return SMBus(BUS)
