"""The two roundings of the timeline never flatter us."""

from hypothesis import given
from hypothesis import strategies as st

from tests.lab.promises import Promise, due, film_lost_us, was_filming
from tests.lab.timeline import Timeline

steps = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 50)), min_size=1, max_size=60)


def played(moves: list[tuple[int, int]]) -> tuple[Timeline, list[tuple[int, int]]]:
    """A log that grew by these steps, read after each; and the truth: (time, length) from each moment on."""
    timeline, truth, at_us, length = Timeline(), [], 1_000, 0
    for grown, waited_us in moves:
        length += grown
        truth.append((at_us, length))
        timeline.note(at_us + 1, length, at_us + 2)
        at_us += 2 + waited_us
    return timeline, truth


def true_length(truth: list[tuple[int, int]], at_us: int) -> int:
    return max((length for t, length in truth if t <= at_us), default=0)


@given(steps, st.integers(0, 3_000))
def test_covers_is_never_less_than_the_log_was(moves: list[tuple[int, int]], after_us: int) -> None:
    timeline, truth = played(moves)
    covered = timeline.covers(1_000 + after_us)
    assert covered is None or covered >= true_length(truth, 1_000 + after_us)


@given(steps, st.integers(3, 3_000))
def test_length_at_is_never_more_than_the_log_was(moves: list[tuple[int, int]], after_us: int) -> None:
    timeline, truth = played(moves)
    assert timeline.length_at(1_000 + after_us) <= true_length(truth, 1_000 + after_us)


@given(steps)
def test_reached_is_a_time_at_which_the_log_was_that_long(moves: list[tuple[int, int]]) -> None:
    timeline, truth = played(moves)
    for length in range(1, truth[-1][1] + 1):
        assert true_length(truth, timeline.reached_us(length)) >= length


@given(steps)
def test_widest_is_the_longest_blindness(moves: list[tuple[int, int]]) -> None:
    timeline, _ = played(moves)
    assert timeline.widest_us == max((waited + 3 for _, waited in moves[:-1]), default=0)


def test_what_was_promised_after_the_last_reading_is_not_due() -> None:
    timeline, _ = played([(1, 10), (1, 10)])
    early, late = Promise("star", 1_000, "s"), Promise("star", 9_000, "s")
    assert due([early, late], timeline, 1) == [early]


def test_film_lost_counts_each_session_that_had_begun() -> None:
    first = [Promise("opened", 0, "a", film_us=1_000), Promise("closed", 0, "a", film_us=5_000)]
    second = [Promise("opened", 0, "b", film_us=8_000)]
    lost = [film_lost_us(first + second, at_us, {"a": 4_000, "b": 8_500}) for at_us in (900, 4_500, 6_000, 9_000)]
    assert lost == [0, 500, 1_000, 1_500]
    assert film_lost_us(first, 9_000, {}) == 4_000
    assert [was_filming(first + second, at_us) for at_us in (900, 1_000, 5_000, 8_000)] == [False, True, False, True]
