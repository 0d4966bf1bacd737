from dataclasses import replace

import pytest

from appliance.capture.packet import AudioPacket, Packet, VideoPacket
from appliance.errors import ParametersChanged
from appliance.segment.segmenter import Gap, Init, Segment, Segmenter
from appliance.segment.sound import SILENCE
from tests.segment.boxes import nal_types
from tests.segment.fakes import (
    PPS,
    SPS,
    START_US,
    delta,
    film,
    fragments,
    gaps,
    hum,
    key,
    number_of,
    push_all,
    segments,
    sound,
)

SECOND_US = 1_000_000


def by_time(*lists: list[VideoPacket] | list[AudioPacket], lag_us: int = 0) -> list[Packet]:
    """Merged as they arrive; sound arrives `lag_us` after its time."""
    packets: list[Packet] = [packet for packets in lists for packet in packets]
    return sorted(packets, key=lambda p: p.pts_us + (lag_us if isinstance(p, AudioPacket) else 0))


def numbers(event: Segment) -> list[int]:
    (fragment,) = fragments([event])
    return [number_of(sample.data) for sample in fragment.tracks[1]]


def spans(events: list[Segment] | list[Gap]) -> list[tuple[int, int]]:
    return [(event.pts_ms, event.dur_ms) for event in events]


def sounding(event: Segment) -> list[int | None]:
    (fragment,) = fragments([event])
    return [None if sample.data == SILENCE else number_of(sample.data) for sample in fragment.tracks[2]]


@pytest.fixture
def segmenter() -> Segmenter:
    return Segmenter(1920, 1080, 30)


def test_before_the_first_key_frame_there_is_nothing(segmenter: Segmenter) -> None:
    assert push_all(segmenter, [delta(START_US - 1), *hum(1, start_us=START_US - 9 * SECOND_US)]) == []
    assert segmenter.hole("camera") == []
    (init,) = segmenter.push(key(START_US))
    assert isinstance(init, Init)
    assert segmenter.start_us == START_US
    assert segmenter.dropped_pictures == segmenter.late_sound_frames == 0


def test_a_key_frame_without_parameter_sets_begins_nothing(segmenter: Segmenter) -> None:
    bare = VideoPacket(b"\0\0\1\x65idr", START_US, key=True)
    assert segmenter.push(bare) == []
    assert segmenter.start_us is None


def test_steady_film_comes_out_second_by_second(segmenter: Segmenter) -> None:
    events = push_all(segmenter, by_time(film(3), hum(3))) + segmenter.finish()
    assert isinstance(events[0], Init)
    assert [type(event) for event in events[1:]] == [Segment] * 3
    assert [segment.n for segment in segments(events)] == [0, 1, 2]
    assert spans(segments(events)) == [(0, 1000), (1000, 1000), (2000, 1000)]
    assert [segment.end_us for segment in segments(events)] == [START_US + n * SECOND_US for n in (1, 2, 3)]
    assert [numbers(segment) for segment in segments(events)] == [list(range(n, n + 30)) for n in (0, 30, 60)]
    assert [n for segment in segments(events) for n in sounding(segment)] == list(range(141))
    assert [fragment.sequence for fragment in fragments(events)] == [1, 2, 3]


def test_only_idr_pictures_begin_a_segment_whatever_the_camera_says(segmenter: Segmenter) -> None:
    pictures = [replace(picture, key=not picture.key) for picture in film(2)]
    events = push_all(segmenter, pictures) + segmenter.finish()
    assert [numbers(segment)[0] for segment in segments(events)] == [0, 30]
    for fragment in fragments(events):
        assert [nal_types(sample.data) for sample in fragment.tracks[1]] == [[5]] + [[1]] * 29
        assert [sample.sync for sample in fragment.tracks[1]] == [True] + [False] * 29


def test_a_segment_comes_out_with_the_next_key_frame_once_the_sound_is_in(segmenter: Segmenter) -> None:
    push_all(segmenter, by_time(film(1), hum(1.1)))
    (segment,) = segmenter.push(key(START_US + SECOND_US))
    assert isinstance(segment, Segment)
    assert None not in sounding(segment)


def test_a_segment_waits_for_sound_and_comes_out_with_the_frame_that_completes_it(segmenter: Segmenter) -> None:
    heard = hum(2)
    push_all(segmenter, [*film(1), *heard[:46]])
    assert segmenter.push(key(START_US + SECOND_US)) == []
    (segment,) = segmenter.push(heard[46])  # place 46 begins at 981 ms
    assert isinstance(segment, Segment)
    assert sounding(segment) == list(range(47))


