"""The fold as tables that can be asked: an SQLite in memory, fed with the ops as they come.

Apart from the fold, which is pure: this is made at unlock, and gone with its process or with `close`. Nothing of it may
reach a disk: no file is behind it, and what SQLite sorts it sorts in memory.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from appliance.errors import Locked
from appliance.practice.fold import SessionView, Undone, erased_sessions, fold_session
from appliance.practice.hidden import Hidden
from appliance.practice.moments import Moment
from appliance.practice.op_fields import FAR
from appliance.practice.ops import AGENCY, Op, Place, Reeled, read_ops
from appliance.practice.reels import Reel, reels_of

_TABLES: Final = """
PRAGMA temp_store = MEMORY;
CREATE TABLE session (
    id TEXT PRIMARY KEY, family TEXT, purpose TEXT, discreet INTEGER NOT NULL, visit TEXT
) WITHOUT ROWID;
CREATE TABLE moment (
    id TEXT NOT NULL, session TEXT NOT NULL, pts_ms INTEGER NOT NULL, in_ms INTEGER NOT NULL,
    out_ms INTEGER NOT NULL, tags TEXT NOT NULL, note TEXT NOT NULL, by TEXT NOT NULL, taps TEXT NOT NULL, undos TEXT,
    PRIMARY KEY (session, id)
) WITHOUT ROWID;
CREATE TABLE hidden (
    session TEXT NOT NULL, id TEXT NOT NULL, in_ms INTEGER NOT NULL, out_ms INTEGER, why TEXT NOT NULL,
    by TEXT NOT NULL, PRIMARY KEY (session, id)
) WITHOUT ROWID;
CREATE INDEX in_film ON moment (session, in_ms, pts_ms, id);
"""
_MOMENTS: Final = """
SELECT id, session, pts_ms, in_ms, out_ms, tags, note, by, taps, undos FROM moment
WHERE session = ? ORDER BY in_ms, pts_ms, id
"""
_HIDDEN: Final = "SELECT id, in_ms, out_ms, why, by FROM hidden WHERE session = ? ORDER BY in_ms, id"
_LINES: Final = """
SELECT id, family, purpose, discreet, visit,
    (SELECT count(*) FROM moment WHERE session = session.id AND undos IS NULL),
    (SELECT count(*) FROM moment WHERE session = session.id AND undos IS NULL AND tags = '[]')
