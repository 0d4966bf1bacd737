"""The session log as a chain of lines: built, read and checked, without touching a disk (FORMAT.md section 4).

Apart and pure, so that a reader of any bytes whatever can be tested to answer in findings and never to fall over.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Final, TypeGuard

from appliance.store.lines import NAMES, Closed, GapLine, Line, Opened, Recovered, SegmentLine, shape

ZEROS: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a log stands: the SHA-256 of its last line, and how many lines it has."""

    prev: str = ZEROS
    lines: int = 0

    def link(self, line: Line) -> tuple[bytes, "Chain"]:
        """The bytes to append for `line`, and where the log stands then."""
        head: dict[str, Any] = {"v": 1} if isinstance(line, Opened) else {}
        body = {field.name: getattr(line, field.name) for field in fields(line)}
        whole = {**head, "t": NAMES[type(line)], **body, "prev": self.prev}
        raw = json.dumps(whole, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"
        return raw, self.follow(raw)

    def follow(self, raw: bytes) -> "Chain":
        """Where the log stands after a line that is there already."""
        return Chain(hashlib.sha256(raw).hexdigest(), self.lines + 1)


def checkpoint_message(session: str, before: Chain) -> bytes:
    """What a checkpoint signs when the log stands at `before` (FORMAT.md section 6)."""
    return f"fieldreel checkpoint v1\n{session}\n{before.lines}\n{before.prev}\n".encode()


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log and where the chain stood before it."""

    line: Line
    before: Chain


@dataclass(frozen=True, slots=True)
class Reading:
    """What a log holds. `entries`: the lines from the start that are whole, well formed and chained.

    `good_bytes`: their length. `torn_bytes`: length of what an interrupted write left at the end. `fault`: what is
    wrong with the first line that is neither, None if all is well; what stands behind it is not read.
    """

    entries: tuple[Entry, ...]
    chain: Chain
    good_bytes: int
    torn_bytes: int
    fault: str | None

    @property
    def lines(self) -> list[Line]:
        return [entry.line for entry in self.entries]

    @property
    def opened(self) -> Opened | None:
        first = self.entries[0].line if self.entries else None
        return first if isinstance(first, Opened) else None

    @property
    def end(self) -> Closed | Recovered | None:
        """The line that ended the session, None while it is open."""
        last = self.entries[-1].line if self.entries else None
        return last if isinstance(last, Closed | Recovered) else None

    @property
    def segments(self) -> list[SegmentLine]:
        return [line for line in self.lines if isinstance(line, SegmentLine)]

    @property
    def gaps(self) -> list[GapLine]:
        return [line for line in self.lines if isinstance(line, GapLine)]

    @property
    def absent(self) -> frozenset[int]:
        return frozenset(self.end.absent) if isinstance(self.end, Recovered) else frozenset()


def read_log(content: bytes) -> Reading:
    """Read any bytes as a log; never raises.

    A *torn tail* is what follows the last newline, or a last line with a NUL byte: file systems that lost power can
    leave zeros where the end of a write should be, and JSON has none.
    """
    *whole, rest = content.split(b"\n")
    torn_bytes = len(rest)
    if whole and b"\0" in whole[-1]:
        torn_bytes += len(whole.pop()) + 1
    entries: list[Entry] = []
    chain, good_bytes, fault = Chain(), 0, None
    for text in whole:
        line = _parse(text, chain, entries)
        if isinstance(line, str):
            fault = f"line {chain.lines + 1} {line}"
            break
        entries.append(Entry(line, chain))
        chain, good_bytes = chain.follow(text + b"\n"), good_bytes + len(text) + 1
    return Reading(tuple(entries), chain, good_bytes, torn_bytes, fault)


def film_end_ms(lines: Iterable[Line], absent: frozenset[int] = frozenset()) -> int:
    """Where the film ends, in milliseconds from its start; segments in `absent` do not count."""
    return max((line.end_ms for line in lines if _takes_time(line) and not _is_absent(line, absent)), default=0)


def order_faults(lines: Iterable[Line]) -> list[str]:
    """What breaks the order of FORMAT.md section 4: segments count up, and time runs on without holes."""
    found: list[str] = []
    next_n, end_ms = 0, 0
    for number, line in enumerate(lines, 1):
        if isinstance(line, SegmentLine):
            if line.n != next_n:
                found.append(f"line {number} is segment {line.n} where {next_n} is due")
            next_n = line.n + 1
        if _takes_time(line):
            if line.pts_ms != end_ms:
                found.append(f"line {number} begins at {line.pts_ms} ms where the film before it ends at {end_ms} ms")
            end_ms = line.end_ms
    return found


def _takes_time(line: Line) -> TypeGuard[SegmentLine | GapLine]:
    """A gap of the sound alone runs beside the pictures and takes none."""
    return isinstance(line, SegmentLine) or (isinstance(line, GapLine) and line.what != "sound")


def _is_absent(line: Line, absent: frozenset[int]) -> bool:
    return isinstance(line, SegmentLine) and line.n in absent


def read_line(text: bytes) -> Line | str:
    """One line without its newline and whatever its chain, or what is wrong with it."""
    content = _json_object(text)
    return content if isinstance(content, str) else shape(content)


def _parse(text: bytes, chain: Chain, before: list[Entry]) -> Line | str:
    """The line that follows `before`, or what is wrong with it."""
    content = _json_object(text)
    if isinstance(content, str):
        return content
    if content.get("prev") != chain.prev:
        return "does not follow from the line before it: one of the two was changed, moved or removed"
    if before and isinstance(before[-1].line, Closed | Recovered):
        return "stands behind the end of the session"
    if (content.get("t") == "opened") == bool(before):
        return "opens the session again" if before else "does not open the session"
    return shape(content)


def _json_object(text: bytes) -> dict[str, Any] | str:
    try:
        content = json.loads(text.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return "is not JSON"
    return content if isinstance(content, dict) else "is not a JSON object"


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a key stands twice")
    return content
