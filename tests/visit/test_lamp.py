"""PRACTICE's light table as it looks to an eye, and never more than three flashes in any second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.panel.panel import Colour
from appliance.visit.lamp import (
    CUE_US,
    PATTERNS,
    STEADY_US,
    Lamp,
    LampView,
    colour_at,
    lamp_at,
    next_change_us,
)
from appliance.visit.lamp_words import MEANING
from tests.visit.eye import CHANGES_A_SECOND, Stretch, longest_dark_us, most_changes_in_a_second, without_repeats

SECOND_US = 1_000_000
RECORDING = {Lamp.RECORDING, Lamp.PLAYING_AND_RECORDING}

views = st.builds(
    LampView,
    st.sampled_from(Lamp),
    st.booleans(),
    st.booleans(),
    st.none() | st.integers(-12 * SECOND_US, 12 * SECOND_US),
)
times = st.integers(-20 * SECOND_US, 20 * SECOND_US)


def seen(view: LampView, since_us: int, from_us: int, until_us: int) -> list[Stretch]:
    """What an eye sees between two times, from looking only when told to look."""
    stretches = [(from_us, colour_at(view, since_us, from_us))]
    now_us = next_change_us(view, since_us, from_us)
    while now_us is not None and now_us < until_us:
        stretches.append((now_us, colour_at(view, since_us, now_us)))
        now_us = next_change_us(view, since_us, now_us)
    return without_repeats(stretches)


def steps(view: LampView, seconds: int) -> list[tuple[str, int]]:
    """(colour, milliseconds) for the first `seconds` of a view."""
    stretches = seen(view, 0, 0, seconds * SECOND_US)
    ends = [at_us for at_us, _ in stretches[1:]] + [seconds * SECOND_US]
    return [(colour.name, (end - at) // 1000) for (at, colour), end in zip(stretches, ends, strict=True)]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (LampView(Lamp.OFF), [("OFF", 4000)]),
        (LampView(Lamp.STARTING), [("WHITE", 1000), ("OFF", 1000)] * 2),
        (LampView(Lamp.READY), [("WHITE", 4000)]),
        (LampView(Lamp.FRAMING), [("CYAN", 4000)]),
        (LampView(Lamp.RECORDING), [("RED", 4000)]),
        (LampView(Lamp.RECORDING, discreet=True), [("RED", 200), ("OFF", 1800)] * 2),
        (LampView(Lamp.RECORDING, attention=True), [("RED", 300), ("OFF", 300), ("RED", 300), ("OFF", 1100)] * 2),
        (
            LampView(Lamp.RECORDING, discreet=True, attention=True),
            [("RED", 200), ("OFF", 200), ("RED", 200), ("OFF", 1400)] * 2,
        ),
        (LampView(Lamp.PAUSED), [("RED", 1000), ("WHITE", 1000)] * 2),
        (LampView(Lamp.PLAYING), [("BLUE", 4000)]),
        (LampView(Lamp.PLAYING_AND_RECORDING), [("MAGENTA", 4000)]),
        (
            LampView(Lamp.PLAYING_AND_RECORDING, attention=True),
            [("RED", 300), ("OFF", 300), ("RED", 300), ("OFF", 1100)] * 2,
        ),
        (LampView(Lamp.SYNCING), [("BLUE", 1000), ("OFF", 1000)] * 2),
        (LampView(Lamp.DO_NOT_RECORD), [("AMBER", 4000)]),
        (LampView(Lamp.FAULT), [("AMBER", 250), ("OFF", 250)] * 8),
        (LampView(Lamp.PAUSED, discreet=True, attention=True), [("RED", 1000), ("WHITE", 1000)] * 2),
    ],
)
def test_each_row_of_the_light_table(view: LampView, expected: list[tuple[str, int]]) -> None:
    assert steps(view, 4) == expected


def test_three_slow_swaps_when_there_is_enough_film() -> None:
    swaps = [("WHITE", 1000), ("RED", 1000)] * 2 + [("WHITE", 1000)]
    assert steps(LampView(Lamp.RECORDING, enough_at_us=2 * SECOND_US), 10) == [("RED", 2000), *swaps, ("RED", 3000)]


@pytest.mark.parametrize("lamp", [lamp for lamp in Lamp if lamp is not Lamp.RECORDING])
def test_only_film_has_the_cue(lamp: Lamp) -> None:
    view = LampView(lamp, enough_at_us=0)
    assert seen(view, 0, 0, CUE_US) == seen(LampView(lamp), 0, 0, CUE_US)


def test_the_cue_lets_the_discreet_lamp_go_on_where_it_was() -> None:
    plain, cued = LampView(Lamp.RECORDING, discreet=True), LampView(Lamp.RECORDING, discreet=True, enough_at_us=500_000)
    after_us = 500_000 + CUE_US
    assert lamp_at(cued, after_us - 1) is Lamp.ENOUGH
    assert seen(cued, 0, after_us, 20 * SECOND_US) == seen(plain, 0, after_us, 20 * SECOND_US)


@given(views, times)
def test_no_view_flashes_more_than_three_times_in_any_second(view: LampView, since_us: int) -> None:
    changes = most_changes_in_a_second(seen(view, since_us, -20 * SECOND_US, 20 * SECOND_US))
    assert changes <= CHANGES_A_SECOND


@given(views.filter(lambda view: view.lamp in RECORDING), times)
def test_while_recording_it_is_never_dark_for_two_seconds(view: LampView, since_us: int) -> None:
    until_us = 20 * SECOND_US
    assert longest_dark_us(seen(view, since_us, -20 * SECOND_US, until_us), until_us) < 2 * SECOND_US


@given(views.filter(lambda view: view.lamp in RECORDING), times, times)
def test_while_recording_it_never_shows_a_colour_of_not_recording(view: LampView, since_us: int, now_us: int) -> None:
    allowed = {Colour.RED, Colour.OFF, Colour.MAGENTA} | ({Colour.WHITE} if view.enough_at_us is not None else set())
    assert colour_at(view, since_us, now_us) in allowed


@given(views, times, times, st.floats(0, 1, exclude_max=True))
def test_nothing_changes_before_the_next_change(view: LampView, since_us: int, now_us: int, part: float) -> None:
    then_us = next_change_us(view, since_us, now_us)
    assert then_us is None or then_us > now_us
    later_us = now_us + int(part * ((60 * SECOND_US if then_us is None else then_us) - now_us))
    assert colour_at(view, since_us, later_us) is colour_at(view, since_us, now_us)
    if then_us is not None:
        assert colour_at(view, since_us, then_us - 1) is colour_at(view, since_us, now_us)


def test_every_lamp_has_a_pattern_slow_enough_and_words() -> None:
    assert set(PATTERNS) == set(MEANING) == set(Lamp)
    for lamp, pattern in PATTERNS.items():
        assert min(long_us for _, long_us in pattern.steps) >= STEADY_US, lamp
    for meaning in MEANING.values():
        assert meaning.light
        assert meaning.word
        assert meaning.sentence.endswith(".")


def test_no_two_lamps_look_alike() -> None:
    """The cue is the pause's swap, three times only; all others differ within four seconds."""
    looks = [tuple(steps(LampView(lamp), 4)) for lamp in Lamp if lamp is not Lamp.ENOUGH]
    assert len(set(looks)) == len(looks)
    assert len({meaning.light for meaning in MEANING.values()}) == len(MEANING)
