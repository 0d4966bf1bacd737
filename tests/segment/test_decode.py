"""Real pictures and sound through every fault, decoded by FFmpeg: it must not find a word to say."""

import json
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from appliance.capture.packet import AUDIO_FRAME, Packet
from appliance.errors import ParametersChanged
from appliance.segment.film_clock import ticks
from appliance.segment.segmenter import Event, Gap, Segmenter
from appliance.segment.sound import SILENCE
from tests.segment.codecs import FPS, HEIGHT, START_US, WIDTH, Take, arrivals, film, later
from tests.segment.fakes import fragments, gaps, push_all, segments, whole

SECOND_US = 1_000_000


def segmented(packets: Iterable[Packet], segmenter: Segmenter | None = None) -> list[Event]:
    segmenter = segmenter or Segmenter(WIDTH, HEIGHT, FPS)
    return push_all(segmenter, packets) + segmenter.finish()


def run_tool(command: list[str], data: bytes) -> str:
    """What the tool prints; FILM in its arguments is `data` as a file. It must not print a warning."""
    with tempfile.NamedTemporaryFile() as file:
        Path(file.name).write_bytes(data)
        arguments = [file.name if argument == "FILM" else argument for argument in command]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, ""), command
    return done.stdout


@dataclass(frozen=True)
class Decoded:
    """`pictures`: (pts, MD5 of the decoded picture); `sound`: pts of each frame; in the track's time scale."""

    pictures: list[tuple[int, str]]
    sound: list[int]


def decoded(data: bytes) -> Decoded:
    """What FFmpeg shows of a film, all of which it must decode, each frame at its packet's time."""
    probe = ["ffprobe", "-v", "warning", "-show_packets", "-show_entries", "packet=stream_index,pts", "-of", "json"]
    packets = json.loads(run_tool([*probe, "FILM"], data))["packets"]
    sums = frame_sums(data)
    times = [[int(packet["pts"]) for packet in packets if packet["stream_index"] == stream] for stream in (0, 1)]
    assert len(times[1]) == len(sums[1])
    return Decoded(list(zip(times[0], sums[0], strict=True)), times[1])


def frame_sums(data: bytes) -> dict[int, list[str]]:
    """MD5 of every decoded frame by stream."""
    decode = ["ffmpeg", "-v", "warning", "-xerror", "-err_detect", "explode", "-i", "FILM", "-map", "0"]
    sums: dict[int, list[str]] = {0: [], 1: []}
    for line in run_tool([*decode, "-fps_mode", "passthrough", "-f", "framemd5", "-"], data).splitlines():
        if not line.startswith("#"):
            sums[int(line.split(",")[0])].append(line.rsplit(",", 1)[1].strip())
    return sums


@pytest.fixture(scope="module")
def originals(take: Take) -> list[str]:
    """MD5 of every picture, decoded straight from the camera's bytes."""
    return frame_sums(b"".join(picture.data for picture in take.pictures))[0]


def film_times(take: Take) -> list[int]:
    return [ticks(picture.pts_us - START_US) for picture in take.pictures]


def test_every_picture_is_shown_at_exactly_its_time(take: Take, originals: list[str]) -> None:
    events = segmented(take.arrivals())
    shown = decoded(whole(events))
    assert shown.pictures == list(zip(film_times(take), originals, strict=True))
    assert shown.sound == [n * AUDIO_FRAME for n in range(len(shown.sound))]
    assert len(shown.sound) == 6 * 48_000 // AUDIO_FRAME + 1
    assert gaps(events) == []


def test_the_sound_is_the_microphones_frame_by_frame(take: Take) -> None:
    samples = [sample.data for fragment in fragments(segmented(take.arrivals())) for sample in fragment.tracks[2]]
    heard = [frame.data for frame in take.sound if frame.pts_us >= START_US]
    assert samples == heard[: len(samples)]


def test_both_tracks_begin_at_zero(take: Take) -> None:
    first, *_ = fragments(segmented(take.arrivals()))
    assert (first.tfdt(1), first.tfdt(2)) == (0, 0)


def test_every_segment_plays_alone_behind_the_init(take: Take) -> None:
    init, *rest = segmented(take.arrivals())
    assert not isinstance(init, Gap)
    for n, segment in enumerate(segments(rest)):
        assert len(frame_sums(init.data + segment.data)[0]) == FPS, n


