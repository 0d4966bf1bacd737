"""Views in any order and at any speed: no flicker, and the right colour soon."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from appliance.panel.panel import Colour
from appliance.visit.lamp import CUE_US, STEADY_US, Lamp, LampView, SteadyLamp, colour_at
from tests.visit.eye import CHANGES_A_SECOND, SECOND_US, Stretch, most_changes_in_a_second, without_repeats

views = st.builds(
    LampView, st.sampled_from(Lamp), st.booleans(), st.booleans(), st.none() | st.integers(0, 12 * SECOND_US)
)
changing = st.lists(st.tuples(views, st.integers(0, 400_000)), max_size=60)
"""Views, and how long each one stays."""


def shown(lamp: SteadyLamp, changes: list[tuple[LampView, int]]) -> Iterator[Stretch]:
    """What the lamp shows when it is looked after at each change and whenever it asks to be."""
    now_us = 0
    for view, stays_us in changes:
        end_us = now_us + stays_us
        yield now_us, lamp.show(view, now_us)
        while (due_us := lamp.next_change_us(now_us)) is not None and due_us < end_us:
            assert due_us > now_us
            now_us = due_us
            yield now_us, lamp.show(view, now_us)
        now_us = end_us


@given(changing)
def test_no_order_of_events_flashes_more_than_three_times_in_any_second(changes: list[tuple[LampView, int]]) -> None:
    stretches = without_repeats([(0, Colour.OFF), *shown(SteadyLamp(), changes)])
    assert most_changes_in_a_second(stretches) <= CHANGES_A_SECOND


@given(changing, views.filter(lambda view: view.lamp is not Lamp.OFF))
def test_a_wrong_colour_is_shown_for_less_than_the_shortest_colour(
    changes: list[tuple[LampView, int]], last: LampView
) -> None:
    began_us = sum(stays_us for _, stays_us in changes)
    changed_us, before = -STEADY_US, Colour.OFF
    for at_us, colour in shown(SteadyLamp(), [*changes, (LampView(Lamp.OFF), 0), (last, 5 * SECOND_US)]):
        if colour is not before:
            changed_us, before = at_us, colour
        if at_us > began_us and colour is not colour_at(last, began_us, at_us):
            assert at_us - changed_us < STEADY_US


def test_a_new_view_waits_until_the_colour_before_it_was_seen() -> None:
    lamp = SteadyLamp()
    assert lamp.show(LampView(Lamp.RECORDING), 0) is Colour.RED
    assert lamp.show(LampView(Lamp.PAUSED), 1) is Colour.RED
    assert lamp.show(LampView(Lamp.DO_NOT_RECORD), 2) is Colour.RED
    assert lamp.next_change_us(2) == STEADY_US
    assert lamp.show(LampView(Lamp.DO_NOT_RECORD), STEADY_US - 1) is Colour.RED
    assert lamp.show(LampView(Lamp.DO_NOT_RECORD), STEADY_US) is Colour.AMBER
    assert lamp.next_change_us(STEADY_US) is None


def test_a_view_that_stays_keeps_its_rhythm_whatever_the_cue() -> None:
    lamp = SteadyLamp()
    for tenth in range(100):
        view = LampView(Lamp.RECORDING, discreet=True, enough_at_us=None if tenth < 50 else -CUE_US)
        colour = lamp.show(view, tenth * 100_000)
        assert colour is colour_at(view, 0, tenth * 100_000)
