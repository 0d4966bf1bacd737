"""What the lamp's three wires and the buzzer's carry over time, for each thing that the lamp can say."""

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.panel.panel import Colour
from appliance.recorder.showing import ACK_SHOWN_US, Shown
from appliance.visit.chime import BEEP_US, BEEPS
from appliance.visit.lamp import CUE_US, PATTERNS, Lamp
from appliance.visit.session import AGAIN_MIN, CHIME_MIN, LENGTHS, Arming, Purpose
from appliance.visit.states import State
from tests.panel.pin_box import PinBox, is_pattern
from tests.visit.eye import CHANGES_A_SECOND, most_changes_in_a_second

TARGET_MIN = LENGTHS[Purpose.FILM].target_min or 0


def filming(box: PinBox, *, discreet: bool = False, silent: bool = False) -> None:
    box.attendant.arming = Arming(discreet=discreet)
    box.in_state(State.RECORDING)
    box.sounding = not silent
    if silent:
        box.microphone.loudness = None
        box.wait(3)


def framing(box: PinBox) -> None:
    box.in_state(State.READY)
    box.showing.framing_us = box.clock.monotonic_us() + 5_000_000  # as if asked for again and again
    box.wait(0.3)


def shown(box: PinBox, what: Shown, state: State = State.READY) -> None:
    box.in_state(state)
    box.showing.shown = what
    box.wait(0.3)


def without_film(box: PinBox) -> None:
    box.in_state(State.READY)
    box.stalled = True
    box.press()
    box.wait(ACK_SHOWN_US / 1e6)


def almost(box: PinBox, minutes: float) -> None:
    """A second before so many minutes of film."""
    box.in_state(State.RECORDING)
    assert box.attendant.current is not None
    film_us = box.attendant.current.film_us(box.clock.monotonic_us())
    box.long_ago(minutes - (film_us + 1_000_000) / 60e6)


def enough(box: PinBox) -> None:
    almost(box, TARGET_MIN)
    box.wait(1)


SCENES: dict[Lamp, Callable[[PinBox], object]] = {
    Lamp.OFF: lambda box: box.in_state(State.OFF),
    Lamp.STARTING: lambda box: box.in_state(State.BOOT),
    Lamp.READY: lambda box: box.in_state(State.READY),
    Lamp.FRAMING: framing,
    Lamp.RECORDING: filming,
    Lamp.PAUSED: lambda box: box.in_state(State.PAUSED),
    Lamp.PLAYING: lambda box: shown(box, Shown.PLAYING),
    Lamp.PLAYING_AND_RECORDING: lambda box: shown(box, Shown.PLAYING, State.RECORDING),
    Lamp.SYNCING: lambda box: shown(box, Shown.SYNCING),
    Lamp.DO_NOT_RECORD: without_film,
    Lamp.FAULT: lambda box: box.in_state(State.FAULT),
    Lamp.RECORDING_DISCREETLY: lambda box: filming(box, discreet=True),
    Lamp.ATTENTION: lambda box: filming(box, silent=True),
    Lamp.ATTENTION_DISCREETLY: lambda box: filming(box, discreet=True, silent=True),
    Lamp.ENOUGH: enough,
}


@pytest.fixture
def box(tmp_path: Path) -> PinBox:
    return PinBox(tmp_path / "home")


def test_all_that_the_lamp_can_say_has_a_scene() -> None:
    assert set(SCENES) == set(Lamp)


@pytest.mark.parametrize("lamp", Lamp)
def test_the_wires_carry_the_pattern_of_the_table(box: PinBox, lamp: Lamp) -> None:
    SCENES[lamp](box)
    seen = box.pattern(4.7)
    assert box.showing.says is lamp
    assert is_pattern(seen, lamp), seen
    assert most_changes_in_a_second(box.lamp) <= CHANGES_A_SECOND


def test_a_pattern_of_another_state_is_told_apart() -> None:
    """The judge itself: each pattern, laid out in time, is itself and none of other steps."""
    for lamp, pattern in PATTERNS.items():
        laid_out = [(colour, long_us // 1000) for colour, long_us in pattern.steps * 4]
        seen = laid_out[:1] if len(pattern.steps) == 1 else laid_out
        alike = {other for other in Lamp if is_pattern(seen, other)}
        assert alike == {other for other in Lamp if set(PATTERNS[other].steps) == set(pattern.steps)}, lamp


@pytest.mark.parametrize("past_min", [0, AGAIN_MIN])
def test_enough_film_is_said_at_the_target_and_again(box: PinBox, past_min: int) -> None:
    almost(box, TARGET_MIN + past_min)
    box.pattern(CUE_US / 1e6 + 3)
    cue = [colour for _, colour in box.lamp]
    assert cue == [Colour.RED, *[Colour.WHITE, Colour.RED] * 3]
    assert box.buzzer[-1][1] is False


def test_the_buzzer_sounds_three_times_for_a_film_that_was_forgotten(box: PinBox) -> None:
    almost(box, TARGET_MIN + CHIME_MIN)
    box.buzzer.clear()
    box.wait(BEEPS * 2 * BEEP_US / 1e6 + 3)
    assert [on for _, on in box.buzzer] == [False, *[True, False] * BEEPS]
    beeps = [end - begin for (begin, _), (end, _) in itertools.pairwise(box.buzzer[1:])]
    assert all(abs(long_us - BEEP_US) <= 20_000 for long_us in beeps)


def test_the_buzzer_is_quiet_in_a_pause(box: PinBox) -> None:
    box.in_state(State.PAUSED)
    box.long_ago(TARGET_MIN + CHIME_MIN - 0.02)
    box.wait(4)
    assert {on for _, on in box.buzzer} == {False}
