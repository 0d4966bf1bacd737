"""One session opened for reading: any second of it by itself, in memory only.

Apart from whoever shows or exports it, because this is where sealed turns into opened.
"""

import bisect
import hashlib
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from appliance.errors import CardFailing, FileTampered, NotASession, Unreadable, WrongKey
from appliance.sealing.age import open_sealed
from appliance.sealing.identities import read_identities
from appliance.sealing.sealed import Sealed
from appliance.sealing.wrapping import Identity
from appliance.store.layout import ERASING, INIT, KEY, LOCAL, LOG, segment_name
from appliance.store.lines import GapLine, Opened, SegmentLine
from appliance.store.log import film_end_ms, read_log


class SessionReader:
    """The film of a session folder, closed or not, for whoever holds an identity that opens it.

    What the log promises is what there is to read: a file that is not what its line says is not opened. Where the log
    is damaged, the film ends before the damage. `film_ms`: the length with gaps.
    """

    def __init__(self, folder: Path, identities: Sequence[Identity]) -> None:
        """Opens `key.age`, or else `local.age`. Raises NotASession, Unreadable, WrongKey or FileTampered."""
        if (folder / ERASING).exists() or (not (folder / KEY).exists() and (folder / LOG).exists()):
            raise Unreadable("This session was erased: its key is gone.")
        if not (folder / KEY).exists():
            raise NotASession("This folder is not a session.")
        reading = read_log(_content(folder / LOG))
        if reading.opened is None:
            raise FileTampered("The log of this session has no beginning.")
        self.opened: Final[Opened] = reading.opened
        self.segments: Final[Sequence[SegmentLine]] = [
            line for line in reading.segments if line.n not in reading.absent
        ]
        self.gaps: Final[Sequence[GapLine]] = reading.gaps
        self.film_ms: Final = film_end_ms(reading.lines, reading.absent)
        self._folder = folder
        self._lines = {line.n: line for line in self.segments}
        self._starts = [line.pts_ms for line in self.segments]
        self._identities = session_identities(folder, identities)

    def init(self) -> bytes:
        """`ftyp` and `moov`. Raises FileTampered."""
        return self._open(INIT, None)

    def segment(self, n: int) -> bytes:
        """`moof` and `mdat` of segment `n`. Raises FileTampered, naming the file; KeyError where there is no such n."""
        return self._open(segment_name(n), self._lines[n].sha256)

    def at(self, pts_ms: int) -> int | None:
        """The segment that holds this time, or the one before it when it falls into a gap; None before the first."""
        place = bisect.bisect_right(self._starts, pts_ms)
        return self.segments[place - 1].n if place else None

    def _open(self, name: str, sha256: str | None) -> bytes:
        sealed = _content(self._folder / name)
        if sha256 is not None and hashlib.sha256(sealed).hexdigest() != sha256:
            raise FileTampered(f"{name} is not what was recorded.")
        try:
            return open_sealed(Sealed.found(sealed), self._identities)
        except (WrongKey, FileTampered) as fault:
            raise FileTampered(f"{name} is not what was recorded: {fault.what}") from fault


def session_identities(folder: Path, identities: Sequence[Identity]) -> list[Identity]:
    """The session's own identity, which `identities` open: in `key.age`, or else in `local.age`."""
    try:
        opened = open_sealed(Sealed.found(_content(folder / KEY)), identities)
    except WrongKey:
        if not (folder / LOCAL).exists():
            raise
        opened = open_sealed(Sealed.found(_content(folder / LOCAL)), identities)
    return list(read_identities(opened, _no_passphrase))


def _no_passphrase() -> str:
    raise FileTampered("The key of this session asks for a passphrase; none was ever set.")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileTampered(f"{path.name} is missing.") from None
    except OSError as error:
        raise CardFailing(f"{path.name} cannot be read.") from error


class FilmStream(io.RawIOBase):
    """The session as one fragmented MP4, read from the start, one segment in memory at a time.

    A segment that cannot be opened is left out; the film's times stay right, for each segment carries its own.
    `left_out` names those met so far; `pts_ms` is the time reached.
    """

    def __init__(self, reader: SessionReader) -> None:
        super().__init__()
        self._reader = reader
        self._waiting = iter(reader.segments)
        self._piece = memoryview(reader.init())
        self.left_out: Final[list[str]] = []
        self.pts_ms = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        while not self._piece:
            line = next(self._waiting, None)
            if line is None:
                return 0
            self._take(line)
        size = min(len(buffer), len(self._piece))
        buffer[:size] = self._piece[:size]
        self._piece = self._piece[size:]
        return size

    def _take(self, line: SegmentLine) -> None:
        self.pts_ms = line.end_ms
        try:
            self._piece = memoryview(self._reader.segment(line.n))
        except FileTampered:
            self.left_out.append(segment_name(line.n))
