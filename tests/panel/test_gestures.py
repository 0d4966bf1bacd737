"""Every gesture in every state, by fingers on gpiozero's pins: what the box then does, and what its lamp says.

The gestures are the product's own table and the states its own, so that a new one without a line here fails.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.panel.panel import Button, Colour
from appliance.panel.presses import DOUBLE_US, HOLD_US, Kind
from appliance.recorder.fingers import star_by
from appliance.recorder.meaning import GESTURES
from appliance.recorder.notices import Kept, Opened
from appliance.visit.lamp import Lamp
from appliance.visit.states import State
from tests.panel.pin_box import TAP_S, PinBox, is_pattern
from tests.panel.pins import WIRING
from tests.recorder.hand_box import ops

BIG, PEN = Button.RECORD, Button.RECESSED
Gesture = tuple[Button, Kind]


@dataclass(frozen=True)
class Then:
    """What is so afterwards. `reason`: how the film that was running was closed; `repairs`: the camera opened anew."""

    state: State
    lamp: Lamp
    stars: int = 0
    paused: bool = False
    reason: str | None = None
    pairing: bool = False
    repairs: int = 0


NOTHING = {
    State.BOOT: Then(State.BOOT, Lamp.STARTING),
    State.FINISHING: Then(State.FINISHING, Lamp.STARTING),
    State.OFF: Then(State.OFF, Lamp.OFF),
}
FILMS = Then(State.RECORDING, Lamp.RECORDING)
GOES_ON = Then(State.RECORDING, Lamp.RECORDING, paused=True)
STOPPED = Then(State.READY, Lamp.READY, reason="stop")
OFF = Then(State.OFF, Lamp.OFF)
OFF_AFTER_FILM = Then(State.OFF, Lamp.OFF, reason="shutdown")
TRIES = Then(State.FAULT, Lamp.FAULT, repairs=1)

EXPECTED: dict[tuple[State, Gesture], Then] = {
    (State.BOOT, (BIG, Kind.PRESS)): NOTHING[State.BOOT],
    (State.BOOT, (BIG, Kind.DOUBLE)): NOTHING[State.BOOT],
    (State.BOOT, (BIG, Kind.HOLD)): NOTHING[State.BOOT],
    (State.BOOT, (PEN, Kind.PRESS)): NOTHING[State.BOOT],
    (State.BOOT, (PEN, Kind.HOLD)): OFF,
    # A press films at once, so whatever follows it is no pause and no stop.
    (State.READY, (BIG, Kind.PRESS)): FILMS,
    (State.READY, (BIG, Kind.DOUBLE)): FILMS,
    (State.READY, (BIG, Kind.HOLD)): FILMS,
    (State.READY, (PEN, Kind.PRESS)): Then(State.READY, Lamp.READY, pairing=True),
    (State.READY, (PEN, Kind.HOLD)): OFF,
    (State.RECORDING, (BIG, Kind.PRESS)): Then(State.RECORDING, Lamp.RECORDING, stars=1),
    (State.RECORDING, (BIG, Kind.DOUBLE)): Then(State.PAUSED, Lamp.PAUSED, paused=True),
    (State.RECORDING, (BIG, Kind.HOLD)): STOPPED,
    (State.RECORDING, (PEN, Kind.PRESS)): Then(State.RECORDING, Lamp.RECORDING, pairing=True),
    (State.RECORDING, (PEN, Kind.HOLD)): OFF_AFTER_FILM,
    (State.PAUSED, (BIG, Kind.PRESS)): GOES_ON,
    (State.PAUSED, (BIG, Kind.DOUBLE)): GOES_ON,
    (State.PAUSED, (BIG, Kind.HOLD)): Then(State.READY, Lamp.READY, paused=True, reason="stop"),
    (State.PAUSED, (PEN, Kind.PRESS)): Then(State.PAUSED, Lamp.PAUSED, paused=True, pairing=True),
    (State.PAUSED, (PEN, Kind.HOLD)): Then(State.OFF, Lamp.OFF, paused=True, reason="shutdown"),
    (State.FINISHING, (BIG, Kind.PRESS)): NOTHING[State.FINISHING],
    (State.FINISHING, (BIG, Kind.DOUBLE)): NOTHING[State.FINISHING],
    (State.FINISHING, (BIG, Kind.HOLD)): NOTHING[State.FINISHING],
    (State.FINISHING, (PEN, Kind.PRESS)): NOTHING[State.FINISHING],
    (State.FINISHING, (PEN, Kind.HOLD)): NOTHING[State.FINISHING],
    (State.FAULT, (BIG, Kind.PRESS)): TRIES,
    (State.FAULT, (BIG, Kind.DOUBLE)): TRIES,
    (State.FAULT, (BIG, Kind.HOLD)): TRIES,
    (State.FAULT, (PEN, Kind.PRESS)): Then(State.FAULT, Lamp.FAULT, pairing=True),
    (State.FAULT, (PEN, Kind.HOLD)): OFF,
    **{(State.OFF, gesture): NOTHING[State.OFF] for gesture in GESTURES},
}


def do(box: PinBox, gesture: Gesture) -> None:
    button, kind = gesture
    down_s = {Kind.PRESS: (TAP_S,), Kind.DOUBLE: (TAP_S, TAP_S), Kind.HOLD: (HOLD_US[button] / 1e6 + TAP_S,)}[kind]
    for each_s in down_s:
        box.press(each_s, button)


def stars(box: PinBox) -> int:
    return box.attendant.current.stars if box.attendant.current is not None else 0


def log(box: PinBox) -> str:
    return "".join((box.home.session(facts.id) / "log.jsonl").read_text() for facts in box.sessions)


@pytest.fixture
def box(tmp_path: Path) -> PinBox:
    return PinBox(tmp_path / "home")


def test_every_gesture_of_the_product_stands_here_for_every_state() -> None:
    assert set(EXPECTED) == {(state, gesture) for state in State for gesture in GESTURES}


@pytest.mark.parametrize(
    ("state", "gesture", "then"),
    [(state, gesture, then) for (state, gesture), then in EXPECTED.items()],
    ids=[f"{state.name}-{button.value}-{kind.value}" for state, (button, kind) in EXPECTED],
)
def test_a_gesture(box: PinBox, state: State, gesture: Gesture, then: Then) -> None:
    box.in_state(state)
    opened = box.camera.calls.count("open")
    do(box, gesture)
    box.wait(0.6)
    assert box.attendant.state is then.state
    assert stars(box) == then.stars
    assert ('"t":"paused"' in log(box)) is then.paused
    assert (box.attendant.pairing_until_us > box.clock.monotonic_us()) is then.pairing
    assert box.camera.calls.count("open") - opened == then.repairs
    if then.reason is not None:
        assert f'"reason":"{then.reason}"' in log(box)
    seen = box.pattern(4.5)
    assert is_pattern(seen, then.lamp), seen


def test_a_recessed_hold_while_finishing_switches_off_once_the_film_is_closed(box: PinBox) -> None:
    box.in_state(State.FINISHING)
    do(box, (PEN, Kind.HOLD))
    assert box.stands(State.FINISHING)
    box.stalled = False
    box.wait(0.1)
    assert box.stands(State.OFF)
    assert box.shows(Colour.OFF)
    assert '"reason":"stop"' in log(box)


def test_a_press_while_finishing_is_not_kept_for_later(box: PinBox) -> None:
    box.in_state(State.FINISHING)
    box.press()
    box.stalled = False
    box.wait(1)
    assert box.stands(State.READY)
    assert len(box.sessions) == 1


def test_a_press_during_a_fault_mends_what_can_be_mended_and_the_next_one_films(box: PinBox) -> None:
    box.in_state(State.FAULT)
    box.camera.refuse = {}
    box.press()
    box.wait(0.4)
    assert box.stands(State.READY)
    assert box.shows(Colour.WHITE)
    box.press()
    box.wait(2)
    assert box.stands(State.RECORDING)


def test_three_presses_pause_and_do_not_resume(box: PinBox) -> None:
    box.in_state(State.RECORDING)
    for _ in range(3):
        box.press()
    box.wait(1)
    assert box.stands(State.PAUSED)
    assert box.camera.sink is None


@pytest.mark.parametrize("apart_ms", [80, 200, 370, 390])
def test_two_presses_pause_however_late_their_edges_are_told(box: PinBox, apart_ms: int) -> None:
    """A pin tells of the second finger 50 ms after it came: up to the end of the window that is no star."""
    box.in_state(State.RECORDING)
    box.clock.advance(ms=WIRING.bounce_ms)  # nothing looks in between, as on a box that waits for the next edge
    box.pins.finger(BIG, True)
    box.wait(0.04)
    box.pins.finger(BIG, False)
    box.wait(apart_ms / 1000 - 0.04)
    box.pins.finger(BIG, True)
    box.wait(0.5)
    assert (box.attendant.state, stars(box)) == (State.PAUSED, 0)


def test_two_presses_too_far_apart_are_two_stars(box: PinBox) -> None:
    box.in_state(State.RECORDING)
    box.press()
    box.wait(DOUBLE_US / 1e6)
    box.press()
    box.wait(1)
    assert (box.attendant.state, stars(box)) == (State.RECORDING, 2)


@pytest.mark.parametrize(("state", "held", "becomes"), [(State.READY, 0, State.RECORDING), (State.RECORDING, 1, None)])
def test_five_bounces_within_50_ms_are_one_press(box: PinBox, state: State, held: int, becomes: State | None) -> None:
    """Mock pins do not debounce, so here the classifier alone must; on a board lgpio does, too."""
    box.in_state(state)
    for _ in range(5):
        box.pins.finger(BIG, True)
        box.wait(0.005)
        box.pins.finger(BIG, False)
        box.wait(0.005)
    box.wait(1)
    assert (box.attendant.state, stars(box)) == (becomes or state, held)


def test_a_hold_acts_while_the_finger_is_still_down(box: PinBox) -> None:
    box.in_state(State.RECORDING)
    box.finger(True)
    box.wait(1.9)
    assert box.stands(State.RECORDING)
    box.wait(0.2)
    assert box.stands(State.READY)
    box.wait(5)
    box.finger(False)
    box.wait(1)
    assert box.stands(State.READY)
    assert len(box.sessions) == 1


def test_both_buttons_at_once_do_what_each_does(box: PinBox) -> None:
    box.in_state(State.RECORDING)
    box.finger(True, BIG)
    box.finger(True, PEN)
    box.wait(0.1)
    box.finger(False, PEN)
    box.finger(False, BIG)
    box.wait(1)
    assert (box.attendant.state, stars(box)) == (State.RECORDING, 1)
    assert box.attendant.pairing_until_us > box.clock.monotonic_us()


def test_both_held_close_the_film_and_switch_off(box: PinBox) -> None:
    box.in_state(State.RECORDING)
    box.finger(True, BIG)
    box.finger(True, PEN)
    box.wait(5.2)
    assert box.stands(State.OFF)
    assert '"reason":"stop"' in log(box)
    assert len(box.sessions) == 1


def test_the_press_that_starts_a_film_acts_at_finger_down(box: PinBox) -> None:
    box.in_state(State.READY)
    box.finger(True)
    assert box.stands(State.RECORDING)


def test_a_star_has_the_time_of_the_finger(box: PinBox) -> None:
    box.in_state(State.RECORDING)
    (opened,) = box.seen(Opened)
    assert isinstance(opened, Opened)
    at_us = box.clock.monotonic_us()
    box.press()
    box.wait(0.5)
    (star,) = (op for op in ops(box, opened.session) if op["kind"] == "star")
    assert star["pts_ms"] == (at_us - opened.start_us) // 1000


def test_an_edge_only_enqueues(box: PinBox) -> None:
    """What gpiozero calls runs in lgpio's only thread: there nothing is decided, written or waited for."""
    box.in_state(State.READY)
    calls = list(box.camera.calls)
    box.pins.finger(BIG, True)
    assert box.attendant.inbox.qsize() == 1
    assert (box.attendant.state, box.camera.calls) == (State.READY, calls)
    box.settle()
    assert box.stands(State.RECORDING)


