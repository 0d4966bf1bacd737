"""Whatever a camera and a microphone send, in whatever order, the film's promises hold."""

import gc
import tracemalloc
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from appliance.capture.packet import AudioPacket, Packet, VideoPacket
from appliance.segment.film_clock import milliseconds, ticks
from appliance.segment.segmenter import Event, Gap, Init, Segment, Segmenter
from appliance.segment.sound import SILENCE
from tests.segment.boxes import Fragment, MediaSample, nal_types, read_segment
from tests.segment.fakes import START_US, delta, film, hum, key, number_of, push_all, sound

PLACE = 1920
"""Ticks of one sound frame."""

Step = tuple[str, int, bool]


def steps() -> st.SearchStrategy[list[Step]]:
    """("picture" | "sound" | "hole" | "again", microseconds since the last of its kind, key frame?)."""
    near = st.integers(-3_000, 3_000)
    picture = st.tuples(st.just("picture"), near.map(lambda us: 33_333 + us), st.integers(0, 9).map(lambda n: n == 0))
    heard = st.tuples(st.just("sound"), near.map(lambda us: 21_333 + us), st.just(False))
    wild = st.tuples(st.sampled_from(["picture", "sound"]), st.integers(-4_000_000, 4_000_000), st.booleans())
    other = st.tuples(st.sampled_from(["hole", "again picture", "again sound"]), st.just(0), st.just(False))
    steady = st.lists(st.one_of(picture, heard), min_size=1, max_size=60)
    behind = st.integers(25, 60).map(
        lambda count: [("picture", 33_333 if n else -9_000_000, n % 7 == 6) for n in range(count)]
    )
    parts = st.one_of(steady, steady, wild.map(lambda step: [step]), other.map(lambda step: [step]), behind)
    return st.lists(parts, max_size=12).map(lambda lists: [step for part in lists for step in part])


@dataclass(repr=False)
class Played:
    """What was pushed and what came of it."""

    segmenter: Segmenter
    pushed: list[Packet] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def __repr__(self) -> str:
        packets = [f"{type(p).__name__[0]}{'!' * (b'e' in p.data)}{p.pts_us - START_US:+}" for p in self.pushed]
        return f"pushed {' '.join(packets)}"

    @property
    def segments(self) -> list[Segment]:
        return [event for event in self.events if isinstance(event, Segment)]

    @property
    def fragments(self) -> list[Fragment]:
        return [read_segment(segment.data) for segment in self.segments]

    @property
    def pictures(self) -> list[MediaSample]:
        return [sample for fragment in self.fragments for sample in fragment.tracks[1]]

    @property
    def sound(self) -> list[MediaSample]:
        return [sample for fragment in self.fragments for sample in fragment.tracks.get(2, ())]


@st.composite
def plays(draw: st.DrawFn) -> Played:
    played = Played(Segmenter(640, 360, 30, sound_wait_ms=draw(st.sampled_from([0, 100, 400]))))
    at = {"picture": START_US, "sound": START_US + draw(st.integers(-300_000, 300_000))}
    newest: dict[str, Packet] = {}
    for number, (kind, us, is_key) in enumerate([("picture", 0, True), *draw(steps())]):
        if kind == "hole":
            played.events += played.segmenter.hole("pause")
            continue
        if kind in at:
            at[kind] += us
            make = sound if kind == "sound" else key if is_key else delta
            newest[kind] = make(at[kind], number)
        packet = newest.get(kind.removeprefix("again "))
        if packet is not None:
            played.pushed.append(packet)
            played.events += played.segmenter.push(packet)
    played.events += played.segmenter.finish()
    event(f"gaps of all: {sum(isinstance(e, Gap) and e.what == 'all' for e in played.events)}")
    return played


@given(plays())
def test_the_time_line_has_no_holes_and_no_overlaps(played: Played) -> None:
    assert isinstance(played.events[0], Init)
    assert not any(isinstance(event, Init) for event in played.events[1:])
    end_ms = 0
    for entry in played.events[1:]:
        if isinstance(entry, Segment) or (isinstance(entry, Gap) and entry.what == "all"):
            assert entry.pts_ms == end_ms
            assert entry.dur_ms >= (isinstance(entry, Gap))
            end_ms += entry.dur_ms
    assert played.segmenter.finish() == []


@given(plays())
def test_segments_count_up_and_tell_their_true_times(played: Played) -> None:
    start_us = played.segmenter.start_us
    assert start_us is not None
    for n, (segment, fragment) in enumerate(zip(played.segments, played.fragments, strict=True)):
        assert (segment.n, fragment.sequence) == (n, n + 1)
        assert segment.pts_ms == milliseconds(fragment.tfdt(1))
        assert segment.pts_ms + segment.dur_ms == milliseconds(fragment.end(1))
        assert abs(segment.end_us - start_us - fragment.end(1) * 100 / 9) <= 1
    for before, after in pairwise(played.fragments):
        assert before.end(1) <= after.tfdt(1)


@given(plays())
def test_every_segment_begins_with_its_only_idr_picture(played: Played) -> None:
    for fragment in played.fragments:
        types = [nal_types(sample.data) for sample in fragment.tracks[1]]
        assert types == [[5]] + [[1]] * (len(types) - 1)
        assert [sample.sync for sample in fragment.tracks[1]] == [True] + [False] * (len(types) - 1)


