"""Which sessions stand in a home, told from their names, first and last lines.

Apart from verifying because a list must be quick: it believes what it reads and opens no segment.
"""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from appliance.store.layout import ERASING, KEY, LOG, SUMS_SIGNATURE, Home, is_id, segment_number
from appliance.store.lines import Closed, GapLine, Opened, PausedLine, Recovered, SegmentLine
from appliance.store.log import film_end_ms, read_line, read_log

State = Literal["open", "closed", "recovered", "empty", "unreadable"]
_FIRST_NUMBER: Final = re.compile(rb'\{"v":\d+,"t":"opened","session":"[0-9a-f]{32}","number":(\d{1,18}),')
_ABOUT_FILM: Final = (SegmentLine, GapLine, PausedLine)
_SEGMENT_BYTES: Final = re.compile(rb'"t":"segment","n":(\d{1,12}),"pts_ms":\d+,"dur_ms":\d+,"bytes":(\d{1,12}),')


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """What a locked box knows of a session. `state`: FORMAT.md section 5, `recovered` being closed by recovery.

    `number`, `utc_ms` are 0 and `boot` is empty where the log does not say. `film_ms`: length with gaps; `bytes`: of
    all segments. `end_us`: CLOCK_MONOTONIC of the film's end within the boot `boot`. `paused`: it was interrupted in a
    privacy pause. `reason`: of its last line; empty while it has none.
    """

    id: str
    number: int
    state: State
    utc_ms: int
    film_ms: int
    bytes: int
    continues: str | None
    boot: str
    end_us: int
    paused: bool
    reason: str = ""


def session_folders(home: Home) -> Iterator[Path]:
    """Folders that are named like sessions, the ones being erased too, in the order of their names."""
    yield from _named_by_id(home.sessions)


def family_folders(home: Home) -> Iterator[Path]:
    """The same of families."""
    yield from _named_by_id(home.families)


def _named_by_id(place: Path) -> Iterator[Path]:
    if place.is_dir():
        yield from sorted(path for path in place.iterdir() if is_id(path.name) and path.is_dir())


def list_sessions(home: Home) -> list[SessionFacts]:
    """All sessions but those being erased, in the order in which they were recorded; folders without a log first."""
    found = []
    for folder in session_folders(home):
        with suppress(FileNotFoundError):  # erased while we look
            if not (folder / ERASING).exists():
                found.append(session_facts(folder))
    return sorted(found, key=lambda facts: (facts.number, facts.id))


def session_facts(folder: Path) -> SessionFacts:
    """Facts of one folder; never raises for what is in it, only for a disk that does not answer (OSError)."""
    content = _read(folder / LOG)
    told = _ends(content) if (folder / SUMS_SIGNATURE).exists() else _whole(content)
    opened, film_ms = told.opened, told.film_ms
    return SessionFacts(
        id=folder.name,
        number=opened.number if opened else 0,
        state=_state(folder, told),
        utc_ms=opened.utc_ms if opened else 0,
        film_ms=film_ms,
        bytes=told.bytes,
        continues=opened.continues if opened else None,
        boot=opened.boot if opened else "",
        end_us=opened.mono_us + film_ms * 1000 if opened else 0,
        paused=told.paused,
        reason=told.end.reason if told.end else "",
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What a log tells. `damaged`: a line of it can not be believed."""

    opened: Opened | None
    end: Closed | Recovered | None
    film_ms: int
    bytes: int
    paused: bool
    damaged: bool


def _ends(content: bytes) -> _Told:
    """A closed log by its first and last line; the lines between are only added up (2 h: 12 ms, not 90)."""
    first, last = read_line(content.partition(b"\n")[0]), read_line(content.rstrip(b"\n").rpartition(b"\n")[2])
    opened = first if isinstance(first, Opened) else None
    end = last if isinstance(last, Closed | Recovered) else None
    absent = frozenset(end.absent) if isinstance(end, Recovered) else frozenset()
    segment_bytes = sum(int(size) for n, size in _SEGMENT_BYTES.findall(content) if int(n) not in absent)
    paused = isinstance(end, Recovered) and _paused_at_end(content)
    return _Told(opened, end, end.pts_ms if end else 0, segment_bytes, paused=paused, damaged=not (opened and end))


def _paused_at_end(content: bytes) -> bool:
    """Whether the last line about the film itself is the beginning of a pause; looked for from the end."""
    told = map(read_line, reversed(content.splitlines()))
    return isinstance(next((line for line in told if isinstance(line, _ABOUT_FILM)), None), PausedLine)


def _whole(content: bytes) -> _Told:
    """A log that may end anywhere, line by line."""
    reading = read_log(content)
    film = [line for line in reading.lines if isinstance(line, _ABOUT_FILM)]
    return _Told(
        reading.opened,
        reading.end,
        film_end_ms(reading.lines, reading.absent),
        sum(line.bytes for line in reading.segments if line.n not in reading.absent),
        paused=bool(film) and isinstance(film[-1], PausedLine),
        damaged=reading.fault is not None,
    )


def highest_number(home: Home) -> int:
    """The highest number that a session of this device was ever given, 0 if there was none."""
    numbers = [0, *map(_first_number, session_folders(home))]
    counter = _read(home.number).strip()
    if counter.isdigit() and len(counter) <= 18:
        numbers.append(int(counter))
    return max(numbers)


def _state(folder: Path, told: _Told) -> State:
    if told.damaged or not (folder / KEY).exists():
        return "unreadable"
    if not any(segment_number(path.name) is not None for path in folder.iterdir()):
        return "empty"
    if not (folder / SUMS_SIGNATURE).exists():
        return "open"
    return "recovered" if isinstance(told.end, Recovered) else "closed"


def _first_number(folder: Path) -> int:
    match = _FIRST_NUMBER.match(_read(folder / LOG, 256))
    return int(match[1]) if match else 0


def _read(path: Path, most: int = -1) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most)
    except FileNotFoundError:
        return b""
