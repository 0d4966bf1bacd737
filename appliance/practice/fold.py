"""The state of the practice: the fold over all lanes' ops, in whatever order and however often they came.

Apart and pure. Each id counts once, the first in the order of ops; an op acts within its own subject only, so that a
reader who can open one session sees it as one sees it who can open them all.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from appliance.practice.hidden import Hidden, hidden_of
from appliance.practice.moments import Moment, moments_of
from appliance.practice.ops import Edit, Erased, Hide, Op, Purposed, Tap, Undo, read_ops
from appliance.practice.undoing import undone_by


@dataclass(frozen=True, slots=True)
class Undone:
    """A tap that was undone, as a moment of its own; undone themselves, each of `undos`, it is back."""

    moment: Moment
    undos: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SessionView:
    """`family` (a code), `purpose`, `discreet`, `visit` (an id): what the box was told of it; None: no op says it.

    `moments`, `undone`, `hidden`: as they come in the film.
    """

    id: str
    family: str | None = None
    purpose: str | None = None
    discreet: bool = False
    moments: tuple[Moment, ...] = ()
    undone: tuple[Undone, ...] = ()
    visit: str | None = None
    hidden: tuple[Hidden, ...] = ()


@dataclass(frozen=True, slots=True)
class Practice:
    """All sessions of which an op tells what they are for or what was seen in them, but those that were erased."""

    sessions: Mapping[str, SessionView]


def fold(told: Iterable[Mapping[str, Any]]) -> Practice:
    """The state by these ops, genuine ones as `open_op` gives them."""
    ops = read_ops(told)
    gone, by_subject = erased_sessions(ops), dict[str, list[Op]]()
    for op in _first_of_each_id(ops):
        by_subject.setdefault(op.subject, []).append(op)
    views = (fold_session(id_, ops) for id_, ops in by_subject.items() if id_ not in gone)
    return Practice({view.id: view for view in views if view is not None})


def _first_of_each_id(ops: Iterable[Op]) -> Iterable[Op]:
    found: dict[str, Op] = {}
    for op in ops:
        known = found.get(op.id)
        if known is None or op.place < known.place:
            found[op.id] = op
    return found.values()


def erased_sessions(ops: Iterable[Op]) -> frozenset[str]:
    """Erasing can not be undone, nor by another op that has its id."""
    return frozenset(op.session for op in ops if isinstance(op, Erased))


def fold_session(session: str, ops: Iterable[Op]) -> SessionView | None:
    """One session by all ops that are about it, each id once, in any order; None where they tell nothing of it."""
    ordered = sorted(ops, key=lambda op: op.place)
    if not any(isinstance(op, Tap | Purposed | Hide) for op in ordered):
        return None
    undone = undone_by(op for op in ordered if isinstance(op, Undo))
    counting = [op for op in ordered if op.id not in undone]
    told = next((op for op in reversed(counting) if isinstance(op, Purposed)), None)
    moments, gone, hidden = moments_of(counting), _undone(ordered, undone), hidden_of(counting)
    if told is None:
        return SessionView(session, moments=moments, undone=gone, hidden=hidden)
    return SessionView(session, told.family, told.purpose, told.discreet, moments, gone, told.visit, hidden)


def _undone(ordered: Iterable[Op], undone: Mapping[str, tuple[str, ...]]) -> tuple[Undone, ...]:
    """Each undone tap with the edits of it that count."""
    taps: dict[str, list[Op]] = {}
    for op in ordered:
        about = op.id if isinstance(op, Tap) else op.about if isinstance(op, Edit) and op.id not in undone else None
        if about is not None and about in undone:
            taps.setdefault(about, []).append(op)
    found = [Undone(moment, undone[id_]) for id_, ops in taps.items() for moment in moments_of(ops)]
    return tuple(sorted(found, key=lambda each: each.moment.in_film))
