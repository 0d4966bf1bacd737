import itertools

from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.packet import AudioPacket, VideoPacket
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


@given(st.integers(LEAP_US + 500_000, 10**12), st.sampled_from([1, -1]), st.integers(0, 60_000), st.integers(0, 60_000))
def test_a_clock_that_leaps_and_comes_back_leaves_no_trace(leap_us: int, way: int, lag_us: int, later_us: int) -> None:
    timeline = Timeline()
    for n in range(3):
        timeline.place(packet(n * 33_333), n * 33_333 + lag_us)
    away = [timeline.place(packet(n * 33_333 + way * leap_us), n * 33_333 + later_us) for n in range(5, 8)]
    back = [timeline.place(packet(n * 33_333), n * 33_333 + later_us) for n in range(10, 13)]
    assert timeline.leaps == 2
    assert away[0].pts_us > 2 * 33_333, "the order is kept"
    assert [each.pts_us for each in back] == [n * 33_333 for n in range(10, 13)]


@given(st.integers(-(10**12), 10**12).filter(lambda leap: abs(leap) > LEAP_US + 100_000), st.integers(0, 90_000))
def test_what_leapt_for_both_is_moved_alike_for_both(leap_us: int, sound_lag_us: int) -> None:
    pictures = Timeline()
    sounds = Timeline(lead=pictures)
    pictures.place(packet(0), 30_000)
    sounds.place(AudioPacket(b"", 0), sound_lag_us)
    seen = pictures.place(packet(1_000_000 + leap_us), 1_040_000)
    heard = sounds.place(AudioPacket(b"", 1_000_000 + leap_us), 1_000_000 + sound_lag_us)
    assert seen.pts_us == heard.pts_us


@given(st.integers(-(10**12), 10**12).filter(lambda leap: abs(leap) > LEAP_US + 100_000), st.integers(0, 90_000))
def test_a_steady_stream_goes_on_at_its_own_step(leap_us: int, late_us: int) -> None:
    timeline = Timeline()
    for n in range(3):
        timeline.place(packet(n * 33_333), n * 33_333 + 5_000)
    placed = [timeline.place(packet(n * 33_333 + leap_us), n * 33_333 + 5_000 + late_us) for n in range(3, 6)]
    assert [each.pts_us for each in placed] == [n * 33_333 for n in range(3, 6)]
