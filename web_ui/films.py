"""The sessions of this box as their logs tell them in clear: where each lies in time, what it is sealed to, its lines.

Apart from reading film: this needs no key, works on a locked box, and reads a growing log only from where it stopped.
"""

from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from appliance.errors import CardFailing, NotFound, Unreadable
from appliance.store.finder import SegmentFinder
from appliance.store.layout import ERASING, KEY, LOCAL, LOG, SUMS_SIGNATURE, Home, is_id
from appliance.store.lines import Closed, GapLine, Line, Opened, PausedLine, Recovered, SegmentLine
from appliance.store.listing import SessionFacts, session_facts, session_folders
from appliance.store.log import film_end_ms, read_line
from web_ui.placing import Span

LOGS_KEPT: Final = 8
GOES_ON_US: Final = 30_000_000
"""How far the film may have gone on past the last line of an open log: the recorder queues 20 s."""

Mark = tuple[int, int, int]


@dataclass(slots=True)
class Log:
    """The lines of one log that are whole so far."""

    path: Path
    lines: list[Line] = field(default_factory=list)
    read_bytes: int = 0

    def refresh(self) -> None:
        """Take what was appended since; a line that is not whole or not well formed waits there."""
        if self.end is not None:
            return
        with self.path.open("rb") as file:
            file.seek(self.read_bytes)
            *whole, _torn = file.read().split(b"\n")
        for text in whole:
            line = read_line(text)
            if isinstance(line, str):
                return
            self.lines.append(line)
            self.read_bytes += len(text) + 1

    @property
    def opened(self) -> Opened | None:
        return self.lines[0] if self.lines and isinstance(self.lines[0], Opened) else None

    @property
    def end(self) -> Closed | Recovered | None:
        return self.lines[-1] if self.lines and isinstance(self.lines[-1], Closed | Recovered) else None


@dataclass(frozen=True, slots=True)
class Film:
    """A session's log at one time. `live`: it has no last line yet."""

    opened: Opened
    lines: Sequence[Line]
    live: bool

    @property
    def absent(self) -> frozenset[int]:
        end = self.lines[-1]
        return frozenset(end.absent) if isinstance(end, Recovered) else frozenset()

    @property
    def segments(self) -> list[SegmentLine]:
        absent = self.absent
        return [line for line in self.lines if isinstance(line, SegmentLine) and line.n not in absent]

    @property
    def film_ms(self) -> int:
        return film_end_ms(self.lines, self.absent)

    def span(self) -> Span:
        """Where a tap may fall: an open film goes on past its last line, and all through a pause."""
        if not self.live:
            return Span(self.opened.session, self.opened.boot, self.opened.mono_us, self.film_ms)
        about = (line for line in reversed(self.lines) if isinstance(line, SegmentLine | GapLine | PausedLine))
        open_ms = None if isinstance(next(about, None), PausedLine) else self.film_ms + GOES_ON_US // 1000
        return Span(self.opened.session, self.opened.boot, self.opened.mono_us, open_ms)


class Films:
    """All sessions of a home; used by many threads. `key_name`: the file by which one may be opened here."""

    def __init__(self, home: Home, key_name: str = LOCAL) -> None:
        self._home, self._key_name = home, key_name
        self._logs: OrderedDict[str, Log] = OrderedDict()
        self._spans: dict[str, tuple[Opened, Span]] = {}
        self._facts: dict[str, SessionFacts] = {}
        self._lock = Lock()

    def film(self, session: str) -> Film:
        """Raises NotFound, or Unreadable where it was erased or the log has no beginning."""
        folder = self._folder(session)
        with self._lock:
            log = self._logs.setdefault(session, Log(folder / LOG))
            self._logs.move_to_end(session)
            while len(self._logs) > LOGS_KEPT:
                self._logs.popitem(last=False)
            try:
                log.refresh()
            except OSError:
                raise CardFailing("The log of this session cannot be read.") from None
            if log.opened is None:
                raise Unreadable("The log of this session has no beginning.")
            live = log.end is None and not (folder / SUMS_SIGNATURE).exists()
            return Film(log.opened, tuple(log.lines), live=live)

    def check(self, session: str) -> None:
        """Raises NotFound, or Unreadable where it was erased."""
        self._folder(session)

    def opened(self, session: str) -> Opened:
        """The first line of its log: who recorded it. Raises NotFound, Unreadable."""
        return self._place(session)[0]

    def recipient(self, session: str) -> str:
        """What this session's ops are sealed to."""
        return self._place(session)[0].recipient

    def span(self, session: str) -> Span:
        return self._place(session)[1]

    def spans(self) -> list[Span]:
        """Where every session that can be opened lies in time, the newest last."""
        found = []
        for folder in session_folders(self._home):
            with suppress(NotFound, Unreadable):
                found.append(self._place(folder.name))
        return [span for opened, span in sorted(found, key=lambda pair: (pair[0].number, pair[0].session))]

    def mark(self, session: str) -> Mark | None:
        """Tells one key file of a session from another; None where there is none."""
        try:
            found = (self._home.sessions / session / self._key_name).stat()
        except FileNotFoundError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def playable_here(self) -> list[str]:
        """The sessions that a key of this box may open."""
        return [folder.name for folder in session_folders(self._home) if (folder / self._key_name).exists()]

    def facts(self) -> list[SessionFacts]:
        """All sessions but those being erased, in the order in which they were recorded."""
        found = []
        for folder in session_folders(self._home):
            if (folder / ERASING).exists():
                continue
            with suppress(FileNotFoundError):
                found.append(self._facts_of(folder))
        return sorted(found, key=lambda facts: (facts.number, facts.id))

    def _facts_of(self, folder: Path) -> SessionFacts:
        known = self._facts.get(folder.name)
        if known is not None and (folder / KEY).exists():
            return known
        facts = session_facts(folder)
        if facts.state in ("closed", "recovered"):
            self._facts[folder.name] = facts
        return facts

    def _place(self, session: str) -> tuple[Opened, Span]:
        folder = self._folder(session)
        known = self._spans.get(session)
        if known is not None:
            return known
        if not (folder / SUMS_SIGNATURE).exists():
            film = self.film(session)
            return film.opened, film.span()
        place = self._spans[session] = _closed_place(folder)
        return place

    def _folder(self, session: str) -> Path:
        folder = self._home.sessions / session
        if not is_id(session) or not folder.is_dir() or (folder / ERASING).exists():
            raise NotFound("There is no such session here.")
        if not (folder / KEY).exists():
            raise Unreadable("This session was erased or never begun.")
        return folder


def _closed_place(folder: Path) -> tuple[Opened, Span]:
    """By the first and last line alone: after a start the first tap must not wait for every log to be read."""
    finder = SegmentFinder(folder / LOG)
    try:
        opened, end = finder.opened(), finder.end()
        film_ms = finder.length_ms() if end is None else end.pts_ms
    except OSError:
        raise CardFailing("The log of this session cannot be read.") from None
    if opened is None:
        raise Unreadable("The log of this session has no beginning.")
    return opened, Span(opened.session, opened.boot, opened.mono_us, film_ms)
