"""Hidden stretches: whatever the order, what a hide, its edits and its undo come to; in doubt more is hidden."""

from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.practice.fold import fold
from appliance.practice.hidden import Hidden, is_hidden, is_wholly_hidden, merged
from tests.practice.makers import OTHER, SESSION, TURNS, Told, Writer

ends = st.none() | st.integers(0, 60)
stretches = st.lists(st.builds(Hidden, st.uuids().map(str), st.integers(0, 50), ends, st.just("visitor"), st.just("a")))


def hidden(*ops: Told) -> list[tuple[int, int | None, str]]:
    view = fold(ops).sessions.get(SESSION)
    return [] if view is None else [(each.in_ms, each.out_ms, each.why) for each in view.hidden]


def proper(found: list[Hidden]) -> list[Hidden]:
    return [each for each in found if each.out_ms is None or each.out_ms > each.in_ms]


def test_a_hide_hides_to_the_end_until_an_edit_says_where_it_ends() -> None:
    web = Writer()
    hide = web.hide(5_000)
    assert hidden(hide) == [(5_000, None, "visitor")]
    gone = web.edit(hide, out_ms=90_000)
    assert hidden(hide, gone) == [(5_000, 90_000, "visitor")]
    assert hidden(hide, gone, web.edit(hide, out_ms=None)) == [(5_000, None, "visitor")]
    assert hidden(hide, gone, web.edit(hide, in_ms=0)) == [(0, 90_000, "visitor")]


def test_an_undo_shows_it_again_and_its_own_undo_hides_it() -> None:
    web = Writer()
    hide = web.hide(5_000, 9_000)
    agreed = web.undo(hide)
    assert hidden(hide, agreed) == []
    assert hidden(hide, agreed, web.undo(agreed)) == [(5_000, 9_000, "visitor")]
    assert hidden(hide, web.undo(hide, subject=OTHER)) == [(5_000, 9_000, "visitor")], "another session's undo"


def test_an_edit_that_was_undone_hides_what_it_had_shown() -> None:
    web = Writer()
    hide = web.hide(5_000)
    gone = web.edit(hide, out_ms=6_000)
    assert hidden(hide, gone, web.undo(gone)) == [(5_000, None, "visitor")]


@pytest.mark.parametrize(("fields", "told"), [
    ({"in_ms": -4_000, "out_ms": 9_000}, [(0, 9_000, "visitor")]),
    ({"in_ms": 9_000, "out_ms": 2_000}, [(9_000, 9_001, "visitor")]),
    ({"in_ms": 1, "out_ms": 2, "why": "a reason of tomorrow"}, [(1, 2, "a reason of tomorrow")]),
    ({"in_ms": "1", "out_ms": 2}, []),
    ({"in_ms": 1, "out_ms": "2"}, []),
])  # fmt: skip
def test_what_is_odd(fields: dict[str, Any], told: list[Any]) -> None:
    web = Writer()
    assert hidden(web.op("hide", **{"why": "visitor", **fields})) == told
    without = web.op("hide", in_ms=7, why="visitor")
    assert hidden(without) == [(7, None, "visitor")], "no end is to the end"


def test_a_moment_is_no_hide_and_a_hide_no_moment() -> None:
    web = Writer()
    tap, hide = web.tap(20_000, TURNS), web.hide(1_000, 2_000)
    (view,) = fold([tap, hide, web.edit(tap, out_ms=None), web.edit(hide, tags=[TURNS], note="x")]).sessions.values()
    assert [(each.in_ms, each.out_ms, each.note) for each in view.moments] == [(12_000, 24_000, "")]
    assert [(each.in_ms, each.out_ms) for each in view.hidden] == [(1_000, 2_000)]


@given(st.randoms(use_true_random=False))
def test_in_any_order_and_however_often_the_same_is_hidden(random: Random) -> None:
    writers, told = [Writer(lane) for lane in ("web", "desk", "recorder")], list[Told]()
    for _ in range(random.randrange(1, 25)):
        writer = random.choice(writers)
        writer.lamport = max(writer.lamport, random.choice([0, len(told)]))
        about = random.choice(told) if told else None
        if about is None or random.random() < 0.4:
            told.append(writer.hide(random.randrange(9_000), random.choice([None, random.randrange(9_000)])))
        elif random.random() < 0.5:
            told.append(writer.undo(about))
        else:
            told.append(writer.edit(about, out_ms=random.choice([None, random.randrange(9_000)])))
    expected = hidden(*told)
    assert hidden(*random.sample([*told, *random.choices(told, k=3)], len(told) + 3)) == expected


@given(stretches, st.integers(0, 70), st.integers(0, 20))
def test_merged_hides_the_same_pictures(found: list[Hidden], in_ms: int, long_ms: int) -> None:
    found, out_ms = proper(found), in_ms + max(long_ms, 1)
    pictures = [any(each.touches(ms, ms + 1) for each in found) for ms in range(in_ms, out_ms)]
    assert is_hidden(found, in_ms, out_ms) == any(pictures) == is_hidden(merged(found), in_ms, out_ms)
    assert is_wholly_hidden(found, in_ms, out_ms) == all(pictures)
    few = merged(found)
    assert all(a.out_ms is not None and a.out_ms < b.in_ms for a, b in pairwise(few))
