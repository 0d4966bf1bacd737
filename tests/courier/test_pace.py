import random

from hypothesis import given
from hypothesis import strategies as st

from appliance.courier.pace import FIRST_WAIT_US, JITTER_US, LONGEST_LOOK_US, LONGEST_WAIT_US, Pace

MINUTE_US = 60_000_000


def docked(seed: int = 1) -> Pace:
    pace = Pace(chance=random.Random(seed))
    pace.way(0, is_open=True)
    return pace


@given(st.integers())
def test_what_starts_by_itself_starts_at_a_random_moment(seed: int) -> None:
    due_us = docked(seed).due_us
    assert due_us is not None
    assert 0 <= due_us < JITTER_US


def test_a_fleet_that_docks_at_once_is_spread_out() -> None:
    dues = sorted(docked(seed).due_us or 0 for seed in range(1_000))
    in_a_minute = max(sum(at <= due < at + MINUTE_US for due in dues) for at in range(0, JITTER_US, MINUTE_US))
    assert in_a_minute < 150


def test_who_asks_waits_for_nothing_but_a_way() -> None:
    pace = docked()
    assert not pace.is_due(0)
    pace.go(0)
    assert pace.is_due(0)
    pace.way(1, is_open=False)
    pace.go(1)
    assert not pace.is_due(10**12)


@given(st.lists(st.booleans(), max_size=60))
def test_waits_grow_to_a_limit_and_end_with_the_first_success(well: list[bool]) -> None:
    pace, now_us, failures = docked(), 0, 0
    for each in well:
        if each:
            pace.went_well(now_us, news=True)
            failures = 0
            assert not pace.unreachable
        else:
            pace.failed(now_us)
            failures += 1
            wait_us = min(FIRST_WAIT_US * 2 ** (failures - 1), LONGEST_WAIT_US)
            assert pace.due_us is not None
            assert 0.75 * wait_us - 1 <= pace.due_us - now_us <= 1.25 * wait_us
        now_us = pace.due_us or 0


def test_a_quiet_store_is_looked_at_ever_less_often() -> None:
    pace, now_us, waits = docked(), 0, list[int]()
    for _ in range(12):
        pace.went_well(now_us, news=False)
        waits.append((pace.due_us or 0) - now_us)
        now_us = pace.due_us or 0
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_LOOK_US
    pace.soon(now_us)
    assert (pace.due_us or 0) - now_us <= 1_000_000


def test_news_does_not_hurry_what_waits_after_a_failure_or_for_its_random_moment() -> None:
    pace = docked()
    before = pace.due_us
    pace.soon(0)
    assert pace.due_us == before
    pace.failed(0)
    before = pace.due_us
    pace.soon(0)
    assert pace.due_us == before


def test_undocking_forgets_how_it_went() -> None:
    pace = docked()
    pace.failed(0)
    pace.way(1, is_open=False)
    assert (pace.due_us, pace.unreachable) == (None, False)
