"""Packets that no decoder would take, but whose NAL units are in order and whose payloads are numbered."""

from collections.abc import Iterable, Sequence

from appliance.capture.packet import AudioPacket, Packet, VideoPacket
from appliance.segment.segmenter import Event, Gap, Init, Segment, Segmenter
from tests.segment.boxes import Fragment, read_segment

START_US = 1_000_000_000
SPS = bytes.fromhex("6742c01e da014016 e8400000 03004000 000fa3c5 8ba8")
PPS = bytes.fromhex("68ce3c80")
FOUR, THREE = b"\0\0\0\1", b"\0\0\1"


def key(pts_us: int, number: int = 0, *, sps: bytes = SPS, pps: bytes = PPS, pad: int = 0) -> VideoPacket:
    data = FOUR + b"\x09\x10" + FOUR + sps + FOUR + pps + THREE + b"\x65" + _payload(number, pad)
    return VideoPacket(data, pts_us, key=True)


def delta(pts_us: int, number: int = 0, *, pad: int = 0) -> VideoPacket:
    return VideoPacket(FOUR + b"\x09\x30" + FOUR + b"\x41" + _payload(number, pad), pts_us, key=False)


def sound(pts_us: int, number: int = 0) -> AudioPacket:
    return AudioPacket(b"\x01" + _payload(number, 0), pts_us)


def _payload(number: int, pad: int) -> bytes:
    return b"%08d" % number + b"\xff" * pad


def number_of(sample: bytes) -> int:
    """The number of a sample made here: pictures have 4 bytes of length and the NAL head before it, sound one byte."""
    return int(sample[5:13]) if sample[:1] == b"\0" else int(sample[1:9])


def film(seconds: float, *, fps: int = 30, start_us: int = START_US, first: int = 0) -> list[VideoPacket]:
    """A steady camera: a key frame each second."""
    at = [start_us + n * 1_000_000 // fps for n in range(round(seconds * fps))]
    return [(delta if n % fps else key)(pts_us, first + n) for n, pts_us in enumerate(at)]


def hum(seconds: float, *, start_us: int = START_US, first: int = 0) -> list[AudioPacket]:
    """A steady microphone."""
    return [sound(start_us + n * 1_024_000 // 48, first + n) for n in range(round(seconds * 48_000 / 1_024))]


def push_all(segmenter: Segmenter, packets: Iterable[Packet]) -> list[Event]:
    return [event for packet in packets for event in segmenter.push(packet)]


def segments(events: Sequence[Event]) -> list[Segment]:
    return [event for event in events if isinstance(event, Segment)]


def gaps(events: Sequence[Event]) -> list[Gap]:
    return [event for event in events if isinstance(event, Gap)]


def fragments(events: Sequence[Event]) -> list[Fragment]:
    return [read_segment(segment.data) for segment in segments(events)]


def whole(events: Sequence[Event]) -> bytes:
    """`init` and all segments, one after the other: a playable file."""
    return b"".join(event.data for event in events if isinstance(event, Init | Segment))