def test_it_waits_for_sound_no_longer_than_told() -> None:
    segmenter = Segmenter(1920, 1080, 30, sound_wait_ms=200)
    pictures = film(2)
    assert [type(event) for event in push_all(segmenter, pictures[:36])] == [Init]
    segment, gap = segmenter.push(pictures[36])  # 1,200 ms
    assert isinstance(segment, Segment)
    assert sounding(segment) == [None] * 47
    assert gap == Gap(0, 1000, "sound", "microphone")


def test_dropped_pictures_show_that_time_goes_on(segmenter: Segmenter) -> None:
    pictures = film(2)
    pictures[31] = replace(pictures[31], pts_us=START_US)
    assert [type(event) for event in push_all(segmenter, pictures[:42])] == [Init]
    assert [type(event) for event in segmenter.push(pictures[42])] == [Segment, Gap]  # 1,400 ms
    assert segmenter.dropped_pictures == 12


def test_sound_before_time_0_is_dropped_and_what_came_before_the_picture_is_not(segmenter: Segmenter) -> None:
    heard = hum(2, start_us=START_US - SECOND_US)
    events = push_all(segmenter, [*heard, *film(1)]) + segmenter.finish()
    assert sounding(segments(events)[0])[0] == 47  # the first that begins after time 0
    assert None not in sounding(segments(events)[0])
    assert segmenter.late_sound_frames == 0


@pytest.mark.parametrize("offset_us", [-200_000, -200, 0, 3_000, 200_000])
def test_a_microphone_may_be_early_or_late(offset_us: int) -> None:
    segmenter = Segmenter(1920, 1080, 30)
    events = push_all(segmenter, by_time(film(4), hum(5), lag_us=offset_us)) + segmenter.finish()
    assert gaps(events) == []
    heard = [n for segment in segments(events) for n in sounding(segment)]
    assert heard[:180] == list(range(180))


