"""A sink that remembers when each packet came, and what libav makes of the packets."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import av
import numpy as np
import numpy.typing as npt

from appliance.capture.packet import AUDIO_RATE, AudioPacket, Packet, VideoPacket
from appliance.clock import Clock

LONGEST_S = 20
"""A camera that has not delivered by then never will."""


@dataclass
class Take:
    """Everything a camera and a microphone sent, with the clock's time at each arrival."""

    clock: Clock
    arrivals: list[tuple[Packet, int]] = field(default_factory=list)
    changed: threading.Condition = field(default_factory=threading.Condition)

    def __call__(self, packet: Packet) -> None:
        with self.changed:
            self.arrivals.append((packet, self.clock.monotonic_us()))
            self.changed.notify_all()

    @property
    def pictures(self) -> list[VideoPacket]:
        return [packet for packet, _ in list(self.arrivals) if isinstance(packet, VideoPacket)]

    @property
    def sound(self) -> list[AudioPacket]:
        return [packet for packet, _ in list(self.arrivals) if isinstance(packet, AudioPacket)]

    def wait_for(self, enough: Callable[["Take"], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: enough(self), LONGEST_S), "the packets never came"


def pictures_of(packets: Iterable[VideoPacket]) -> list[npt.NDArray[np.uint8]]:
    """The decoded Y planes; any fault that libav notices is an error here."""
    decoder = av.CodecContext.create("h264", "r")
    decoder.options = {"err_detect": "explode"}
    decoder.thread_count = 1
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet.data))]
    frames += decoder.decode(None)
    assert not any(frame.is_corrupt for frame in frames)
    return [_luma(frame) for frame in frames]


def sound_of(packets: Sequence[AudioPacket]) -> npt.NDArray[np.float32]:
    """The decoded samples, -1 to 1; sample 0 is heard at the first packet's pts."""
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata = bytes.fromhex("1188")
    decoder.options = {"err_detect": "explode"}
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet.data))]
    assert all(frame.sample_rate == AUDIO_RATE and frame.layout.name == "mono" for frame in frames)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


def beeps_us(take: Take) -> list[int]:
    """When the beep comes in: the first sample over half its loudness after a tenth of a second without."""
    loud = np.flatnonzero(np.abs(sound_of(take.sound)) > 0.1)
    first = [int(loud[0])] + [int(at) for at, gap in zip(loud[1:], np.diff(loud), strict=True) if gap > AUDIO_RATE / 10]
    return [take.sound[0].pts_us + at * 1_000_000 // AUDIO_RATE for at in first]


def _luma(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    return frame.to_ndarray(format="yuv420p")[: frame.height].astype(np.uint8)
