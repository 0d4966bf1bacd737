"""One session opened for reading: any second of it by itself, in memory only.

Apart from whoever shows or exports it, because this is where sealed turns into opened.
"""

import hashlib
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Final

from appliance.errors import CardFailing, FileTampered, NotASession, Unreadable, WrongKey
from appliance.sealing.age import open_sealed
from appliance.sealing.identities import read_identities
from appliance.sealing.sealed import Sealed
from appliance.sealing.wrapping import Identity
from appliance.store.finder import SegmentFinder
from appliance.store.layout import ERASING, INIT, KEY, LOCAL, LOG, segment_name
from appliance.store.lines import GapLine, Opened, Recovered, SegmentLine
from appliance.store.log import Reading, read_log


class SessionReader:
    """The film of a session folder, closed or not, for whoever holds an identity that opens it.

    What the log promises is what there is to read: a file that is not what its line says is not opened.
    """

    def __init__(self, folder: Path, identities: Sequence[Identity], *, own: Sequence[Identity] | None = None) -> None:
        """Opens `key.age`, or else `local.age`, unless `own` is the session's identity already.

        Raises NotASession, Unreadable, WrongKey or FileTampered.
        """
        if (folder / ERASING).exists() or (not (folder / KEY).exists() and (folder / LOG).exists()):
            raise Unreadable("This session was erased: its key is gone.")
        if not (folder / KEY).exists():
            raise NotASession("This folder is not a session.")
        self._folder, self._finder = folder, SegmentFinder(folder / LOG)
        self._identities = session_identities(folder, identities) if own is None else list(own)
        self.opened: Final[Opened] = self._begin()

    @cached_property
    def log(self) -> Reading:
        """The whole log as it was when first asked for; where it is damaged, it ends before the damage."""
        return read_log(_content(self._folder / LOG))

    def refresh(self) -> None:
        """Look at the log of a session that is still recorded anew; `at`, `has` and `segment` always do."""
        self.__dict__.pop("log", None)
        self._begin()

    @property
    def segments(self) -> list[SegmentLine]:
        """All that there is to read, in order."""
        return [line for line in self.log.segments if line.n not in self._absent]

    @property
    def gaps(self) -> list[GapLine]:
        return self.log.gaps

    @property
    def film_ms(self) -> int:
        """The length with gaps, up to now if it is still recorded."""
        if self._end is not None:
            return self._end.pts_ms
        with _named(LOG):
            return self._finder.length_ms()

    def init(self) -> bytes:
        """`ftyp` and `moov`. Raises FileTampered."""
        return self._open(INIT, None)

    def segment(self, n: int) -> bytes:
        """`moof` and `mdat` of segment `n`. Raises FileTampered, naming the file; KeyError where there is no such n."""
        line = self._line(n)
        if line is None:
            raise KeyError(n)
        return self._open(segment_name(n), line.sha256)

    def has(self, n: int) -> bool:
        """Whether there is a segment n to read."""
        return n not in self._absent and self._line(n) is not None

    def at(self, pts_ms: int) -> int | None:
        """The segment that holds this time, or the one before it when it falls into a gap; None before the first."""
        with _named(LOG):
            line = self._finder.by_time(pts_ms)
        n = -1 if line is None else line.n
        while n in self._absent:
            n -= 1
        return n if n >= 0 else None

    def _begin(self) -> Opened:
        with _named(LOG):
            opened, self._end = self._finder.opened(), self._finder.end()
        if opened is None:
            raise FileTampered("The log of this session has no beginning.")
        self._absent = frozenset(self._end.absent) if isinstance(self._end, Recovered) else frozenset()
        return opened

    def _line(self, n: int) -> SegmentLine | None:
        with _named(LOG):
            return self._finder.by_number(n)

    def _open(self, name: str, sha256: str | None) -> bytes:
        sealed = _content(self._folder / name)
        if sha256 is not None and hashlib.sha256(sealed).hexdigest() != sha256:
            raise FileTampered("{file} is not what was recorded.", file=name)
        try:
            return open_sealed(Sealed.found(sealed), self._identities)
        except (WrongKey, FileTampered) as fault:
            raise FileTampered("{file} is not what was recorded: {why}", file=name, why=fault.what) from fault


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
    with _named(path.name):
        return path.read_bytes()


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Turns what the disk says of this file into a Fault that names it."""
    try:
        yield
    except FileNotFoundError:
        raise FileTampered("{file} is missing.", file=name) from None
    except OSError as error:
        raise CardFailing("{file} cannot be read.", file=name) from error


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