@given(plays())
def test_sound_fills_the_grid_of_every_segment(played: Played) -> None:
    assert played.fragments[0].tfdt(2) == 0
    for fragment in played.fragments:
        places = range(-(-fragment.tfdt(1) // PLACE), -(-fragment.end(1) // PLACE))
        samples = fragment.tracks.get(2, ())
        assert [sample.time for sample in samples] == [place * 1024 for place in places]
        assert all(sample.duration == 1024 and sample.sync for sample in samples)


@given(plays())
def test_no_packet_appears_twice_and_every_picture_is_accounted_for(played: Played) -> None:
    for samples in (played.pictures, played.sound):
        shown = [number_of(sample.data) for sample in samples if sample.data != SILENCE]
        assert shown == sorted(set(shown))
    pushed = [packet for packet in played.pushed if isinstance(packet, VideoPacket)]
    assert len(played.pictures) + played.segmenter.dropped_pictures == len(pushed)


@given(plays())
def test_what_a_picture_builds_upon_is_in_the_film(played: Played) -> None:
    pushed = [number_of(b"\0\0\0\0" + p.data[-9:]) for p in played.pushed if isinstance(p, VideoPacket)]
    order = list(dict.fromkeys(pushed))  # a repeated packet is no other picture
    before = dict(zip(order[1:], order, strict=False))
    for previous, sample in pairwise(played.pictures):
        if not sample.sync:
            assert number_of(previous.data) == before[number_of(sample.data)]


@given(plays())
def test_sound_is_never_far_from_its_time(played: Played) -> None:
    times = {number_of(p.data): ticks(p.pts_us - START_US) for p in played.pushed if isinstance(p, AudioPacket)}
    for sample in played.sound:
        if sample.data != SILENCE:
            assert abs(sample.time * PLACE // 1024 - times[number_of(sample.data)]) <= PLACE * 3 // 2


@given(plays())
def test_sound_gaps_are_exactly_the_silences_of_100_ms_and_more(played: Played) -> None:
    told = [(g.pts_ms, g.pts_ms + g.dur_ms) for g in played.events if isinstance(g, Gap) and g.what == "sound"]
    merged: list[list[int]] = []
    for begin, end in told:
        if merged and merged[-1][1] == begin:
            merged[-1][1] = end
        else:
            assert not merged or merged[-1][1] < begin
            merged.append([begin, end])
    assert merged == _silences(played.fragments)


def _silences(fragments: list[Fragment]) -> list[list[int]]:
    """[begin, end] in ms of every silence of 100 ms or more, over segments without a gap between."""
    runs: list[list[int]] = []
    for stretch in _stretches(fragments):
        open_run = False
        for sample in (sample for fragment in stretch for sample in fragment.tracks.get(2, ())):
            begin, silent = sample.time * PLACE // 1024, sample.data == SILENCE
            if silent and not open_run:
                runs.append([begin, begin])
            if silent:
                runs[-1][1] = min(begin + PLACE, stretch[-1].end(1))
            open_run = silent
    return [[milliseconds(begin), milliseconds(end)] for begin, end in runs if end - begin >= 9000]


def _stretches(fragments: list[Fragment]) -> list[list[Fragment]]:
    stretches: list[list[Fragment]] = []
    for fragment in fragments:
        if stretches and stretches[-1][-1].end(1) == fragment.tfdt(1):
            stretches[-1].append(fragment)
        else:
            stretches.append([fragment])
    return stretches


@given(plays(), st.integers(1, 10))
def test_it_depends_on_order_and_time_of_packets_only(played: Played, seconds: int) -> None:
    """The same take, a while later on the monotonic clock, gives the same film."""
    shift_us = seconds * 100_000
    moved = [
        type(packet)(**{**_fields(packet), "pts_us": packet.pts_us + shift_us})  # type: ignore[arg-type]
        for packet in played.pushed
    ]
    first, second = Segmenter(640, 360, 30), Segmenter(640, 360, 30)
    a = push_all(first, played.pushed) + first.finish()
    b = push_all(second, moved) + second.finish()
    assert [e.data for e in a if not isinstance(e, Gap)] == [e.data for e in b if not isinstance(e, Gap)]


def _fields(packet: Packet) -> dict[str, object]:
    return {name: getattr(packet, name) for name in packet.__slots__}


def _held_bytes(packets: list[Packet]) -> int:
    """The most that a Segmenter held of these packets, without what it gave back."""
    segmenter = Segmenter(1920, 1080, 30)
    gc.collect()
    tracemalloc.start()
    try:
        for packet in packets:
            segmenter.push(packet)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("fault", ["none", "no sound", "no pictures", "sound only", "no key frames", "paused"])
def test_memory_is_bounded_in_ten_minutes_of(fault: str) -> None:
    pictures, heard = film(600), hum(600)
    takes: dict[str, list[Packet]] = {
        "none": sorted([*pictures, *heard], key=lambda packet: packet.pts_us),
        "no sound": [*pictures],
        "no pictures": [*pictures[:40], *heard],
        "sound only": [*heard],
        "no key frames": [pictures[0], *[p for p in pictures if not p.key]],
        "paused": [*pictures[:40], *[p for p in pictures[40:] if not p.key], *heard],
    }
    assert _held_bytes(takes[fault]) < 400_000


def test_memory_is_bounded_over_three_thousand_holes() -> None:
    heard = hum(60)
    segmenter = Segmenter(1920, 1080, 30)
    gc.collect()
    tracemalloc.start()
    try:
        for n in range(3_000):
            begin_us = START_US + n * 300_000
            segmenter.push(key(begin_us))
            for frame in heard[:10]:
                segmenter.push(AudioPacket(bytes(100), begin_us + frame.pts_us - START_US))
            segmenter.hole("slow card")
        assert tracemalloc.get_traced_memory()[0] < 200_000
    finally:
        tracemalloc.stop()
