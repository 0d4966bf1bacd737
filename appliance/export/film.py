"""A session as one ordinary MP4 that any player takes: no picture or sound is encoded again.

Apart from the reader because it is the only code that writes opened film to a disk, where a person asked for it.
"""

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream

from appliance.errors import BadInput, CardFull, Fault, FileTampered
from appliance.playback.reader import FilmStream, SessionReader

SOUND_RATE: Final = 48_000
SOUND_FRAME: Final = 1_024
SILENCE: Final = bytes.fromhex("01182007")
"""A whole AAC-LC frame of silence, 48 kHz, mono."""

Progress = Callable[[int, int], None]
"""(milliseconds of film written, of the whole film)."""


@dataclass(frozen=True, slots=True)
class Exported:
    """`left_out`: names of segments that could not be opened; their time stands still in the film."""

    left_out: tuple[str, ...]
    bytes: int


def film(reader: SessionReader, target: Path, progress: Progress = lambda done, total: None) -> Exported:
    """Write the whole session to `target`: index first (faststart), gaps kept as time, silence where sound is missing.

    It is written as `target` + `.part`, readable by its owner only, and renamed when whole; nothing else is ever
    written. Raises BadInput (the target cannot be written, or there is no film), CardFull, FileTampered.
    """
    part = target.with_name(target.name + ".part")
    try:
        source, film_ms = FilmStream(reader), reader.film_ms
        _make_private(part)
        _copy(source, part, lambda: progress(source.pts_ms, film_ms))
        _check_any(reader, source)
        os.replace(part, target)
    except av.error.FFmpegError as error:
        raise _fault(error.errno, error.strerror) from error
    except OSError as error:
        raise _fault(error.errno, error.strerror) from error
    finally:
        with contextlib.suppress(OSError):
            part.unlink()
    return Exported(tuple(source.left_out), target.stat().st_size)


def _check_any(reader: SessionReader, source: FilmStream) -> None:
    if not reader.segments:
        raise BadInput("This session holds no film: it ended before its first second.", "There is nothing to open.")
    if len(source.left_out) == len(reader.segments):
        raise FileTampered("No second of this session can be opened.")


def _fault(number: int | None, text: str | None) -> Fault:
    if number in (errno.ENOSPC, errno.EDQUOT):
        do = "Make room there, or choose another place. The session itself is unchanged."
        return CardFull("There is not enough room for the film where it should go.", do)
    if number in errno.errorcode:
        return BadInput("The film cannot be written there: {why}.", why=text or "")
    return FileTampered("This session does not hold a film that can be read.")  # FFmpeg's own numbers


def _make_private(part: Path) -> None:
    part.unlink(missing_ok=True)
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _copy(source: FilmStream, part: Path, told: Callable[[], None]) -> None:
    with contextlib.ExitStack() as stack:
        film_in = stack.enter_context(av.open(source, "r", format="mp4"))
        film_out = stack.enter_context(av.open(f"file:{part}", "w", format="mp4", options={"movflags": "faststart"}))
        streams = {stream.index: film_out.add_stream_from_template(stream) for stream in film_in.streams}
        for packet in _with_silence(film_in):
            packet.stream = streams[packet.stream.index]
            film_out.mux(packet)
            told()


def _with_silence(film_in: InputContainer) -> "Iterator[Packet[Stream]]":
    """The film's packets; where sound is missing beside a gap, silent frames, for players do not keep time for it."""
    sound_end = 0
    for packet in film_in.demux():
        if packet.dts is None:  # marks the end
            continue
        if packet.stream.type == "audio":
            for pts in range(sound_end, packet.dts - SOUND_FRAME + 1, SOUND_FRAME):
                yield _silent(packet, pts)
            sound_end = packet.dts + SOUND_FRAME
        yield packet


def _silent(like: "Packet[Stream]", pts: int) -> "Packet[Stream]":
    packet: Packet[Stream] = Packet(SILENCE)
    packet.stream, packet.time_base = like.stream, like.time_base
    packet.pts = packet.dts = pts
    packet.duration, packet.is_keyframe = SOUND_FRAME, True
    return packet
