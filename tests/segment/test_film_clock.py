from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.segment.film_clock import FilmClock, milliseconds, ticks

START_US = 7_000_000
SECOND_US = 1_000_000


def shown(times_us: list[int], keys: set[int]) -> dict[int, int]:
    """Film time by number of picture, of those that have one; after one without, only a key frame is taken."""
    clock = FilmClock(START_US, 25)
    film: dict[int, int] = {}
    whole = False
    for number, pts_us in enumerate(times_us):
        at = clock.picture(START_US + pts_us, key=number in keys)
        whole = at is not None and (whole or number in keys)
        if at is not None and whole:
            clock.take(at)
            film[number] = at
    return film


def steady(count: int) -> list[int]:
    return [n * 40_000 for n in range(count)]


KEYS = set(range(0, 1000, 25))


def test_film_time_is_time_since_the_first_picture() -> None:
    assert shown(steady(60), KEYS) == {n: n * 3600 for n in range(60)}


@pytest.mark.parametrize("back_us", [1_300_000, 2_000_000, 3_600 * SECOND_US])
def test_a_clock_set_back_goes_on_in_step(back_us: int) -> None:
    times = [us - back_us * (n >= 40) for n, us in enumerate(steady(150))]
    film = shown(times, KEYS)
    assert sorted(film) == [*range(40), *range(75, 150)]  # pictures 40 to 69 show that it was set back
    assert all(abs(film[n] - n * 3600) <= 1 for n in film)


def test_a_clock_that_comes_right_again_goes_on_in_step() -> None:
    times = [us - 60 * SECOND_US * (40 <= n < 72) for n, us in enumerate(steady(150))]
    film = shown(times, KEYS)
    assert sorted(film) == [*range(40), *range(75, 150)]
    assert all(abs(film[n] - n * 3600) <= 1 for n in film)


def test_a_clock_that_stands_still_gives_one_picture_in_thirty_one() -> None:
    film = shown([0] * 100, set(range(100)))
    assert sorted(film) == [0, 31, 62, 93]
    assert list(film.values()) == [0, 3600, 7200, 10_800]


@given(st.lists(st.tuples(st.integers(-9_000_000, 9_000_000), st.booleans()), max_size=200))
def test_film_time_only_ever_runs_forward(steps: list[tuple[int, bool]]) -> None:
    times = [sum(us for us, _ in steps[:n]) for n in range(len(steps))]
    film = shown(times, {n for n, (_, key) in enumerate(steps) if key})
    assert all(before < after for before, after in pairwise(film.values()))


@given(st.integers(0, 10**12))
def test_ticks_and_milliseconds_are_rounded_to_the_nearest(us: int) -> None:
    assert abs(ticks(us) * 100 - us * 9) <= 50
    assert abs(milliseconds(ticks(us)) * 90 - ticks(us)) <= 45
    clock = FilmClock(START_US, 30)
    assert abs(clock.monotonic_us(ticks(us)) - START_US - us) <= 6
