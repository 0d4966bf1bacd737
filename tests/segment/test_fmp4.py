from fractions import Fraction
from struct import unpack_from

import pytest
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from appliance.segment import fmp4
from appliance.segment.annexb import read_access_unit
from tests.segment.boxes import read_init, read_segment
from tests.segment.fakes import PPS, SPS


def _real_sps(profile: str, pixels: str) -> bytes:
    encoder = VideoCodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = 320, 180, pixels, Fraction(1, 30)
    encoder.options = {"tune": "zerolatency", "profile": profile}
    frame = VideoFrame(320, 180, pixels)
    for plane in frame.planes:  # what lies there otherwise may be no picture: x264 ends the process over such samples
        plane.update(bytes(plane.buffer_size))
    packets = encoder.encode(frame) + encoder.encode(None)
    return read_access_unit(bytes(packets[0])).sps[0]


def test_the_init_describes_both_tracks() -> None:
    pictures, sound = read_init(fmp4.init_segment(1920, 1080, [SPS], [PPS]))
    assert (pictures.track_id, pictures.kind, pictures.time_scale, pictures.entry) == (1, "vide", 90_000, b"avc1")
    assert (pictures.width, pictures.height) == (1920, 1080)
    assert (sound.track_id, sound.kind, sound.time_scale, sound.entry) == (2, "soun", 48_000, b"mp4a")
    assert sound.config.endswith(bytes.fromhex("0502 1188 060102")), "AAC-LC, 48 kHz, mono; SL config for MP4"


def test_the_configuration_holds_all_parameter_sets() -> None:
    pictures, _ = read_init(fmp4.init_segment(640, 360, [SPS], [PPS, PPS + b"\1"]))
    head = bytes((1, *SPS[1:4], 0xFF, 0xE1))
    assert pictures.config == head + len(SPS).to_bytes(2, "big") + SPS + b"\2\0\4" + PPS + b"\0\5" + PPS + b"\1"


@pytest.mark.parametrize(
    ("profile", "pixels", "tail"),
    [
        ("high", "yuv420p", "fdf8f800"),
        ("high10", "yuv420p10le", "fdfafa00"),
        ("high422", "yuv422p", "fef8f800"),
        ("high422", "yuv422p10le", "fefafa00"),
    ],
)
def test_high_profiles_tell_their_chroma_and_depth(profile: str, pixels: str, tail: str) -> None:
    pictures, _ = read_init(fmp4.init_segment(320, 180, [_real_sps(profile, pixels)], [PPS]))
    assert pictures.config[-4:].hex() == tail


def test_a_segment_holds_sound_first_and_true_offsets() -> None:
    sound = fmp4.Run(fmp4.SOUND_TRACK, 2048, [fmp4.Sample(1024, True, b"sound")] * 2)
    pictures = fmp4.Run(fmp4.PICTURE_TRACK, 2**33, [fmp4.Sample(3000, True, b"key"), fmp4.Sample(2999, False, b"next")])
    data = fmp4.media_segment(7, [sound, pictures])
    assert data.endswith(b"mdatsoundsoundkeynext")
    fragment = read_segment(data)
    assert fragment.sequence == 7
    assert (fragment.tfdt(2), fragment.end(2)) == (2048, 4096)
    assert (fragment.tfdt(1), fragment.end(1)) == (2**33, 2**33 + 5999)
    assert [sample.sync for sample in fragment.tracks[1]] == [True, False]


def test_a_track_without_samples_is_left_out() -> None:
    pictures = fmp4.Run(fmp4.PICTURE_TRACK, 0, [fmp4.Sample(900, True, b"key")])
    data = fmp4.media_segment(1, [fmp4.Run(fmp4.SOUND_TRACK, 0, []), pictures])
    assert list(read_segment(data).tracks) == [1]


def test_the_init_holds_no_date() -> None:
    data = fmp4.init_segment(320, 180, [SPS], [PPS])
    for kind in (b"mvhd", b"tkhd", b"mdhd"):
        at = data.index(kind)
        assert unpack_from(">II", data, at + 8) == (0, 0)
