"""The families by the ops about them: their codes, visits, consents and what the children said (FORMAT.md section 8).

Apart from the fold of sessions: it is small, needs no tables, and is asked by the family and not by the film.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from appliance.practice.family_ops import Assented, Begun, Changed, Coded, Consented, read_family_ops
from appliance.practice.ops import Op, Place, Undo
from appliance.practice.undoing import undone_by


@dataclass(frozen=True, slots=True)
class Visit:
    """`at`: when it began, UTC in ms. `says`: the child's assent, None while nobody asked."""

    id: str
    at: int
    purpose: str
    target_min: int | None
    question: str
    says: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """The last word on one scope. `at`, `until`: UTC in ms; `visit`: in which it was said, None at the desk."""

    scope: str
    given: bool
    authority: str
    until: int | None
    at: int
    visit: str | None

    def good(self, now_ms: int) -> bool:
        return self.given and (self.until is None or now_ms <= self.until)


@dataclass(frozen=True, slots=True)
class FamilyView:
    """`visits`: in the order of their ops. `consents`: by scope. `first`: the place of its first `family` op."""

    id: str
    code: str
    language: str | None
    first: Place
    visits: tuple[Visit, ...] = ()
    consents: Mapping[str, Consent] = field(default_factory=dict)


def fold_family(family: str, ops: Iterable[Op]) -> FamilyView | None:
    """One family by all ops about it, each id once, in any order; None where nothing that counts tells its code."""
    ordered = sorted(ops, key=lambda op: op.place)
    undone = undone_by(op for op in ordered if isinstance(op, Undo))
    counting = [op for op in ordered if op.id not in undone]
    codes = [op for op in counting if isinstance(op, Coded)]
    if not codes:
        return None
    consents = {op.scope: _consent(op) for op in counting if isinstance(op, Consented)}
    return FamilyView(family, codes[-1].code, codes[-1].language, codes[0].place, _visits(counting), consents)


def _consent(op: Consented) -> Consent:
    return Consent(op.scope, op.given, op.authority, op.until, op.at, op.visit)


def _visits(counting: Iterable[Op]) -> tuple[Visit, ...]:
    """A change counts for its visit wherever it stands in the order; of two, the later leads, field by field."""
    begun: dict[str, Begun] = {}
    changes: dict[str, dict[str, Any]] = {}
    says: dict[str, str] = {}
    for op in counting:
        if isinstance(op, Begun):
            begun[op.id] = op
        elif isinstance(op, Changed):
            changes.setdefault(op.about, {}).update(op.changes)
        elif isinstance(op, Assented):
            says[op.visit] = op.says
    return tuple(_visit(op, changes.get(id_, {}), says.get(id_)) for id_, op in begun.items())


def _visit(op: Begun, changes: Mapping[str, Any], says: str | None) -> Visit:
    told = {"purpose": op.purpose, "target_min": op.target_min, "question": op.question, **changes}
    return Visit(op.id, op.at, **told, says=says)


class Families:
    """What `fold_family` makes of all ops fed so far, whatever their order. Used by many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._first: dict[str, Op] = {}
        self._by_subject: dict[str, dict[str, Op]] = {}

    def feed(self, told: Iterable[Mapping[str, Any]]) -> None:
        """Genuine ops; those of other kinds are let pass. Of two with one id the first in the order of ops counts."""
        with self._lock:
            for op in read_family_ops(told):
                known = self._first.get(op.id)
                if known is not None and known.place <= op.place:
                    continue
                if known is not None:
                    self._by_subject[known.subject].pop(op.id)
                self._first[op.id] = op
                self._by_subject.setdefault(op.subject, {})[op.id] = op

    def family(self, family: str) -> FamilyView | None:
        with self._lock:
            ops = list(self._by_subject.get(family, {}).values())
        return fold_family(family, ops)

    def all(self) -> list[FamilyView]:
        """By code; of two with the same code the older first."""
        with self._lock:
            subjects = {subject for subject, ops in self._by_subject.items() if _has_code(ops)}
        found = [view for view in map(self.family, subjects) if view is not None]
        return sorted(found, key=lambda view: (view.code, view.first))

    def of_visit(self, visit: str) -> FamilyView | None:
        """The family of this visit."""
        with self._lock:
            op = self._first.get(visit)
        return self.family(op.subject) if isinstance(op, Begun) else None

    def forget(self) -> None:
        with self._lock:
            self._first.clear()
            self._by_subject.clear()


def _has_code(ops: Mapping[str, Op]) -> bool:
    return any(isinstance(op, Coded) for op in ops.values())
