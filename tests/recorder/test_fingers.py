"""A panel that cannot be had: the recorder films for a phone, says so, and takes the panel once it is there."""

from pathlib import Path

import pytest

from appliance.errors import PanelLost
from appliance.panel.bench_panel import BenchPanel
from appliance.panel.panel import Colour, OnEdge
from appliance.recorder.fingers import AGAIN_US, Fingers
from appliance.visit.states import Event, State
from tests.recorder.hand_box import HandBox


class LostPanel(BenchPanel):
    """Pins that somebody else holds while `held`."""

    held, tries = True, 0

    def open(self, on_edge: OnEdge) -> None:
        self.tries += 1
        if self.held:
            raise PanelLost("The buttons and the lamp do not answer.")
        super().open(on_edge)


class Box(HandBox):
    def attach(self, panel: BenchPanel) -> None:  # type: ignore[override]  # its own panel, and not opened
        self.panel = self.lost = LostPanel(self.clock)
        super().attach(BenchPanel(self.clock))
        self.showing.panel = self.lost
        self.fingers = Fingers(self.lost, self.attendant.edge, self.attendant.standing, self.showing)

    def settle(self) -> None:
        self.fingers.reach(self.clock.monotonic_us())
        super().settle()


@pytest.fixture
def box(tmp_path: Path) -> Box:
    box = Box(tmp_path / "home")
    box.boot()
    return box


def test_a_phone_films_without_a_panel_and_the_fault_stands(box: Box) -> None:
    assert PanelLost in box.faults
    box.attendant.happen(Event.START)
    box.wait(2)
    assert box.stands(State.RECORDING)
    assert box.showing.colour is Colour.RED
    assert box.lost.colour is Colour.OFF


def test_a_panel_that_comes_back_shows_what_is_so_and_takes_fingers(box: Box) -> None:
    box.wait(1)
    box.lost.held = False
    box.wait(AGAIN_US / 1e6)
    assert PanelLost not in box.faults
    assert box.shows(Colour.WHITE)
    box.press()
    assert box.stands(State.RECORDING)


def test_it_is_tried_every_ten_seconds_and_opened_once(box: Box) -> None:
    box.wait(25)
    assert box.lost.tries == 3
    box.lost.held = False
    box.wait(25)
    assert box.lost.tries == 4
