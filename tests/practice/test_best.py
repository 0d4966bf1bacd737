"""The best moments: few, apart from one another, in film order, the same for everybody, and where most was seen."""

from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from appliance.practice.best import LONGEST_MS, MOST, Best, best_moments
from appliance.practice.hidden import Hidden, is_hidden
from appliance.practice.moments import Moment
from appliance.visit.tags import THAT_ONE
from tests.practice.makers import NAMING, SESSION, TURNS

FILM_MS = 600_000
TAGS: list[tuple[str, ...]] = [(), (TURNS,), (NAMING,), (TURNS, NAMING), (THAT_ONE,)]


def tap(n: int, pts_ms: int, *tags: str, by: str = "phone 1", **changed: Any) -> Moment:
    id_ = f"moment-{n}"
    made = Moment(id_, SESSION, pts_ms, max(0, pts_ms - 8_000), pts_ms + 4_000, tags, "", by, (id_,))
    return replace(made, **changed)


@st.composite
def seen(draw: st.DrawFn) -> list[Moment]:
    found = []
    for n in range(draw(st.integers(0, 30))):
        pts_ms, tags = draw(st.integers(0, FILM_MS + 20_000)), draw(st.sampled_from(TAGS))
        trimmed = draw(st.none() | st.tuples(st.integers(0, FILM_MS), st.integers(1, 90_000)))
        stretch = {} if trimmed is None else {"in_ms": trimmed[0], "out_ms": sum(trimmed)}
        found.append(tap(n, pts_ms, *tags, by=draw(st.sampled_from("ab")), **stretch))
    return found


stretches = st.lists(
    st.builds(
        Hidden, st.uuids().map(str), st.integers(0, FILM_MS), st.none(), st.just("visitor"), st.just("a")
    ).flatmap(lambda each: st.integers(1, 200_000).map(lambda long_ms: replace(each, out_ms=each.in_ms + long_ms))),
    max_size=3,
)


@given(seen(), stretches, st.randoms(use_true_random=False))
def test_clips_are_few_apart_in_order_and_free_of_what_is_hidden(
    moments: list[Moment], hidden: list[Hidden], random: Random
) -> None:
    best = best_moments(moments, FILM_MS, hidden)
    assert len(best) <= MOST
    assert all(a.out_ms <= b.in_ms for a, b in pairwise(best))
    for each in best:
        assert 0 <= each.in_ms <= each.pts_ms < each.out_ms <= FILM_MS
        assert each.out_ms - each.in_ms <= LONGEST_MS
        assert not is_hidden(hidden, each.in_ms, each.out_ms)
    named = [id_ for each in best for id_ in each.moments]
    assert len(named) == len(set(named))
    assert best_moments(random.sample(moments, len(moments)), FILM_MS, hidden) == best


@given(seen(), st.integers(0, FILM_MS - 5_000))
def test_what_a_parent_marked_is_among_them(moments: list[Moment], pts_ms: int) -> None:
    others = [replace(each, tags=tuple(tag for tag in each.tags if tag != THAT_ONE)) for each in moments[:8]]
    marked = tap(99, pts_ms, THAT_ONE, by="screen")
    best = best_moments([*others, marked], FILM_MS)
    assert [each for each in best if each.parent and each.in_ms <= marked.pts_ms < each.out_ms]


def told(best: list[Best]) -> list[tuple[int, int]]:
    return [(each.in_ms, each.out_ms) for each in best]


def test_taps_of_two_close_together_come_before_any_single_one() -> None:
    alone = [tap(n, 20_000 + 40_000 * n) for n in range(8)]
    both = [tap(20, 400_000, TURNS), tap(21, 402_000, TURNS, by="phone 2")]
    assert told(best_moments([*alone, *both], FILM_MS, most=1)) == [(392_000, 406_000)]
    noted = tap(22, 500_000, note="He waits.")
    assert told(best_moments([*alone, noted], FILM_MS, most=1)) == [(492_000, 504_000)]


def test_a_clip_keeps_what_was_trimmed_and_ends_with_the_film() -> None:
    trimmed = tap(0, 50_000, TURNS, in_ms=47_200, out_ms=48_100)
    at_end = tap(1, FILM_MS - 500, TURNS)
    assert told(best_moments([trimmed, at_end], FILM_MS)) == [(47_200, 48_100), (FILM_MS - 8_500, FILM_MS)]


def test_a_clip_stops_at_what_is_hidden() -> None:
    hidden = [Hidden("a", 42_000, 45_000, "visitor", "a"), Hidden("b", 52_000, None, "quiet", "a")]
    assert told(best_moments([tap(0, 50_000), tap(1, 43_000), tap(2, 70_000)], FILM_MS, hidden)) == [(45_000, 52_000)]


def test_nothing_seen_is_no_clip() -> None:
    assert best_moments([], FILM_MS) == best_moments([tap(0, 0)], 0) == []
