"""What the family's screen shows: whatever is done with it in whatever order, it is within the item or the curtain."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import Forbidden
from appliance.practice.items import Card, Clip, Item, Still
from appliance.practice.screen import (
    BACK_MS,
    PARENTS,
    PHONES,
    SCREENS,
    TABLE,
    Event,
    Face,
    Order,
    Screen,
    Told,
    at_ms,
    showing,
    step,
)

SESSION = "5" * 32
CLIP = Clip(SESSION, 10_000, 22_000)
SECOND = 1_000_000


def shown(item: Item = CLIP, now_us: int = 0) -> Screen:
    return showing(Screen(), item, now_us)


def after(screen: Screen, *events: Event, now_us: int = 0) -> Screen:
    for event in events:
        screen = step(screen, event, Told(now_us))
    return screen


def stood(screen: Screen, ms: int, *, turn: int | None = None, steps: int = 0) -> Screen:
    return step(screen, Event.STOOD, Told(0, screen.turn if turn is None else turn, steps, ms))


@st.composite
def told(draw: st.DrawFn) -> tuple[Event, Told]:
    number = st.none() | st.integers(0, 40)
    where = st.none() | st.integers(0, 40_000)
    event = draw(st.sampled_from(list(Event)))
    return event, Told(draw(st.integers(0, 60)) * SECOND, draw(number), draw(st.integers(-5, 5)), draw(where))


items = st.sampled_from([CLIP, Still(SESSION, 3_000), Card("Well done"), replace(CLIP, speed=0.5, loops=3)])


@given(st.lists(items | told(), max_size=30))
def test_it_never_leaves_the_item(story: list[Item | tuple[Event, Told]]) -> None:
    screen, now_us = Screen(), 0
    for each in story:
        turn = screen.turn
        if isinstance(each, tuple):
            event, about = each
            now_us += about.now_us
            try:
                screen = step(screen, event, replace(about, now_us=now_us))
            except Forbidden:
                assert (screen.face, event) not in TABLE
                continue
        else:
            screen = showing(screen, each, now_us)
        assert screen.turn >= turn
        item, here = screen.item, at_ms(screen, now_us)
        if isinstance(item, Clip):
            assert item.in_ms <= here < item.out_ms
            assert screen.face in (Face.PLAYING, Face.HELD)
        elif isinstance(item, Still):
            assert (screen.face, here) == (Face.STILL, item.pts_ms)
        else:
            assert screen.face is (Face.CURTAIN if item is None else Face.CARD)
        assert screen.film == (screen.face in (Face.PLAYING, Face.HELD, Face.STILL))


@pytest.mark.parametrize("face", Face)
def test_the_curtain_is_always_within_reach(face: Face) -> None:
    screen = {
        Face.CURTAIN: Screen(),
        Face.PLAYING: shown(),
        Face.HELD: after(shown(), Event.HOLD),
        Face.STILL: shown(Still(SESSION, 5)),
        Face.CARD: shown(Card("x")),
    }[face]
    assert screen.face is face
    closed = after(screen, Event.CURTAIN)
    assert (closed.face, closed.item, closed.turn) == (Face.CURTAIN, None, screen.turn + 1)


def test_everybody_may_do_their_own() -> None:
    """A parent drives nothing but the clip; the screen itself only tells."""
    assert frozenset() == PARENTS & SCREENS
    assert frozenset() == SCREENS & PHONES
    assert {Event.CURTAIN, Event.PARENT, Event.STEP_ON, Event.WORDS} & PARENTS == frozenset()
    assert frozenset(Event) == PHONES | PARENTS | SCREENS


def test_playing_is_told_by_time() -> None:
    screen = replace(shown(now_us=5 * SECOND), speed=0.5)
    assert at_ms(screen, 5 * SECOND) == 10_000
    assert at_ms(screen, 9 * SECOND) == 12_000
    assert at_ms(screen, 999 * SECOND) == 21_999, "it stands at its end"
    assert at_ms(replace(screen, looping=True), 31 * SECOND) == 11_000


def test_a_hold_is_where_the_screen_is() -> None:
    held = after(shown(), Event.HOLD, now_us=2 * SECOND)
    assert (held.order, held.at_ms, held.exact) == (Order.ON, 12_000, False)
    told = stood(held, 12_034)
    assert (told.at_ms, told.exact) == (12_034, True)
    assert after(told, Event.PLAY).order is Order.ON


def test_what_is_told_of_an_order_before_the_last_says_nothing() -> None:
    held = after(shown(), Event.HOLD)
    assert stood(held, 15_000, turn=held.turn - 1) == held
    playing = after(held, Event.PLAY)
    assert stood(playing, 21_999, turn=held.turn) == playing, "the clip's end of before"
    assert stood(playing, 21_999).face is Face.HELD


def test_steps_are_counted_from_where_it_was_held() -> None:
    held = after(shown(), Event.STEP_ON, Event.STEP_ON, Event.STEP_BACK, now_us=SECOND)
    assert (held.face, held.steps, held.told_steps, held.turn) == (Face.HELD, 1, 0, 2)
    there = stood(held, 11_033, steps=1)
    assert (there.at_ms, there.steps, there.told_steps) == (11_033, 1, 1)


def test_back_goes_no_further_than_the_beginning() -> None:
    assert after(shown(), Event.BACK, now_us=2 * SECOND).at_ms == CLIP.in_ms
    back = after(shown(), Event.BACK, now_us=9 * SECOND)
    assert (back.at_ms, back.order) == (19_000 - BACK_MS, Order.BACK)


def test_play_at_the_end_begins_again() -> None:
    ended = stood(shown(), 99_000)
    assert (ended.face, ended.at_ms) == (Face.HELD, 21_999)
    again = after(ended, Event.PLAY)
    assert (again.face, again.order, again.at_ms) == (Face.PLAYING, Order.AT, CLIP.in_ms)


def test_slower_and_slower_and_at_full_speed_again() -> None:
    screen = shown()
    speeds = []
    for _ in range(3):
        screen = after(screen, Event.SLOW, now_us=SECOND)
        speeds.append(screen.speed)
    assert speeds == [0.5, 0.25, 1.0]
    assert screen.turn == shown().turn, "it goes on where it is"


def test_what_the_practitioner_chose_stays_over_items() -> None:
    chosen = after(shown(), Event.PARENT, Event.WORDS)
    assert (chosen.parent, chosen.words) == (True, True)
    other = showing(after(chosen, Event.CURTAIN), Card("x"), 0)
    assert (other.parent, other.words, other.speed) == (True, True, 1.0)
