"""The PiSugar's gauge on a bus made by hand: what the board says, what another chip says, and a bus that breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.health.gauge import Charge
from appliance.health.pi_sugar import PiSugar
from tests.health.fake_bus import REGISTERS, FakeBus
from tests.health.gauge_contract import GaugeContract


class TestPiSugar(GaugeContract):
    def make(self, charge: Charge | None) -> PiSugar:
        bus = FakeBus(fitted=charge is not None)
        if charge is not None:
            bus.charged(charge.percent, plugged_in=charge.plugged_in)
        return PiSugar(bus.open)


@pytest.fixture
def bus() -> FakeBus:
    return FakeBus().charged(61)


def test_on_a_machine_without_such_a_bus() -> None:
    """Whatever this machine has on its bus 1: it is asked, nothing is raised."""
    charge = PiSugar().read()
    assert charge is None or 0 <= charge.percent <= 100


def test_power_from_outside_is_seen_to_come_and_go(bus: FakeBus) -> None:
    gauge = PiSugar(bus.open)
    assert gauge.read() == Charge(61, plugged_in=False)
    bus.charged(61, plugged_in=True)
    assert gauge.read() == Charge(61, plugged_in=True)


def test_a_bus_that_breaks_is_opened_anew(bus: FakeBus) -> None:
    gauge = PiSugar(bus.open)
    assert gauge.read() is not None
    bus.gone = True
    assert gauge.read() is None
    bus.gone = False
    assert gauge.read() == Charge(61, plugged_in=False)
    assert (bus.opened, bus.closed) == (2, 1)


@pytest.mark.parametrize("byte", [0x00, 0xFF, 0xA5])
def test_another_chip_at_this_address_is_no_empty_battery(byte: int) -> None:
    """Modules with a DS3231 carry an EEPROM at 0x57."""
    assert PiSugar(FakeBus(bytearray([byte]) * REGISTERS).open).read() is None


@pytest.mark.parametrize(
    ("percent", "cell_mv", "sensible"),
    [
        (101, 4_100, False),
        (255, 3_700, False),
        (0, 0, False),
        (5, 2_499, False),
        (5, 2_500, True),
        (100, 4_500, True),
        (100, 4_501, False),
        (19, 3_899, True),
        (19, 3_900, False),
        (0, 4_050, False),
        (20, 4_050, True),
    ],
)
def test_what_cannot_be_is_not_told(percent: int, cell_mv: int, sensible: bool) -> None:
    assert (PiSugar(FakeBus().charged(percent, cell_mv).open).read() is not None) is sensible


@given(st.binary(min_size=REGISTERS, max_size=REGISTERS))
def test_whatever_is_in_the_registers_nothing_absurd_is_told(registers: bytes) -> None:
    charge = PiSugar(FakeBus(bytearray(registers)).open).read()
    assert charge is None or 0 <= charge.percent <= 100
