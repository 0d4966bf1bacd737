"""Finds one segment's line in a log without reading the log whole.

Apart from reading a log because a second of a session of two hours must be found as fast as one of two minutes (whole
and with its chain, such a log takes 90 ms). It believes the lines that it meets; `verify` is who does not.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from appliance.store.lines import Closed, Opened, Recovered, SegmentLine
from appliance.store.log import film_end_ms, read_line

_PIECE_BYTES: Final = 4096
"""Read at a time; a dozen lines of segments, or the whole first line."""
_LINE_BYTES: Final = 1 << 20
"""No line is longer; what is, is no line."""


class SegmentFinder:
    """Each call opens the file anew, so that a log that still grows is read as it is now.

    Raises OSError (FileNotFoundError where there is no log), and never for what stands in it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._found: SegmentLine | None = None

    def opened(self) -> Opened | None:
        """The first line, None if it is another."""
        with _Lines(self._path) as lines:
            _, text = lines.from_offset(0)
        line = read_line(text)
        return line if isinstance(line, Opened) else None

    def end(self) -> Closed | Recovered | None:
        """The last line, None if the session is open."""
        with _Lines(self._path) as lines:
            line = read_line(lines.last())
        return line if isinstance(line, Closed | Recovered) else None

    def length_ms(self) -> int:
        """Where the film ends so far: the end of the last line that takes time; an absent segment counts."""
        with _Lines(self._path) as lines:
            length = _PIECE_BYTES
            while True:
                end_ms = film_end_ms(
                    line for text in lines.tail(length) if not isinstance(line := read_line(text), str)
                )
                if end_ms or length >= lines.size:
                    return end_ms
                length *= 4

    def by_number(self, n: int) -> SegmentLine | None:
        found = self._found
        if found is None or found.n != n:  # who asked for a time just before asks for its number now
            found = self._newest(lambda line: line.n, n)
        return found if found is not None and found.n == n else None

    def by_time(self, pts_ms: int) -> SegmentLine | None:
        """The newest segment that begins at `pts_ms` or before."""
        return self._newest(lambda line: line.pts_ms, pts_ms)

    def _newest(self, value: Callable[[SegmentLine], int], most: int) -> SegmentLine | None:
        """The last segment line whose value is `most` or less, for a value that only grows from line to line."""
        with _Lines(self._path) as lines:
            low, high, newest = 0, lines.size, None
            likely = _likely(lines, value, most)
            while low < high:
                middle = next((at for at in likely if low <= at < high), (low + high) // 2)
                after, line = lines.segment_from(middle, high)
                if line is not None and value(line) <= most:
                    low, newest = after, line
                else:
                    high = middle
        self._found = newest
        return newest


def _likely(lines: "_Lines", value: Callable[[SegmentLine], int], most: int) -> Iterator[int]:
    """Two offsets between which the line should stand, lines being of nearly one length: only a guess."""
    found = (read_line(text) for text in reversed(lines.tail(_PIECE_BYTES)))
    last = next((line for line in found if isinstance(line, SegmentLine)), None)
    if last is not None and value(last) > 0:
        about = lines.size * most // value(last)
        yield from (about - _PIECE_BYTES, about + _PIECE_BYTES)


class _Lines:
    """Lines of an open file by byte offsets."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.size = os.fstat(self._file.fileno()).st_size

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *_exc: object) -> None:
        self._file.close()

    def segment_from(self, offset: int, end: int) -> tuple[int, SegmentLine | None]:
        """The first segment line that begins at `offset` or behind it and before `end`; where it ends."""
        at = self._line_start(offset)
        while at < end:
            at, text = self.from_offset(at)
            line = read_line(text)
            if isinstance(line, SegmentLine):
                return at, line
        return at, None

    def from_offset(self, start: int) -> tuple[int, bytes]:
        """The line that begins at `start`, without its newline, and the offset behind it."""
        text = b""
        while b"\n" not in text and len(text) < _LINE_BYTES:
            piece = os.pread(self._file.fileno(), _PIECE_BYTES, start + len(text))
            text += piece
            if not piece:
                return self.size, text
        line = text.partition(b"\n")[0]
        return start + len(line) + 1, line

    def tail(self, length: int) -> list[bytes]:
        """The lines that have a newline within the last `length` bytes; the first may be the end of one."""
        length = min(self.size, length)
        return os.pread(self._file.fileno(), length, self.size - length).split(b"\n")[:-1]

    def last(self) -> bytes:
        """The last line that has a newline; empty if there is none."""
        length = _PIECE_BYTES
        while len(lines := self.tail(length)) < 2 and length < min(self.size, _LINE_BYTES):
            length *= 2
        return lines[-1] if lines else b""

    def _line_start(self, offset: int) -> int:
        """The first beginning of a line at `offset` or behind it."""
        return 0 if offset == 0 else self.from_offset(offset - 1)[0]
