"""A small real source: x264 pictures and AAC sound as a camera and a microphone deliver them, made in memory."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.packet import Packet as Encoded
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE, AudioPacket, Packet, VideoPacket

WIDTH, HEIGHT, FPS = 320, 180, 30
START_US = 5_000_000_123


@dataclass(frozen=True)
class Take:
    """What was filmed: both lists in the order of their own clocks."""

    pictures: Sequence[VideoPacket]
    sound: Sequence[AudioPacket]

    def arrivals(self, *, picture_lag_us: int = 40_000, sound_lag_us: int = 60_000) -> list[Packet]:
        return arrivals(self.pictures, self.sound, picture_lag_us=picture_lag_us, sound_lag_us=sound_lag_us)


def arrivals(
    pictures: Iterable[VideoPacket],
    sound: Iterable[AudioPacket],
    *,
    picture_lag_us: int = 40_000,
    sound_lag_us: int = 60_000,
) -> list[Packet]:
    """Both merged as they reach the recorder, each its lag after its time."""
    seen: list[tuple[int, Packet]] = [(packet.pts_us + picture_lag_us, packet) for packet in pictures]
    heard: list[tuple[int, Packet]] = [(packet.pts_us + sound_lag_us, packet) for packet in sound]
    return [packet for _, packet in sorted(seen + heard, key=lambda arrival: arrival[0])]


def picture_pts_us(number: int, fps: int = FPS) -> int:
    return START_US + number * 1_000_000 // fps


def later(packets: Iterable[VideoPacket], us: int) -> list[VideoPacket]:
    return [replace(packet, pts_us=packet.pts_us + us) for packet in packets]


def film(seconds: float, *, fps: int = FPS, gop: int | None = None, profile: str = "high") -> Take:
    count = round(seconds * fps)
    return Take(list(_pictures(count, fps, gop or fps, profile)), list(_sound(seconds)))


def _pictures(count: int, fps: int, gop: int, profile: str) -> Iterator[VideoPacket]:
    encoder = VideoCodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    encoder.time_base, encoder.framerate = Fraction(1, 1_000_000), Fraction(fps)
    encoder.gop_size, encoder.max_b_frames, encoder.thread_count = gop, 0, 1
    encoder.options = {
        "preset": "superfast",
        "tune": "zerolatency",
        "profile": profile,
        "sc_threshold": "0",
        "x264-params": "aud=1:force-cfr=0",
    }
    for number in range(count):
        frame = VideoFrame.from_ndarray(_picture(number), format="yuv420p")
        frame.pts = picture_pts_us(number, fps)
        yield from (_seen(packet) for packet in encoder.encode(frame))
    yield from (_seen(packet) for packet in encoder.encode(None))


def _seen(packet: "Encoded[Any]") -> VideoPacket:
    assert packet.pts is not None
    return VideoPacket(bytes(packet), packet.pts, packet.is_keyframe)


def _picture(number: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A slope that wanders, with a bright bar: every picture differs from the one before."""
    planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, dtype=np.uint8)
    slope = np.add.outer(np.arange(HEIGHT), np.arange(WIDTH) + 3 * number) % 256
    planes[:HEIGHT] = slope.astype(np.uint8)
    planes[:HEIGHT, (number * 7) % (WIDTH - 8) : (number * 7) % (WIDTH - 8) + 8] = 235
    return planes


def _sound(seconds: float) -> Iterator[AudioPacket]:
    encoder = AudioCodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = AUDIO_RATE, "mono", "fltp"
    encoder.bit_rate = 64_000
    for at in range(0, round(seconds * AUDIO_RATE), AUDIO_FRAME):
        tone = np.sin(2 * np.pi * (300 + at // 4800) * np.arange(at, at + AUDIO_FRAME) / AUDIO_RATE)
        frame = AudioFrame.from_ndarray(0.4 * tone.astype(np.float32)[None, :], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = AUDIO_RATE, at, Fraction(1, AUDIO_RATE)
        yield from (_heard(packet) for packet in encoder.encode(frame))
    yield from (_heard(packet) for packet in encoder.encode(None))


def _heard(packet: "Encoded[Any]") -> AudioPacket:
    assert packet.pts is not None
    return AudioPacket(bytes(packet), START_US + packet.pts * 1_000_000 // AUDIO_RATE)
