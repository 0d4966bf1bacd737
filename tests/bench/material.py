"""Real packets made once and then looped: test card film and its sound, without drawing anything while measuring.

Apart so that what is measured is what happens to packets, and so that every row means the same film.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import BinaryIO, Final

from appliance.capture.aac import Aac
from appliance.capture.beeper import Beeps
from appliance.capture.camera import Profile
from appliance.capture.drawn_camera import Shot
from appliance.capture.h264 import H264
from appliance.capture.i420 import black
from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE, AudioPacket, Packet, VideoPacket
from appliance.capture.test_card import TestCardScene

SEAM_S: Final = 8
"""A loop is a multiple of this: then it holds whole pictures and whole sound frames."""
_HEAD: Final = struct.Struct("<Bqi")
_SOUND, _PICTURE, _KEY = range(3)
_SECOND_US: Final = 1_000_000
_ENCODER_LAG_US: Final = AUDIO_FRAME * _SECOND_US // AUDIO_RATE


@dataclass(frozen=True, slots=True)
class Material:
    """`path`: the packets in the order of their arrival, times counted from 0. `seconds`: length of one loop."""

    path: Path
    profile: Profile
    seconds: int
    bits_per_second: float

    def lazily(self, seconds: int, start_us: int) -> Iterator[Packet]:
        """`seconds` of film from `start_us` on, each packet read from the file when it is due."""
        with self.path.open("rb", buffering=1 << 16) as file:
            for turn in count():
                file.seek(0)
                for packet in _read(file):
                    if packet.pts_us + turn * self.seconds * _SECOND_US >= seconds * _SECOND_US:
                        return
                    yield _later(packet, start_us + turn * self.seconds * _SECOND_US)

    def loaded(self) -> "Loaded":
        with self.path.open("rb") as file:
            return Loaded(self, list(_read(file)))


@dataclass(frozen=True, slots=True)
class Loaded:
    """The same with all packets in memory, so that reading them costs nothing."""

    material: Material
    packets: list[Packet]

    def film(self, seconds: int, start_us: int) -> Iterator[Packet]:
        for turn in count():
            shift_us = turn * self.material.seconds * _SECOND_US
            for packet in self.packets:
                if packet.pts_us + shift_us >= seconds * _SECOND_US:
                    return
                yield _later(packet, start_us + shift_us)


def make_material(path: Path, profile: Profile, seconds: int) -> Material:
    """Draw, encode and write one loop; `seconds` is a multiple of SEAM_S."""
    if seconds % SEAM_S:
        raise ValueError("pictures and sound would not meet at the seam")
    packets: list[Packet] = [*_pictures(profile, seconds), *_sounds(seconds)]
    packets.sort(key=_arrival_us)
    with path.open("wb") as file:
        for packet in packets:
            kind = _SOUND if isinstance(packet, AudioPacket) else _KEY if packet.key else _PICTURE
            file.write(_HEAD.pack(kind, packet.pts_us, len(packet.data)) + packet.data)
    size = sum(len(packet.data) for packet in packets)
    return Material(path, profile, seconds, size * 8 / seconds)


def _pictures(profile: Profile, seconds: int) -> Iterator[VideoPacket]:
    scene, encoder = TestCardScene(profile.width, profile.height), H264(profile)
    canvas = black(profile.width, profile.height)
    for number in range(seconds * profile.fps):
        shot = Shot(number, number * _SECOND_US // profile.fps, 1_780_000_000_000 + number * 1000 // profile.fps)
        scene.paint(canvas, shot)
        scene.caption(canvas, shot)
        yield encoder.encode(canvas, shot.capture_us)


def _sounds(seconds: int) -> Iterator[AudioPacket]:
    """Without the encoder's priming frame, whose time lies before 0."""
    encoder, beeps = Aac(0), Beeps()
    for number in range(seconds * AUDIO_RATE // AUDIO_FRAME):
        yield from (packet for packet in encoder.encode(beeps.frame(number * AUDIO_FRAME)) if packet.pts_us >= 0)
    yield from encoder.finish()


def _arrival_us(packet: Packet) -> int:
    return packet.pts_us + (_ENCODER_LAG_US if isinstance(packet, AudioPacket) else 0)


def _later(packet: Packet, shift_us: int) -> Packet:
    if isinstance(packet, VideoPacket):
        return VideoPacket(packet.data, packet.pts_us + shift_us, packet.key)
    return AudioPacket(packet.data, packet.pts_us + shift_us)


def _read(file: BinaryIO) -> Iterator[Packet]:
    while head := file.read(_HEAD.size):
        kind, pts_us, size = _HEAD.unpack(head)
        data = file.read(size)
        yield AudioPacket(data, pts_us) if kind == _SOUND else VideoPacket(data, pts_us, kind == _KEY)
