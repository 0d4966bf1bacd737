"""The bench machine keeps the contract and says what it was told."""

import pytest

from appliance.health.bench_health import BenchHealth
from appliance.health.health import Reading
from tests.health.contract import HealthContract


class TestBenchHealth(HealthContract):
    def make(self) -> BenchHealth:
        return BenchHealth(Reading(temperature_c=51.5, undervoltage=False, battery_percent=80, utc_source="phone"))


def test_fields_change_one_by_one() -> None:
    health = BenchHealth()
    assert health.read() == Reading()
    health.set(battery_percent=9)
    health.set(undervoltage=True, temperature_c=82.0)
    assert health.read() == Reading(temperature_c=82.0, undervoltage=True, battery_percent=9)


def test_a_field_that_is_none_of_a_reading_is_refused() -> None:
    health = BenchHealth()
    with pytest.raises(TypeError, match="wind"):
        health.set(wind=4, battery_percent=9)
    assert health.read() == Reading()
