import itertools

from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.packet import VideoPacket
from appliance.recorder.timeline import LEAP_US, Timeline


def packet(pts_us: int) -> VideoPacket:
    return VideoPacket(b"", pts_us, key=False)


@given(st.lists(st.integers(0, LEAP_US), max_size=50))
def test_lag_and_stalls_move_nothing(lags_us: list[int]) -> None:
    timeline = Timeline()
    for n, lag_us in enumerate(lags_us):
        assert timeline.place(packet(n * 33_333), n * 33_333 + lag_us) == packet(n * 33_333)
    assert timeline.leaps == 0


@given(st.integers(-(10**12), 10**12).filter(lambda leap: abs(leap) > LEAP_US + 100_000))
def test_after_a_leap_the_film_goes_on_where_it_was(leap_us: int) -> None:
    timeline = Timeline()
    timeline.place(packet(1_000_000), 1_040_000)
    placed = [timeline.place(packet(n * 33_333 + leap_us), n * 33_333 + 50_000) for n in range(31, 60)]
    steps = [after.pts_us - before.pts_us for before, after in itertools.pairwise(placed)]
    assert timeline.leaps == 1
    assert set(steps) == {33_333}
    assert abs(placed[0].pts_us - 31 * 33_333) < 100_000
