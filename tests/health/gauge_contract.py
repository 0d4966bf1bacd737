"""What every Gauge promises."""

import threading
from abc import abstractmethod

from appliance.health.gauge import Charge, Gauge


class GaugeContract:
    @abstractmethod
    def make(self, charge: Charge | None) -> Gauge:
        """One on a battery that is charged so; None: where no gauge is."""

    def test_it_tells_the_charge(self) -> None:
        for charge in (Charge(0, False), Charge(58, False), Charge(100, True)):
            assert self.make(charge).read() == charge

    def test_where_there_is_none_it_tells_nothing(self) -> None:
        assert self.make(None).read() is None

    def test_many_threads_may_read(self) -> None:
        gauge, told = self.make(Charge(58, True)), list[Charge | None]()
        threads = [threading.Thread(target=lambda: told.append(gauge.read())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        assert told == [Charge(58, True)] * 8
