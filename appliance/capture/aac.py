"""Samples -> AAC packets.

Apart because every microphone shares it, and because of the encoder's 1,024 samples of head start.
"""

from fractions import Fraction
from typing import Any, Final

import av
import numpy as np
import numpy.typing as npt

from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE, AudioPacket

Samples = npt.NDArray[np.int16]
"""Mono, 48 kHz, shape (n,)."""
BITRATE: Final = 64_000


class Aac:
    """One encoder for one unbroken run of sound that begins at `start_us`.

    After a hole in the sound another one is made: the old one's last packets, then the new one's priming.
    """

    def __init__(self, start_us: int) -> None:
        self._start_us = start_us
        self._taken = 0
        self._codec = av.CodecContext.create("aac", "w")
        self._codec.sample_rate = AUDIO_RATE
        self._codec.layout = "mono"
        self._codec.format = "fltp"
        self._codec.bit_rate = BITRATE
        self._codec.time_base = Fraction(1, AUDIO_RATE)
        self._codec.open()

    def encode(self, samples: Samples) -> list[AudioPacket]:
        """Takes exactly 1,024 samples; the first call gives the priming packet, whose time lies before `start_us`."""
        if samples.shape != (AUDIO_FRAME,):
            raise ValueError(f"an AAC frame is {AUDIO_FRAME} samples, not {samples.shape}")
        planar = (samples.astype(np.float32) / 32768)[None, :]
        frame = av.AudioFrame.from_ndarray(planar, format="fltp", layout="mono")
        frame.sample_rate = AUDIO_RATE
        frame.time_base = Fraction(1, AUDIO_RATE)
        frame.pts = self._taken
        self._taken += AUDIO_FRAME
        return [self._stamped(packet) for packet in self._codec.encode(frame)]

    def finish(self) -> list[AudioPacket]:
        """The packets still inside, so that every sample taken comes out; the encoder is spent."""
        return [self._stamped(packet) for packet in self._codec.encode(None)] if self._taken else []

    def _stamped(self, packet: "av.Packet[Any]") -> AudioPacket:
        samples = packet.pts if packet.pts is not None else 0
        return AudioPacket(bytes(packet), self._start_us + samples * 1_000_000 // AUDIO_RATE)