def test_the_lamp_goes_red_by_what_the_card_took_and_not_by_the_press(box: PinBox) -> None:
    box.in_state(State.READY)
    box.stalled = True
    box.press()
    box.wait(3)
    assert box.stands(State.RECORDING)
    assert box.shows(Colour.WHITE)
    box.wait(4)
    assert box.shows(Colour.AMBER)
    box.stalled = False
    box.wait(0.1)
    assert box.shows(Colour.RED)


def test_a_card_that_stalls_changes_the_lamp_and_one_that_goes_on_changes_it_back(box: PinBox) -> None:
    box.in_state(State.RECORDING)
    assert is_pattern(box.pattern(2), Lamp.RECORDING)
    box.stalled = True
    acknowledged = len(box.seen(Kept))
    box.wait(6)
    assert is_pattern(box.pattern(4.5), Lamp.ATTENTION)
    assert len(box.seen(Kept)) == acknowledged
    box.stalled = False
    box.wait(1)
    assert is_pattern(box.pattern(2), Lamp.RECORDING)


@pytest.mark.parametrize("state", State)
def test_a_clicker_sets_a_star_while_filming_and_does_nothing_else_ever(box: PinBox, state: State) -> None:
    box.in_state(state)
    star_by(box.attendant)(box.clock.monotonic_us() - 5_000)
    assert stars(box) == 0, "it only enqueues"
    box.wait(1)
    assert box.attendant.state is state
    assert stars(box) == (1 if state is State.RECORDING else 0)
    assert len(box.sessions) == (0 if state in {State.BOOT, State.READY, State.FAULT, State.OFF} else 1)
