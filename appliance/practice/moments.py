"""From one session's taps and edits, in their order, to its moments.

Apart and pure: the rules of what a second tap and a change do stand here and nowhere else.

- A tap is a moment of its own; but the same person's tap on the same tags, made within the lag of the last one, only
  makes that moment longer. *Within its lag*: in the film, from that tap to where its moment was to end; and only if it
  ends no earlier, for a stretch marked inside another is meant as it is. What has no tag never grows.
- An edit changes the moment that its tap is part of by then; field by field, the later edit or tap leads. An edit that
  stands before its tap in the order of ops waits for it.
"""

from bisect import bisect_right, insort
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from appliance.practice.ops import TO_END, Edit, Op, Tap

SHORTEST_MS: Final = 1


@dataclass(frozen=True, slots=True)
class Moment:
    """`id`: that of its first tap. `taps`: the ids of all; the moment is gone when each of them is undone.

    0 <= in_ms < out_ms, of which an end beyond the film is possible. `by`: who tapped.
    """

    id: str
    session: str
    pts_ms: int
    in_ms: int
    out_ms: int
    tags: tuple[str, ...]
    note: str
    by: str
    taps: tuple[str, ...]

    @property
    def star(self) -> bool:
        """Whether it has no tag (yet)."""
        return not self.tags

    @property
    def in_film(self) -> tuple[int, int, str]:
        """Sorts moments as they come in the film."""
        return self.in_ms, self.pts_ms, self.id


@dataclass(slots=True, eq=False)
class _Growing:
    """`last_ms`, `reach_ms`: where its last tap was made in the film, and to where that tap reached."""

    tap: Tap
    in_ms: int
    out_ms: int
    tags: tuple[str, ...]
    note: str
    last_ms: int
    reach_ms: int
    taps: list[str]

    @classmethod
    def of(cls, tap: Tap) -> "_Growing":
        return cls(tap, tap.in_ms, tap.out_ms, tap.tags, tap.note, tap.pts_ms, tap.out_ms, [tap.id])

    def grow(self, tap: Tap) -> None:
        self.out_ms = max(self.out_ms, tap.out_ms)
        self.last_ms, self.reach_ms = tap.pts_ms, tap.out_ms
        self.note = "\n".join(note for note in (self.note, tap.note) if note)
        self.taps.append(tap.id)

    def change(self, edit: Edit) -> None:
        self.in_ms = self.in_ms if edit.in_ms is None else edit.in_ms
        self.out_ms = self.out_ms if edit.out_ms is None else edit.out_ms
        self.tags = self.tags if edit.tags is None else edit.tags
        self.note = self.note if edit.note is None else edit.note

    def moment(self) -> Moment:
        tap, out_ms = self.tap, max(self.out_ms, self.in_ms + SHORTEST_MS)
        times = (tap.pts_ms, self.in_ms, out_ms)
        return Moment(tap.id, tap.subject, *times, self.tags, self.note, tap.by, tuple(self.taps))


@dataclass(slots=True)
class _Row:
    """One person's moments with the same tags, in the order of their last taps in the film."""

    moments: list[_Growing] = field(default_factory=list)

    def grown_by(self, tap: Tap) -> _Growing | None:
        """The moment that this tap makes longer: that of the tap before it in the film, if it still reaches here."""
        at = bisect_right(self.moments, tap.pts_ms, key=lambda moment: moment.last_ms)
        before = self.moments[at - 1] if at else None
        return before if before is not None and tap.pts_ms <= before.reach_ms <= tap.out_ms else None

    def add(self, moment: _Growing) -> None:
        insort(self.moments, moment, key=lambda moment: moment.last_ms)

    def remove(self, moment: _Growing) -> None:
        self.moments.remove(moment)


class _Film:
    def __init__(self) -> None:
        self._rows: dict[tuple[str, frozenset[str]], _Row] = {}
        self._waiting: dict[str, list[Edit]] = {}
        self.by_tap: dict[str, _Growing] = {}

    def take(self, op: Op) -> None:
        if isinstance(op, Tap):
            self._tap(op)
        elif isinstance(op, Edit) and op.out_ms != TO_END:
            self._change(op)

    def _tap(self, tap: Tap) -> None:
        moment = self._row(tap.by, tap.tags).grown_by(tap) if tap.tags else None
        if moment is None:
            moment = _Growing.of(tap)
            self._row(tap.by, tap.tags).add(moment)
        else:
            moment.grow(tap)
        self.by_tap[tap.id] = moment
        for edit in self._waiting.pop(tap.id, ()):
            self._change(edit)

    def _change(self, edit: Edit) -> None:
        moment = self.by_tap.get(edit.about)
        if moment is None:
            self._waiting.setdefault(edit.about, []).append(edit)
            return
        self._row(moment.tap.by, moment.tags).remove(moment)
        moment.change(edit)
        self._row(moment.tap.by, moment.tags).add(moment)

    def _row(self, by: str, tags: tuple[str, ...]) -> _Row:
        return self._rows.setdefault((by, frozenset(tags)), _Row())


def moments_of(ops: Iterable[Op]) -> tuple[Moment, ...]:
    """The moments of a session by those of its ops that count, which come in their order; as they come in the film."""
    film = _Film()
    for op in ops:
        film.take(op)
    growing = {moment.tap.id: moment for moment in film.by_tap.values()}
    return tuple(sorted((each.moment() for each in growing.values()), key=lambda moment: moment.in_film))
