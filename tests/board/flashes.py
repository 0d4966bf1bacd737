"""When a lamp flashed and when a beep sounded, in the packets of a camera and a microphone; and a film of both to play.

Apart from the check because this is arithmetic, and a film that everybody can make for themselves is needed with it.
"""

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import av
import numpy as np
import numpy.typing as npt

from appliance.capture.packet import AUDIO_RATE, AudioPacket, VideoPacket

Grid = npt.NDArray[np.float32]
ROWS: Final = 9
COLUMNS: Final = 16
SECOND_US: Final = 1_000_000
QUIET_US: Final = 300_000
UNEVEN_US: Final = 60_000
"""How far from a second apart two flashes may seem: two pictures."""


def flashes_us(packets: Sequence[VideoPacket]) -> list[int]:
    """The time of the first lit picture of each flash: in whatever part of the picture blinks once a second."""
    grids = np.stack([_grid(luma) for luma in _lumas(packets)])
    times_us = [packet.pts_us for packet in packets][: len(grids)]
    swing = np.percentile(grids, 97, axis=0) - np.percentile(grids, 50, axis=0)
    for place in np.argsort(swing, axis=None)[::-1]:
        row, column = np.unravel_index(place, swing.shape)
        values = grids[:, row, column]
        lit = values > (float(np.percentile(values, 97)) + float(np.percentile(values, 50))) / 2
        rises = _rises(times_us, lit)
        if _each_second(rises):
            return rises
    return []


def beeps_us(packets: Sequence[AudioPacket]) -> list[int]:
    """The time of the first loud sample of each beep."""
    decoder = av.CodecContext.create("aac", "r")
    decoder.extradata = bytes.fromhex("1188")
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet.data))]
    sound = np.abs(np.concatenate([np.asarray(frame.to_ndarray())[0] for frame in frames]))
    lit = sound > float(np.percentile(sound, 99.5)) / 4
    times_us = [packets[0].pts_us + int(at) * SECOND_US // AUDIO_RATE for at in np.flatnonzero(lit)]
    before_us = [-SECOND_US, *times_us][: len(times_us)]
    return [at for before, at in zip(before_us, times_us, strict=True) if at - before >= QUIET_US]


def apart_ms(flashes: Sequence[int], beeps: Sequence[int]) -> list[float]:
    """Beep minus flash, for each flash that has a beep within half a second."""
    nearest = [min(beeps, key=lambda beep: abs(beep - flash)) - flash for flash in flashes if beeps]
    return [each / 1000 for each in nearest if abs(each) < SECOND_US // 2]


def make_film(path: Path, seconds: int = 60) -> None:
    """To be played on any screen with a loudspeaker: a tenth of each second white and loud."""
    from tests.capture.films import make_film as muxed

    on = np.arange(seconds * 30) % 30 < 3
    pictures = [np.full((360, 640), 235 if lit else 16, dtype=np.uint8) for lit in on]
    at = np.arange(seconds * AUDIO_RATE)
    sound = 12_000 * np.sin(2 * np.pi * 1_000 * at / AUDIO_RATE) * (at % AUDIO_RATE < AUDIO_RATE // 10)
    muxed(path, pictures, sound=sound.astype(np.int16))


def _lumas(packets: Sequence[VideoPacket]) -> list[npt.NDArray[np.uint8]]:
    decoder = av.CodecContext.create("h264", "r")
    decoder.thread_count = 1
    found: list[npt.NDArray[np.uint8]] = []
    for data in [av.Packet(packet.data) for packet in packets] + [None]:
        for frame in decoder.decode(data):
            plane = frame.planes[0]
            rows = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
            found.append(rows[: frame.height : 4, : frame.width : 4].copy())
    return found


def _grid(luma: npt.NDArray[np.uint8]) -> Grid:
    height, width = luma.shape[0] // ROWS * ROWS, luma.shape[1] // COLUMNS * COLUMNS
    parts = luma[:height, :width].reshape(ROWS, height // ROWS, COLUMNS, width // COLUMNS)
    means: Grid = parts.mean(axis=(1, 3), dtype=np.float32)
    return means


def _rises(times_us: Sequence[int], lit: npt.NDArray[np.bool_]) -> list[int]:
    return [at for at, before, now in zip(times_us[1:], lit[:-1], lit[1:], strict=True) if now and not before]


def _each_second(rises: Sequence[int]) -> bool:
    steps = [later - earlier for earlier, later in itertools.pairwise(rises)]
    return len(steps) >= 2 and all(abs(step - SECOND_US) <= UNEVEN_US for step in steps)
