"""One stray number, or silence, is no flat battery."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import SetClock
from appliance.health.bench_gauge import BenchGauge
from appliance.health.gauge import Charge
from appliance.health.steady_gauge import SILENT_US, STEP_PERCENT, SteadyGauge
from tests.health.gauge_contract import GaugeContract


class Battery:
    """A gauge that is asked once for each `says`, two seconds apart."""

    def __init__(self) -> None:
        self.gauge, self.clock = BenchGauge(), SetClock()
        self.steady = SteadyGauge(self.gauge, self.clock)

    def says(self, *percents: int | None, plugged_in: bool = False) -> int | None:
        """What is believed after these."""
        for percent in percents:
            self.gauge.charge = None if percent is None else Charge(percent, plugged_in)
            self.steady.look()
            self.clock.advance(ms=2_000)
        return self.percent

    @property
    def percent(self) -> int | None:
        charge = self.steady.read()
        return None if charge is None else charge.percent


class TestBenchGauge(GaugeContract):
    def make(self, charge: Charge | None) -> BenchGauge:
        return BenchGauge(charge)


class TestSteadyGauge(GaugeContract):
    def make(self, charge: Charge | None) -> SteadyGauge:
        steady = SteadyGauge(BenchGauge(charge), SetClock())
        steady.look()
        steady.look()
        return steady


@pytest.fixture
def battery() -> Battery:
    return Battery()


def test_it_is_believed_at_the_second_time(battery: Battery) -> None:
    assert battery.says(61) is None
    assert battery.says(61) == 61


def test_one_stray_number_is_not_believed(battery: Battery) -> None:
    assert battery.says(61, 61, 2) == 61
    assert battery.says(61) == 61
    assert battery.says(60) == 60


def test_two_that_agree_are_believed_however_far_it_fell(battery: Battery) -> None:
    assert battery.says(61, 61, 3, 3) == 3


def test_it_follows_a_battery_that_empties(battery: Battery) -> None:
    for percent in range(100, -1, -STEP_PERCENT):
        battery.says(percent)
    assert battery.percent == 0


def test_what_is_not_said_any_more_is_forgotten_after_a_while(battery: Battery) -> None:
    battery.says(61, 61)
    assert battery.says(None, None) == 61
    battery.clock.advance(us=SILENT_US)
    assert battery.percent is None


def test_after_a_silence_it_takes_two_again(battery: Battery) -> None:
    battery.says(61, 61, None)
    battery.clock.advance(us=SILENT_US)
    assert battery.says(61) is None
    assert battery.says(61) == 61


def test_a_plug_is_believed_at_the_second_time_too(battery: Battery) -> None:
    battery.says(61, 61)
    battery.says(61, plugged_in=True)
    assert battery.steady.read() == Charge(61, plugged_in=False)
    battery.says(61, plugged_in=True)
    assert battery.steady.read() == Charge(61, plugged_in=True)


@given(st.lists(st.sampled_from([58, 59, 60, None]), min_size=4), st.data())
def test_no_single_number_ever_gets_through(told: list[int | None], data: st.DataObject) -> None:
    stray = data.draw(st.integers(0, len(told) - 1))
    battery = Battery()
    for at, percent in enumerate(told):
        assert battery.says(2 if at == stray else percent) in {None, 58, 59, 60}