FROM session ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session in a list: as SessionView, but with how many `moments` it has, of them so many `stars`."""

    id: str
    family: str | None
    purpose: str | None
    discreet: bool
    visit: str | None
    moments: int
    stars: int


class Projection:
    """What `fold` makes of all ops fed so far, at any time and whatever their order. Used by many threads.

    A session is folded when it is asked for, and once: thousands of ops come in helpings, and to fold a session anew
    at each would cost the square of them. `lamport`: the highest that was fed, 0 before; whoever writes an op next
    gives it a higher one.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._tables = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._tables.executescript(_TABLES)
        self._first: dict[str, tuple[Place, str]] = {}
        self._by_subject: dict[str, dict[str, Op]] = {}
        self._gone: set[str] = set()
        self._reeled: set[str] = set()
        self._stale: set[str] = set()
        self._closed = False
        self.lamport = 0

    def feed(self, told: Iterable[Mapping[str, Any]]) -> frozenset[str]:
        """More ops, genuine ones; the ids of the subjects of which something may have changed."""
        with self._open():
            told = list(told)
            self.lamport = max([self.lamport, *map(_lamport, told)])
            ops = read_ops(told)
            changed = {subject for op in ops for subject in self._take(op)}
            erased = erased_sessions(ops) - self._gone
            self._gone |= erased
            changed |= erased
            self._stale |= changed
            for session in changed & self._gone:
                self._project(session)
            return frozenset(changed - {AGENCY})

    def moments_of(self, session: str) -> tuple[Moment, ...]:
        """As they come in the film; none for a session that nothing is known of."""
        with self._open():
            self._project(session)
            return tuple(moment for moment, undos in self._moments(session) if undos is None)

    def hidden_of(self, session: str) -> tuple[Hidden, ...]:
        """What of it must not be shown, by what was fed so far."""
        with self._open():
            self._project(session)
            return self._hidden(session)

    def session(self, session: str) -> SessionView | None:
        with self._open():
            self._project(session)
            row = self._tables.execute("SELECT * FROM session WHERE id = ?", (session,)).fetchone()
            if row is None:
                return None
            found, hidden = self._moments(session), self._hidden(session)
        moments = tuple(moment for moment, undos in found if undos is None)
        undone = tuple(Undone(moment, undos) for moment, undos in found if undos is not None)
        return SessionView(row[0], row[1], row[2], bool(row[3]), moments, undone, row[4], hidden)

    def sessions(self) -> tuple[SessionLine, ...]:
        """By id."""
        with self._open():
            for session in list(self._stale):
                self._project(session)
            rows = self._tables.execute(_LINES).fetchall()
        return tuple(SessionLine(row[0], row[1], row[2], bool(row[3]), *row[4:]) for row in rows)

    def reels(self) -> tuple[Reel, ...]:
        """All reels of families, and of sessions that were not erased; those of one subject stand together."""
        with self._open():
            subjects = sorted(self._reeled - self._gone)
            return tuple(reel for each in subjects for reel in reels_of(self._by_subject.get(each, {}).values()))

    def close(self) -> None:
        """Forget everything; from here on it raises Locked. May be called more than once."""
        with self._lock:
            self._closed = True
            self._tables.close()
            self._first, self._by_subject = {}, {}

    @contextmanager
    def _open(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise Locked("The box was locked meanwhile.")
            yield

    def _take(self, op: Op) -> Iterable[str]:
        """Keeps the op if it is the first of its id so far; gives the subjects that are to be folded anew."""
        place, subject = self._first.get(op.id, (None, op.subject))
        if place is not None and place <= op.place:
            return ()
        self._first[op.id] = op.place, op.subject
        self._by_subject.get(subject, {}).pop(op.id, None)
        self._by_subject.setdefault(op.subject, {})[op.id] = op
        if isinstance(op, Reeled):
            self._reeled.add(op.subject)
        return {subject, op.subject}

    def _project(self, subject: str) -> None:
        if subject not in self._stale:
            return
        self._stale.remove(subject)
        for column, table in (("session", "moment"), ("session", "hidden"), ("id", "session")):
            self._tables.execute(f"DELETE FROM {table} WHERE {column} = ?", (subject,))  # noqa: S608 - only these
        if subject in self._gone:
            self._by_subject.pop(subject, None)
        view = fold_session(subject, self._by_subject.get(subject, {}).values())
        if view is not None:
            self._write(view)

    def _write(self, view: SessionView) -> None:
        row = (view.id, view.family, view.purpose, view.discreet, view.visit)
        self._tables.execute("INSERT INTO session VALUES (?, ?, ?, ?, ?)", row)
        rows = [_row(moment, None) for moment in view.moments]
        rows += [_row(each.moment, each.undos) for each in view.undone]
        self._tables.executemany(f"INSERT INTO moment VALUES ({', '.join('?' * 10)})", rows)  # noqa: S608 - only marks
        hidden = [(view.id, each.id, each.in_ms, each.out_ms, each.why, each.by) for each in view.hidden]
        self._tables.executemany("INSERT INTO hidden VALUES (?, ?, ?, ?, ?, ?)", hidden)

    def _hidden(self, session: str) -> tuple[Hidden, ...]:
        return tuple(Hidden(*row) for row in self._tables.execute(_HIDDEN, (session,)))

    def _moments(self, session: str) -> list[tuple[Moment, tuple[str, ...] | None]]:
        return [_moment(row) for row in self._tables.execute(_MOMENTS, (session,))]


def _row(moment: Moment, undos: tuple[str, ...] | None) -> tuple[str | int | None, ...]:
    times = (moment.pts_ms, moment.in_ms, moment.out_ms)
    words = (_joined(moment.tags), moment.note, moment.by, _joined(moment.taps))
    return (moment.id, moment.session, *times, *words, None if undos is None else _joined(undos))


def _moment(row: tuple[Any, ...]) -> tuple[Moment, tuple[str, ...] | None]:
    id_, session, pts_ms, in_ms, out_ms, tags, note, by, taps, undos = row
    moment = Moment(id_, session, pts_ms, in_ms, out_ms, _parted(tags), note, by, _parted(taps))
    return moment, None if undos is None else _parted(undos)


def _joined(words: tuple[str, ...]) -> str:
    return json.dumps(words, ensure_ascii=False)


def _parted(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def _lamport(told: Mapping[str, Any]) -> int:
    value = told.get("lamport")
    return value if type(value) is int and value < FAR else 0
