"""The bench panel keeps the contract, remembers what was seen, and stands many threads."""

import itertools
import threading
from dataclasses import dataclass, field

from appliance.clock import SetClock
from appliance.panel.bench_panel import BenchPanel
from appliance.panel.panel import Button, Colour
from tests.panel.contract import PanelContract, Seen


@dataclass
class Bench:
    clock: SetClock = field(default_factory=SetClock)

    def __post_init__(self) -> None:
        self.panel = BenchPanel(self.clock)

    def finger(self, button: Button, down: bool) -> None:
        self.panel.finger(button, down)

    def lamp(self) -> Colour:
        return self.panel.colour

    def buzzer(self) -> bool:
        return self.panel.buzzing


class TestBenchPanel(PanelContract):
    def make_world(self) -> Bench:
        return Bench()


def test_history_holds_each_change_once_with_its_time() -> None:
    bench = Bench(SetClock(monotonic_us=0))
    bench.panel.open(Seen())
    for colour in (Colour.WHITE, Colour.WHITE, Colour.RED):
        bench.clock.advance(ms=1)
        bench.panel.show(colour)
        bench.panel.buzz(colour is Colour.RED)
    bench.clock.advance(ms=1)
    bench.panel.close()
    assert bench.panel.history == [(0, Colour.OFF), (1000, Colour.WHITE), (3000, Colour.RED), (4000, Colour.OFF)]
    assert bench.panel.buzzes == [(3000, True), (4000, False)]


def test_a_finger_may_be_down_before_the_panel_opens() -> None:
    bench, seen = Bench(), Seen()
    bench.finger(Button.RECORD, True)
    bench.panel.open(seen)
    bench.finger(Button.RECORD, False)
    assert seen.moves() == [(Button.RECORD, False)]


def test_many_threads_lose_nothing() -> None:
    bench, seen = Bench(), Seen()
    bench.panel.open(seen)

    def flicker(button: Button) -> None:
        for _ in range(200):
            bench.finger(button, True)
            bench.panel.show(Colour.RED)
            bench.finger(button, False)
            bench.panel.show(Colour.OFF)

    threads = [threading.Thread(target=flicker, args=(button,)) for button in Button]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    for button in Button:
        assert [pressed for moved, pressed in seen.moves() if moved is button] == [True, False] * 200
    colours = [colour for _, colour in bench.panel.history]
    assert all(before is not after for before, after in itertools.pairwise(colours))
