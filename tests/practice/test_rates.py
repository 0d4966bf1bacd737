"""Rates: per ten minutes of the film that may be shown, and none of a film that is too short."""

from appliance.practice.rates import LEAST_MS, rates
from tests.practice.makers import NAMING, TURNS
from tests.practice.test_best import tap


def test_a_rate_is_per_ten_minutes_of_film() -> None:
    seen = [tap(0, 1_000, TURNS), tap(1, 2_000, NAMING), tap(2, 9_000, TURNS, NAMING), tap(3, 12_000, TURNS), tap(4, 5)]
    assert rates(seen, 1_200_000) == {TURNS: 1.5, NAMING: 1.0}
    assert list(rates(seen, 400_000).items()) == [(TURNS, 4.5), (NAMING, 3.0)]


def test_a_short_film_has_words_and_no_figures() -> None:
    assert rates([tap(0, 1_000, TURNS)], LEAST_MS - 1) == {TURNS: None}
    assert rates([tap(0, 1_000, TURNS)], LEAST_MS) == {TURNS: 5.0}
    assert rates([], 0) == {}
