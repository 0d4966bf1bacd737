"""One encoded frame or sound chunk, as it leaves a camera or microphone.

Apart because it is the first station's type: everything downstream sees packets and never a camera.
"""

from collections.abc import Callable
from dataclasses import dataclass

AUDIO_RATE = 48_000
"""Samples per second of every sound packet."""
AUDIO_FRAME = 1_024
"""Samples per AAC-LC frame."""


@dataclass(frozen=True, slots=True)
class VideoPacket:
    """One H.264 access unit as picamera2's `Output.outputframe` delivers it.

    `data`: Annex-B bytes; a key frame carries SPS, PPS and an IDR slice (encoder option `repeat=True`), no B-frames.
    `pts_us`: capture time on CLOCK_MONOTONIC in microseconds (`encoder.firsttimestamp + timestamp`).
    """

    data: bytes
    pts_us: int
    key: bool


@dataclass(frozen=True, slots=True)
class AudioPacket:
    """One raw AAC-LC frame (no ADTS head), 1,024 samples, 48 kHz, mono.

    `pts_us`: CLOCK_MONOTONIC time of the first sample that decoding this frame yields, the encoder's 1,024 samples of
    priming already taken off (FFmpeg's own pts for the frame), in microseconds.
    """

    data: bytes
    pts_us: int


Packet = VideoPacket | AudioPacket
Sink = Callable[[Packet], None]
"""Takes a packet in microseconds, from any thread, and never raises."""