@pytest.mark.parametrize("profile", ["baseline", "main", "high"])
def test_ffprobe_names_the_streams(profile: str) -> None:
    data = whole(segmented(film(1, profile=profile).arrivals()))
    probe = ["ffprobe", "-v", "warning", "-show_streams", "-show_format", "-of", "json", "FILM"]
    streams = json.loads(run_tool(probe, data))["streams"]
    pictures, sound = streams
    assert (pictures["codec_tag_string"], pictures["width"], pictures["height"]) == ("avc1", WIDTH, HEIGHT)
    assert pictures["profile"].lower().endswith(profile)
    assert (pictures["is_avc"], pictures["nal_length_size"], pictures["has_b_frames"]) == ("true", "4", 0)
    assert (pictures["time_base"], sound["time_base"]) == ("1/90000", "1/48000")
    assert (sound["codec_tag_string"], sound["profile"]) == ("mp4a", "LC")
    assert (sound["sample_rate"], sound["channels"]) == ("48000", 1)
    assert (pictures["start_pts"], sound["start_pts"]) == (0, 0)


def test_low_light_and_jitter_keep_their_times(take: Take, originals: list[str]) -> None:
    """From picture 60 on at 15 per second, each up to 9 ms off."""
    wobble = [(n * 7919) % 9_000 for n in range(len(take.pictures))]
    slow = [
        replace(p, pts_us=p.pts_us + max(0, n - 60) * 33_333 + wobble[n] * (n > 0)) for n, p in enumerate(take.pictures)
    ]
    events = segmented(arrivals(slow, film(10).sound))
    shown = decoded(whole(events))
    assert shown.pictures == [(ticks(p.pts_us - START_US), md5) for p, md5 in zip(slow, originals, strict=True)]
    assert max(segment.dur_ms for segment in segments(events)) in range(1990, 2020)
    assert gaps(events) == []


def test_a_hole_by_a_slow_card_leaves_the_rest_in_its_place(take: Take, originals: list[str]) -> None:
    segmenter = Segmenter(WIDTH, HEIGHT, FPS)
    before = [p for p in take.arrivals() if p.pts_us < START_US + 2 * SECOND_US]
    after = [p for p in take.arrivals() if p.pts_us >= START_US + 4 * SECOND_US]
    events = push_all(segmenter, before) + segmenter.hole("slow card")
    events += segmented(after, segmenter)
    shown = decoded(whole(events))
    kept = [*range(60), *range(120, 180)]
    assert shown.pictures == [(film_times(take)[n], originals[n]) for n in kept]
    assert gaps(events) == [Gap(2000, 2000, "all", "slow card")]
    assert [s for s in shown.sound if 2 * 48_000 <= s < 4 * 48_000 - AUDIO_FRAME] == []


def test_a_camera_that_skips_two_seconds_and_a_half(take: Take, originals: list[str]) -> None:
    pictures = [*take.pictures[:45], *take.pictures[120:]]
    events = segmented(arrivals(pictures, take.sound))
    kept = [*range(45), *range(120, 180)]
    assert decoded(whole(events)).pictures == [(film_times(take)[n], originals[n]) for n in kept]
    assert gaps(events) == [Gap(1500, 2500, "all", "camera")]


def test_pictures_out_of_time_never_reach_a_decoder(take: Take, originals: list[str]) -> None:
    pictures = list(take.pictures)
    pictures[40] = replace(pictures[40], pts_us=pictures[39].pts_us)
    pictures[100] = replace(pictures[100], pts_us=pictures[50].pts_us)
    packets = [*arrivals(pictures[:100], take.sound[:200]), *arrivals(pictures[100:], take.sound[200:])]
    kept = [*range(40), *range(60, 100), *range(120, 180)]
    assert decoded(whole(segmented(packets))).pictures == [(film_times(take)[n], originals[n]) for n in kept]


def test_repeated_packets_change_nothing(take: Take) -> None:
    twice = [packet for packet in take.arrivals() for _ in range(2)]
    assert whole(segmented(twice)) == whole(segmented(take.arrivals()))


@pytest.mark.parametrize("back_us", [1_500_000, 5_000_000, 3_600_000_000])
def test_a_camera_clock_set_back(take: Take, originals: list[str], back_us: int) -> None:
    in_order = take.arrivals()
    set_back = {id(p) for p in take.pictures[70:]}
    packets = [replace(p, pts_us=p.pts_us - back_us) if id(p) in set_back else p for p in in_order]
    events = segmented(packets)
    shown = decoded(whole(events)).pictures
    kept = [*range(70), *range(120, 180)]  # the key frame 90 comes before 30 pictures have
    assert [md5 for _, md5 in shown] == [originals[n] for n in kept]
    for (at, _), n in zip(shown, kept, strict=True):
        assert abs(at - film_times(take)[n]) <= 1
    assert gaps(events) == [Gap(2333, 1667, "all", "camera")]