def test_a_microphone_that_starts_late_dies_and_returns(segmenter: Segmenter) -> None:
    heard = [frame for frame in hum(9) if (frame.pts_us - START_US) // SECOND_US not in (0, 4, 5, 6)]
    events = push_all(segmenter, by_time(film(9), heard)) + segmenter.finish()
    assert spans(segments(events)) == [(n * 1000, 1000) for n in range(9)]
    told = spans(gaps(events))
    assert told == [(0, 1000), (1000, 3), (4011, 989), (5000, 1000), (6000, 1000), (7000, 19)]  # in whole places
    assert {(gap.what, gap.why) for gap in gaps(events)} == {("sound", "microphone")}
    assert sum(n is None for segment in segments(events) for n in sounding(segment)) == 4 * 47


def test_sound_that_comes_too_late_is_counted(segmenter: Segmenter) -> None:
    heard = hum(1)
    events = push_all(segmenter, [*heard[:40], *film(2), *heard[40:], *hum(1, start_us=START_US + SECOND_US)])
    assert segmenter.late_sound_frames == 7
    assert sounding(segments(events)[0]) == [*range(40), *[None] * 7]


def test_a_repeated_picture_is_dropped_and_harms_nothing(segmenter: Segmenter) -> None:
    pictures = film(2)
    events = push_all(segmenter, [*pictures[:11], pictures[10], *pictures[11:31], pictures[30], *pictures[31:]])
    events += segmenter.finish()
    assert [numbers(segment) for segment in segments(events)] == [list(range(30)), list(range(30, 60))]
    assert segmenter.dropped_pictures == 2


def test_a_picture_out_of_time_takes_what_builds_upon_it_along(segmenter: Segmenter) -> None:
    pictures = film(2)
    pictures[10] = replace(pictures[10], pts_us=pictures[9].pts_us)
    events = push_all(segmenter, pictures) + segmenter.finish()
    assert [numbers(segment) for segment in segments(events)] == [list(range(10)), list(range(30, 60))]
    assert spans(segments(events)) == [(0, 1000), (1000, 1000)]  # picture 9 stands for 700 ms
    assert [gap for gap in gaps(events) if gap.what != "sound"] == []
    assert segmenter.dropped_pictures == 20


def test_pictures_that_skip_up_to_a_second_and_a_half_are_one_long_picture(segmenter: Segmenter) -> None:
    pictures = [*film(1), *film(1, start_us=START_US + 2_400_000, first=30)]
    events = push_all(segmenter, by_time(pictures, hum(4))) + segmenter.finish()
    assert gaps(events) == []
    assert spans(segments(events)) == [(0, 2400), (2400, 1000)]


def test_a_longer_skip_is_a_gap_up_to_the_next_key_frame(segmenter: Segmenter) -> None:
    pictures = [p for n, p in enumerate(film(8)) if not 75 <= n < 130]  # back at 4.33 s, key frame at 5 s
    events = push_all(segmenter, by_time(pictures, hum(8))) + segmenter.finish()
    assert spans(segments(events)) == [(0, 1000), (1000, 1000), (2000, 500), (5000, 1000), (6000, 1000), (7000, 1000)]
    assert gaps(events) == [Gap(2500, 2500, "all", "camera")]
    assert events.index(gaps(events)[0]) == 4  # after the third segment
    assert segmenter.dropped_pictures == 20
    assert segmenter.late_sound_frames == 0
    last = fragments(events)[2].tracks[1][-1]
    assert last.duration == 3000
    after = fragments(events)[3]
    assert (after.tfdt(1), after.tfdt(2)) == (5 * 90_000, 235 * 1024)


def test_a_pause_ends_the_segment_at_once_and_leaves_its_true_length(segmenter: Segmenter) -> None:
    push_all(segmenter, by_time(film(1.5), hum(1.5)))
    (last,) = segmenter.hole("pause")
    assert isinstance(last, Segment)
    assert (last.pts_ms, last.dur_ms) == (1000, 500)
    assert segmenter.hole("camera") == []
    meanwhile: list[Packet] = [*hum(120, start_us=START_US + 1_600_000)]
    assert push_all(segmenter, meanwhile) == []
    back = START_US + 121_234_000
    events = push_all(segmenter, by_time(film(1, start_us=back), hum(1.1, start_us=back - 50_000))) + segmenter.finish()
    gap, segment = events
    assert gap == Gap(1500, 119_734, "all", "pause")
    assert isinstance(segment, Segment)
    assert (segment.pts_ms, segment.dur_ms) == (121_234, 1000)
    assert None not in sounding(segment)


def test_a_key_frame_within_one_frame_after_a_hole_begins_where_the_film_ended(segmenter: Segmenter) -> None:
    push_all(segmenter, film(1))
    segmenter.hole("slow card")
    at = START_US + 29 * SECOND_US // 30 + 20_000
    events = push_all(segmenter, film(0.5, start_us=at)) + segmenter.finish()
    assert [gap for gap in gaps(events) if gap.what == "all"] == []
    assert spans(segments(events)) == [(1000, 487)]
    durations = [sample.duration for sample in fragments(events)[0].tracks[1]]
    assert durations[0] == 3000 - 1200  # the other 13.3 ms belong to the picture before


def test_no_key_frame_for_ten_seconds_is_a_hole(segmenter: Segmenter) -> None:
    pictures = [key(START_US), *[delta(START_US + n * SECOND_US // 30, n) for n in range(1, 360)]]
    events = push_all(segmenter, [*pictures, key(START_US + 12 * SECOND_US, 360)]) + segmenter.finish()
    assert spans(segments(events)) == [(0, 10_000), (12_000, 33)]
    assert [gap for gap in gaps(events) if gap.what == "all"] == [Gap(10_000, 2_000, "all", "camera")]
    assert numbers(segments(events)[0]) == list(range(300))


def test_a_group_over_32_megabytes_is_a_hole(segmenter: Segmenter) -> None:
    pictures = [key(START_US), *[delta(START_US + n * 100_000, n, pad=9_000_000) for n in range(1, 6)]]
    events = push_all(segmenter, [*pictures, key(START_US + SECOND_US, 6)]) + segmenter.finish()
    assert [numbers(segment) for segment in segments(events)] == [[0, 1, 2, 3], [6]]
    assert [gap for gap in gaps(events) if gap.what == "all"] == [Gap(333, 667, "all", "camera")]


def test_a_clock_set_back_for_good_goes_on_after_thirty_pictures(segmenter: Segmenter) -> None:
    pictures = film(8)
    pictures[100:] = [replace(picture, pts_us=picture.pts_us - 60 * SECOND_US) for picture in pictures[100:]]
    arrivals: list[Packet] = []
    for n, picture in enumerate(pictures):  # one picture each 33 ms, and the sound of that time
        arrivals += [picture, *[f for f in hum(8) if n <= (f.pts_us - START_US) * 30 // SECOND_US < n + 1]]
    events = push_all(segmenter, arrivals) + segmenter.finish()
    assert gaps(events) == [Gap(3333, 1667, "all", "camera")]  # 130 comes too early for the key frame 120; 150 is next
    assert spans(segments(events)) == [(n * 1000, 1000) for n in range(3)] + [(3000, 333)] + [
        (n * 1000, 1000) for n in (5, 6, 7)
    ]
    assert segmenter.dropped_pictures == 50
    assert segmenter.late_sound_frames == 0
    assert segments(events)[-1].end_us == START_US + 8 * SECOND_US
    assert None not in [n for segment in segments(events) for n in sounding(segment)]


def test_the_part_film_comes_out_when_the_clock_was_set_back(segmenter: Segmenter) -> None:
    push_all(segmenter, by_time(film(0.5), hum(0.5)))
    behind = film(2, start_us=START_US - 60 * SECOND_US, first=100)[1:]
    assert push_all(segmenter, behind[:29]) == []
    (last,) = segmenter.push(behind[29])
    assert isinstance(last, Segment)
    assert last.dur_ms == 500


def test_a_clock_set_forward_is_believed(segmenter: Segmenter) -> None:
    pictures = [*film(1), *film(1, start_us=START_US + 3600 * SECOND_US, first=30)]
    events = push_all(segmenter, pictures) + segmenter.finish()
    assert Gap(1000, 3_599_000, "all", "camera") in events


def test_one_picture_with_a_wild_time_costs_one_group(segmenter: Segmenter) -> None:
    pictures = film(4)
    pictures[40] = replace(pictures[40], pts_us=pictures[40].pts_us + 3600 * SECOND_US)
    events = push_all(segmenter, by_time(pictures[:40], hum(2)) + list(pictures[40:])) + segmenter.finish()
    assert [numbers(segment)[0] for segment in segments(events)] == [0, 30, 60, 90]
    assert [gap for gap in gaps(events) if gap.what == "all"] == [Gap(1333, 667, "all", "camera")]


@pytest.mark.parametrize(("sps", "pps"), [(SPS + b"\1", PPS), (SPS, PPS + b"\1")])
def test_changed_parameter_sets_are_refused_before_anything_is_taken(
    segmenter: Segmenter, sps: bytes, pps: bytes
) -> None:
    pictures = by_time(film(1), hum(1))
    changed = key(START_US + SECOND_US, 30, sps=sps, pps=pps)
    push_all(segmenter, pictures)
    with pytest.raises(ParametersChanged):
        segmenter.push(changed)
    assert segmenter.dropped_pictures == 0
    (segment,) = segmenter.finish()
    assert isinstance(segment, Segment)
    assert numbers(segment) == list(range(30))
    continued = Segmenter(1920, 1080, 30)
    assert [type(event) for event in continued.push(changed)] == [Init]


def test_after_finish_it_is_spent(segmenter: Segmenter) -> None:
    push_all(segmenter, film(0.5))
    assert len(segments(segmenter.finish())) == 1
    assert segmenter.finish() == []
    with pytest.raises(RuntimeError):
        segmenter.push(key(START_US + SECOND_US))


def test_finish_in_a_hole_leaves_no_gap(segmenter: Segmenter) -> None:
    push_all(segmenter, film(0.5))
    segmenter.hole("pause")
    assert push_all(segmenter, hum(3, start_us=START_US + SECOND_US)) == []
    assert segmenter.finish() == []


def test_a_microphone_far_in_the_future_costs_no_picture_and_comes_back(segmenter: Segmenter) -> None:
    arrivals = by_time(film(30), hum(30))
    wild = [n for n, packet in enumerate(arrivals) if isinstance(packet, AudioPacket)][100:110]
    for n in wild:
        arrivals[n] = sound(arrivals[n].pts_us + 3600 * SECOND_US)
    events = push_all(segmenter, arrivals) + segmenter.finish()
    assert sum(len(numbers(segment)) for segment in segments(events)) == 900
    silent = sum(n is None for segment in segments(events) for n in sounding(segment))
    assert silent * 1024 / 48_000 < 12  # what waited behind the wild frames, and no more
