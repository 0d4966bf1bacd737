"""What every Panel promises, asked from the outside world's side; the bench part and the real one both pass it."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from appliance.clock import SetClock
from appliance.panel.panel import EDGE_AGE_US, Button, Colour, Panel


class World(Protocol):
    """A panel with a finger and an eye."""

    @property
    def clock(self) -> SetClock: ...

    @property
    def panel(self) -> Panel: ...

    def finger(self, button: Button, down: bool) -> None: ...

    def lamp(self) -> Colour: ...

    def buzzer(self) -> bool: ...


@dataclass
class Seen:
    """An on_edge that keeps what it is told, and fails on demand."""

    edges: list[tuple[Button, bool, int]] = field(default_factory=list)
    failing: bool = False

    def __call__(self, button: Button, pressed: bool, at_us: int) -> None:
        self.edges.append((button, pressed, at_us))
        if self.failing:
            raise RuntimeError("the queue is full")

    def moves(self) -> list[tuple[Button, bool]]:
        return [(button, pressed) for button, pressed, _ in self.edges]


class PanelContract:
    @abstractmethod
    def make_world(self) -> World: ...

    @pytest.fixture
    def seen(self) -> Seen:
        return Seen()

    @pytest.fixture
    def world(self, seen: Seen) -> Iterator[World]:
        world = self.make_world()
        world.panel.open(seen)
        yield world
        world.panel.close()

    def test_opening_puts_everything_out(self, world: World, seen: Seen) -> None:
        assert (world.lamp(), world.buzzer(), seen.edges) == (Colour.OFF, False, [])

    def test_each_button_says_down_and_up(self, world: World, seen: Seen) -> None:
        for button in Button:
            for down in (True, False):
                world.finger(button, down)
        expected = [(button, pressed) for button in Button for pressed in (True, False)]
        assert seen.moves() == expected

    def test_both_buttons_at_once(self, world: World, seen: Seen) -> None:
        world.finger(Button.RECORD, True)
        world.finger(Button.RECESSED, True)
        world.finger(Button.RECORD, False)
        assert seen.moves() == [(Button.RECORD, True), (Button.RECESSED, True), (Button.RECORD, False)]

    def test_a_finger_that_stays_gives_no_second_edge(self, world: World, seen: Seen) -> None:
        world.finger(Button.RECORD, True)
        world.finger(Button.RECORD, True)
        assert seen.moves() == [(Button.RECORD, True)]

    def test_edges_carry_the_time_of_the_finger(self, world: World, seen: Seen) -> None:
        times: list[int] = []
        for down in (True, False):
            world.clock.advance(ms=700)
            world.finger(Button.RECORD, down)
            times.append(world.clock.monotonic_us())
        for reported_us, (_, _, at_us) in zip(times, seen.edges, strict=True):
            assert reported_us - EDGE_AGE_US <= at_us <= reported_us
        assert seen.edges[1][2] - seen.edges[0][2] == 700_000

    def test_an_edge_that_is_refused_is_not_the_last(self, world: World, seen: Seen) -> None:
        seen.failing = True
        world.finger(Button.RECORD, True)
        seen.failing = False
        world.finger(Button.RECORD, False)
        assert seen.moves() == [(Button.RECORD, True), (Button.RECORD, False)]

    @pytest.mark.parametrize("colour", Colour)
    def test_the_lamp_shows_each_colour(self, world: World, colour: Colour) -> None:
        world.panel.show(Colour.WHITE if colour is Colour.OFF else Colour.OFF)
        world.panel.show(colour)
        assert world.lamp() is colour
        world.panel.show(colour)
        assert world.lamp() is colour

    def test_the_buzzer_leaves_the_lamp_alone(self, world: World) -> None:
        world.panel.show(Colour.CYAN)
        world.panel.buzz(True)
        assert (world.buzzer(), world.lamp()) == (True, Colour.CYAN)
        world.panel.buzz(False)
        assert (world.buzzer(), world.lamp()) == (False, Colour.CYAN)

    def test_closing_puts_everything_out_for_good(self, world: World, seen: Seen) -> None:
        world.panel.show(Colour.RED)
        world.panel.buzz(True)
        world.panel.close()
        world.panel.close()
        world.panel.show(Colour.RED)
        world.panel.buzz(True)
        assert (world.lamp(), world.buzzer()) == (Colour.OFF, False)
        world.finger(Button.RECORD, True)
        assert seen.edges == []

    def test_it_can_be_opened_again(self, world: World, seen: Seen) -> None:
        world.panel.close()
        world.panel.open(seen)
        world.panel.show(Colour.BLUE)
        world.finger(Button.RECORD, True)
        assert (world.lamp(), seen.moves()) == (Colour.BLUE, [(Button.RECORD, True)])
