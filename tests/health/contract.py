"""What every Health promises."""

import threading
import time
from abc import abstractmethod

from appliance.clock import SOURCES
from appliance.health.health import Health, Reading


def plausible(reading: Reading) -> bool:
    return (
        (reading.temperature_c is None or -60 < reading.temperature_c < 200)
        and reading.undervoltage in {None, True, False}
        and reading.throttled in {None, True, False}
        and (reading.battery_percent is None or 0 <= reading.battery_percent <= 100)
        and reading.plugged_in in {None, True, False}
        and (reading.card_errors is None or reading.card_errors >= 0)
        and reading.card_read_only in {None, True, False}
        and reading.utc_source in SOURCES
    )


class HealthContract:
    @abstractmethod
    def make(self) -> Health: ...

    def test_a_reading_is_plausible(self) -> None:
        assert plausible(self.make().read())

    def test_reading_twice_says_the_same_where_nothing_changed(self) -> None:
        health = self.make()
        assert health.read() == health.read()

    def test_reading_is_quick(self) -> None:
        """The quickest of ten: a busy machine is no fault of the part."""
        health = self.make()
        took_s: list[float] = []
        for _ in range(10):
            began_s = time.perf_counter()
            health.read()
            took_s.append(time.perf_counter() - began_s)
        assert min(took_s) < 0.05

    def test_many_threads_may_read(self) -> None:
        health, readings = self.make(), list[Reading]()
        threads = [threading.Thread(target=lambda: readings.append(health.read())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert len(readings) == 8
        assert len(set(readings)) == 1
