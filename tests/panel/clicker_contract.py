"""What every Clicker promises; the bench part and the real one both pass it."""

import time
from abc import abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from appliance.panel.panel import Clicker
from appliance.worker import Worker

PATIENCE_S = 10.0


class ClickerWorld(Protocol):
    """A clicker with a thumb, and a hand that pulls it out."""

    @property
    def clicker(self) -> Clicker: ...

    def press(self) -> None: ...

    def pull(self) -> None: ...

    def plug(self) -> None: ...


@dataclass
class Listening:
    """A Worker that listens, and what it heard."""

    world: ClickerWorld
    filming: bool = True
    clicks: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.worker = Worker(
            "clicker",
            lambda stopping: self.world.clicker.listen(self.clicks.append, lambda: self.filming, stopping),
        )

    def heard(self, n: int) -> bool:
        """Whether the thumb is heard `n` times, pressing until it is: a film's first click may be missed."""
        return until(lambda: self._pressed() >= n)

    def _pressed(self) -> int:
        self.world.press()
        return len(self.clicks)


def until(true: Callable[[], bool]) -> bool:
    end_s = time.monotonic() + PATIENCE_S
    while not (told := true()) and time.monotonic() < end_s:
        time.sleep(0.01)
    return told


class ClickerContract:
    @abstractmethod
    def make_world(self) -> ClickerWorld: ...

    @pytest.fixture
    def world(self) -> ClickerWorld:
        return self.make_world()

    @pytest.fixture
    def listening(self, world: ClickerWorld) -> Iterator[Listening]:
        listening = Listening(world)
        listening.worker.start()
        yield listening
        listening.worker.stop(PATIENCE_S)
        assert listening.worker.failure is None

    def test_it_says_that_it_is_there_and_a_press_is_told(self, listening: Listening, world: ClickerWorld) -> None:
        assert until(lambda: world.clicker.connected)
        before_us = time.monotonic_ns() // 1000
        assert listening.heard(1)
        assert listening.clicks[0] <= time.monotonic_ns() // 1000
        assert listening.clicks[0] >= before_us - 1_000_000

    def test_nothing_is_told_while_nothing_is_filmed(self, listening: Listening, world: ClickerWorld) -> None:
        assert listening.heard(1)
        listening.filming = False
        heard = -1
        while heard != len(listening.clicks):  # one that was on its way
            heard = len(listening.clicks)
            time.sleep(0.5)
        world.press()
        time.sleep(0.5)
        assert len(listening.clicks) == heard
        listening.filming = True
        assert listening.heard(heard + 1)

    def test_it_may_be_pulled_out_and_plugged_in_again(self, listening: Listening, world: ClickerWorld) -> None:
        assert listening.heard(1)
        world.pull()
        assert until(lambda: not world.clicker.connected)
        world.plug()
        assert until(lambda: world.clicker.connected)
        assert listening.heard(len(listening.clicks) + 1)

    def test_it_ends_when_asked(self, listening: Listening) -> None:
        listening.worker.stop(PATIENCE_S)
        assert not listening.worker.alive