def test_no_key_frame_for_twelve_seconds() -> None:
    take = film(14, gop=360)
    events = segmented(take.arrivals())
    assert [sample[0] for sample in decoded(whole(events)).pictures] == [
        *film_times(take)[:300],
        *film_times(take)[360:],
    ]
    assert gaps(events) == [Gap(10_000, 2_000, "all", "camera")]


def silent_frames(events: list[Event]) -> int:
    return sum(sample.data == SILENCE for fragment in fragments(events) for sample in fragment.tracks[2])


@pytest.mark.parametrize(
    ("begin_s", "end_s", "silent"), [(0, 1.5, 71), (2, 4.2, 103), (2.5, 99, 165), (0, 99, 282)], ids=str
)
def test_a_microphone_that_is_deaf_for_a_while(
    take: Take, originals: list[str], begin_s: float, end_s: float, silent: int
) -> None:
    heard = [f for f in take.sound if not begin_s <= (f.pts_us - START_US) / SECOND_US < end_s]
    events = segmented(arrivals(take.pictures, heard))
    shown = decoded(whole(events))
    assert shown.pictures == list(zip(film_times(take), originals, strict=True))
    assert shown.sound == [n * AUDIO_FRAME for n in range(282)]
    assert abs(silent_frames(events) - silent) <= 1
    told = gaps(events)
    assert {(gap.what, gap.why) for gap in told} == {("sound", "microphone")}
    assert abs(sum(gap.dur_ms for gap in told) - silent * 1024 / 48) <= 40


@pytest.mark.parametrize("offset_us", [-200_000, -7_000, 13_000, 200_000])
@pytest.mark.parametrize("lag_us", [0, 250_000])
def test_a_microphone_whose_clock_is_off(take: Take, offset_us: int, lag_us: int) -> None:
    heard = [replace(frame, pts_us=frame.pts_us + offset_us) for frame in take.sound]
    events = segmented(arrivals(take.pictures, heard, sound_lag_us=lag_us - offset_us))
    shown = decoded(whole(events))
    assert shown.sound == [n * AUDIO_FRAME for n in range(282)]
    missing = 10 if abs(offset_us) == 200_000 else 2  # before its first frame, or after its last
    assert silent_frames(events) <= missing


@pytest.mark.parametrize("parts_per_million", [-10_000, 10_000])
def test_a_drifting_microphone(take: Take, parts_per_million: int) -> None:
    heard = [
        replace(f, pts_us=START_US + (f.pts_us - START_US) * (1_000_000 + parts_per_million) // 1_000_000)
        for f in take.sound
    ]
    segmenter = Segmenter(WIDTH, HEIGHT, FPS)
    events = segmented(arrivals(take.pictures, heard), segmenter)
    assert decoded(whole(events)).sound == [n * AUDIO_FRAME for n in range(282)]
    assert gaps(events) == []
    assert segmenter.late_sound_frames + silent_frames(events) in (1, 2, 3)  # 60 ms in 6 s


def test_a_pause(take: Take) -> None:
    segmenter = Segmenter(WIDTH, HEIGHT, FPS)
    again = film(2)
    events = push_all(segmenter, [p for p in take.arrivals() if p.pts_us < START_US + 1_700_000])
    events += segmenter.hole("pause")
    heard = [replace(f, pts_us=f.pts_us + 300 * SECOND_US) for f in again.sound]
    events += segmented(arrivals(later(again.pictures, 300 * SECOND_US), heard), segmenter)
    shown = decoded(whole(events))
    assert len(shown.pictures) == 51 + 60
    assert shown.pictures[51][0] == 300 * 90_000
    assert gaps(events) == [Gap(1700, 298_300, "all", "pause")]


def test_changed_parameters_make_two_films() -> None:
    first, second = film(2, profile="high"), film(2, profile="baseline")
    segmenter = Segmenter(WIDTH, HEIGHT, FPS)
    events = push_all(segmenter, [p for p in first.arrivals() if p.pts_us < START_US + 2 * SECOND_US])
    changed = arrivals(later(second.pictures, 2 * SECOND_US), [])
    with pytest.raises(ParametersChanged):
        segmenter.push(changed[0])
    events += segmenter.finish()
    assert len(decoded(whole(events)).pictures) == len(decoded(whole(segmented(changed))).pictures) == 60
