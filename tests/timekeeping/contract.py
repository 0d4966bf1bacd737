"""What every Dial promises."""

from abc import abstractmethod

from appliance.clock import SOURCES, UNSURE
from appliance.timekeeping.dial import Dial


class DialContract:
    @abstractmethod
    def make(self, source: str) -> Dial:
        """One of a machine that has its time from there."""

    @abstractmethod
    def sources(self) -> tuple[str, ...]:
        """What such a machine can have it from by itself."""

    def test_it_says_where_the_time_is_from(self) -> None:
        for source in self.sources():
            assert self.make(source).source() == source

    def test_asked_twice_it_says_the_same(self) -> None:
        dial = self.make("rtc")
        assert dial.source() == dial.source()

    def test_a_machine_that_does_not_know_the_time_says_so_and_takes_it(self) -> None:
        dial = self.make(UNSURE)
        assert dial.source() == UNSURE
        dial.move(0)
        dial.move(86_400_000)
        assert dial.source() in SOURCES
