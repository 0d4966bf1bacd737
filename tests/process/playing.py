"""A session opened with the office's key and played from end to end: every picture's number, every beep.

Apart from the tests because each of them judges the recorder by the same film.
"""

import io
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer

from appliance.capture import marker
from appliance.capture.packet import AUDIO_RATE
from appliance.capture.test_card import flash_area
from appliance.playback.reader import FilmStream, SessionReader
from appliance.sealing.wrapping import Identity
from appliance.store.lines import GapLine, Opened, SegmentLine

Luma = npt.NDArray[np.uint8]
Sound = npt.NDArray[np.float32]
LIT = 150
LOUD = 0.06
"""A quarter of the beep's amplitude; the room's noise is 0.001."""
QUIET = AUDIO_RATE // 5
TOGETHER_MS = 0.6
"""Film time is rounded to whole milliseconds only in the log."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture of the film: when it is shown, the number in its marker, whether the patch is white."""

    at_ms: float
    number: int | None
    lit: bool


@dataclass(frozen=True, slots=True)
class Film:
    """`sound`: 48 kHz from time 0, zeros where there is none. `holes_ms`: where pictures are known to be missing."""

    fps: int
    pictures: Sequence[Shown]
    sound: Sound
    holes_ms: Sequence[float]

    @property
    def span(self) -> int:
        """How many pictures there are from the first to the last, the missing ones counted."""
        return sum((run[-1].number or 0) - (run[0].number or 0) + 1 for run in self.runs() if run)

    @property
    def numbers(self) -> list[int]:
        """The numbers in the order of the film; a picture without a marker fails."""
        assert all(shown.number is not None for shown in self.pictures)
        return [shown.number for shown in self.pictures if shown.number is not None]

    def runs(self) -> list[list[Shown]]:
        """The pictures between one known hole of the film and the next."""
        runs: list[list[Shown]] = [[] for _ in range(len(self.holes_ms) + 1)]
        for shown in self.pictures:
            runs[sum(shown.at_ms > hole for hole in self.holes_ms)].append(shown)
        return runs

    def missing(self) -> list[int]:
        """How many numbers are left out at each place inside the runs where any is."""
        return [
            (after.number or 0) - (before.number or 0) - 1
            for run in self.runs()
            for before, after in pairwise(run)
            if (after.number or 0) - (before.number or 0) != 1
        ]

    def off_the_grid_ms(self) -> float:
        """How far the worst picture is from the time that its number says, counted from the first of its run."""
        frame_ms = 1000 / self.fps
        return max(
            abs(shown.at_ms - run[0].at_ms - ((shown.number or 0) - (run[0].number or 0)) * frame_ms)
            for run in self.runs()
            for shown in run
        )

    def flashes_ms(self) -> list[float]:
        """When the patch turned white, where the pictures on both sides of that are there."""
        return [
            after.at_ms
            for before, after in pairwise(self.pictures)
            if after.lit and not before.lit and (after.number or 0) - (before.number or 0) == 1
        ]

    def beeps_ms(self) -> list[float]:
        """When a sound began after a fifth of a second of quiet."""
        loud = np.flatnonzero(np.abs(self.sound) > LOUD)
        return [float(at) * 1000 / AUDIO_RATE for before, at in pairwise([-QUIET, *loud]) if at - before >= QUIET]

    def lips_ms(self) -> list[float]:
        """Beep minus flash, for each flash that has a beep within half a second."""
        beeps_ms = self.beeps_ms()
        nearest = [min(beeps_ms, key=lambda beep: abs(beep - flash)) - flash for flash in self.flashes_ms() if beeps_ms]
        return [apart for apart in nearest if abs(apart) < 500]

    def figures(self) -> str:
        lips = self.lips_ms()
        beside = f"beep minus flash {min(lips):+.1f} to {max(lips):+.1f} ms ({len(lips)})" if lips else "no beeps"
        return (
            f"{len(self.pictures)} pictures, {sum(self.missing())} missing, "
            f"{self.off_the_grid_ms():.2f} ms off the grid; {beside}"
        )


@dataclass(frozen=True, slots=True)
class Played(Film):
    """A session's film with what its log says of it. `complaints`: what ffmpeg said, best nothing."""

    opened: Opened
    segments: Sequence[SegmentLine]
    gaps: Sequence[GapLine]
    film_ms: int
    complaints: str

    def told(self) -> str:
        gaps = ", ".join(f"{gap.what} {gap.dur_ms} ms ({gap.why})" for gap in self.gaps) or "none"
        return f"{self.film_ms / 1000:.1f} s in {len(self.segments)} segments, {self.figures()}; gaps: {gaps}"


def play(folder: Path, office: Sequence[Identity]) -> Played:
    """Raises what the reader and the decoder raise: nothing is concealed."""
    reader = SessionReader(folder, office)
    film = FilmStream(reader).readall()
    with av.open(io.BytesIO(film), "r", format="mp4") as container:
        for stream in container.streams:
            stream.codec_context.options = {"err_detect": "explode"}
        pictures, sound = _decoded(container)
    holes_ms = [gap.pts_ms for gap in reader.gaps if gap.what == "all"]
    log = (reader.opened, reader.segments, reader.gaps, reader.film_ms)
    return Played(reader.opened.fps, pictures, sound, holes_ms, *log, complaints(film))


def look(luma: Luma, at_ms: float) -> Shown:
    """What a picture of any size says of itself."""
    height, width = luma.shape
    left, top, right, bottom = flash_area(width, height)
    return Shown(at_ms, marker.read(luma), bool(luma[top:bottom, left:right].mean() > LIT))


def complaints(film: bytes) -> str:
    """What ffmpeg has to say of a film that it decodes whole; it stops at the first error."""
    command = ("ffmpeg", "-nostdin", "-v", "error", "-xerror", "-i", "pipe:0", "-f", "null", "-")
    done = subprocess.run(command, input=film, capture_output=True, check=False)
    said = done.stderr.decode(errors="replace").strip()
    return said or ("" if done.returncode == 0 else f"exit {done.returncode}")


def _decoded(container: InputContainer) -> tuple[list[Shown], Sound]:
    pictures: list[Shown] = []
    pieces: list[tuple[int, Sound]] = []
    for frame in container.decode(video=0, audio=0):
        assert isinstance(frame, av.VideoFrame | av.AudioFrame)
        assert not frame.is_corrupt
        at = Fraction(frame.pts or 0) * Fraction(frame.time_base or 0)
        if isinstance(frame, av.VideoFrame):
            pictures.append(look(_luma(frame), float(at * 1000)))
        else:
            pieces.append((int(at * AUDIO_RATE), frame.to_ndarray()[0].astype(np.float32)))
    sound = np.zeros(max((at + samples.size for at, samples in pieces), default=0), dtype=np.float32)
    for start, samples in pieces:
        sound[start : start + samples.size] = samples
    return pictures, sound


def _luma(frame: av.VideoFrame) -> Luma:
    plane = frame.planes[0]
    rows: Luma = np.frombuffer(memoryview(plane), dtype=np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : frame.width]
