"""No drift, small bursts, a picture on each full second."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.pace import BURST, Pace, wait_until
from appliance.clock import SetClock

rates = st.sampled_from([5, 10, 15, 24, 25, 30, 50, 60])
moments = st.integers(0, 10**15)


@given(rates, moments, st.integers(0, 10**7))
def test_times_do_not_drift(fps: int, opened_us: int, number: int) -> None:
    pace = Pace(fps, opened_us)
    exact = pace.capture_us(0) + number * 1_000_000 / fps
    assert abs(pace.capture_us(number) - exact) <= 1
    assert 0 <= pace.capture_us(0) - opened_us <= 1_000_000 / fps + 1


@given(rates, moments)
def test_one_picture_on_each_full_second(fps: int, opened_us: int) -> None:
    pace = Pace(fps, opened_us)
    times = [pace.capture_us(number) for number in range(3 * fps)]
    assert sum(time % 1_000_000 == 0 for time in times) == 3


@given(rates, moments, st.integers(0, 10**9))
def test_newest_is_the_last_one_taken(fps: int, opened_us: int, passed_us: int) -> None:
    pace = Pace(fps, opened_us)
    now_us = opened_us + passed_us
    newest = pace.newest(now_us)
    assert newest >= -1
    assert pace.capture_us(newest + 1) > now_us
    assert newest < 0 or pace.capture_us(newest) <= now_us


@given(rates, moments, st.lists(st.integers(0, 2_000_000), max_size=60))
def test_lateness_loses_pictures_and_never_bursts(fps: int, opened_us: int, sleeps_us: list[int]) -> None:
    """A thread that sleeps for anything up to two seconds sends at most three pictures without waiting."""
    pace, now_us, number, burst = Pace(fps, opened_us), opened_us, 0, 0
    for sleep_us in sleeps_us:
        now_us += sleep_us
        burst = 0
        while pace.capture_us(number) <= now_us:
            due = pace.due(number, now_us)
            assert number <= due
            assert pace.capture_us(due) <= now_us
            number, burst = due + 1, burst + 1
        assert burst <= BURST


def test_wait_ends_at_the_time_or_at_a_stop() -> None:
    clock, stopping = SetClock(5_000_000), threading.Event()
    assert wait_until(clock, 5_000_000, stopping)
    waiting = threading.Timer(0.02, lambda: clock.advance(ms=10))
    waiting.start()
    assert wait_until(clock, 5_010_000, stopping)
    waiting.join()
    stopping.set()
    assert not wait_until(clock, 6_000_000, stopping)
    assert not wait_until(clock, 0, stopping)
