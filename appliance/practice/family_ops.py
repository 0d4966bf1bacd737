"""The ops that say something about a family, from their JSON (FORMAT.md section 8).

Apart from those about a session: whoever folds films need not know of visits. Pure, as they are; what a reader must
ignore ends here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from appliance.practice.op_fields import Ignored, count, text
from appliance.practice.ops import Op, Place, Undo, read_op

LANGUAGES: Final = ("en", "nl", "es", "he")
PURPOSES: Final = ("film", "review")
SCOPES: Final = ("film", "review", "supervision", "intervision", "training", "stills", "copy", "research")
"""What consent may be for; filming a film and filming a review stand apart."""
AUTHORITIES: Final = ("parent", "carer", "local-authority", "young-person")
SAYINGS: Final = ("ok", "unsure", "no")


@dataclass(frozen=True, slots=True)
class Coded(Op):
    """The family's code, and its language if that is known."""

    code: str
    language: str | None


@dataclass(frozen=True, slots=True)
class Begun(Op):
    """A visit; the op's id is the visit's. `at`: UTC in ms, by the clock of whoever wrote it."""

    at: int
    purpose: str
    target_min: int | None
    question: str


@dataclass(frozen=True, slots=True)
class Changed(Op):
    """Sets fields of the visit `about`: any of `purpose`, `target_min`, `question`."""

    about: str
    changes: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True)
class Consented(Op):
    """Consent given or withdrawn. `until`: UTC in ms, None without an end; `visit`: in which it was said."""

    at: int
    scope: str
    given: bool
    authority: str
    until: int | None
    visit: str | None


@dataclass(frozen=True, slots=True)
class Assented(Op):
    """What the child says to being filmed, in this visit."""

    visit: str
    says: str


def read_family_op(told: Mapping[str, Any]) -> Op | None:
    """None for what a fold of families ignores. Whether the op is genuine was looked at before."""
    kind = told.get("kind")
    if kind == "undo":
        undo = read_op(told)
        return undo if isinstance(undo, Undo) else None
    read = _KINDS.get(kind) if isinstance(kind, str) else None
    if read is None:
        return None
    try:
        device, lane, id_, subject = (text(told, key) for key in ("device", "lane", "id", "subject"))
        return read((count(told, "lamport"), device, lane, count(told, "n"), id_), subject, told)
    except Ignored:
        return None


def read_family_ops(told: Iterable[Mapping[str, Any]]) -> list[Op]:
    return [op for op in map(read_family_op, told) if op is not None]


def _coded(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    language = None if told.get("language") is None else _one_of(told, "language", LANGUAGES)
    return Coded(place, subject, text(told, "code"), language)


def _begun(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    purpose, question = _one_of(told, "purpose", PURPOSES), text(told, "question")
    return Begun(place, subject, count(told, "at"), purpose, _perhaps_count(told, "target_min"), question)


def _changed(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    changes: dict[str, Any] = {}
    if "purpose" in told:
        changes["purpose"] = _one_of(told, "purpose", PURPOSES)
    if "target_min" in told:
        changes["target_min"] = _perhaps_count(told, "target_min")
    if "question" in told:
        changes["question"] = text(told, "question")
    if not changes:
        raise Ignored
    return Changed(place, subject, text(told, "op"), changes)


def _consented(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    given = told.get("given")
    if not isinstance(given, bool):
        raise Ignored
    scope, authority = _one_of(told, "scope", SCOPES), _one_of(told, "authority", AUTHORITIES)
    visit = None if told.get("visit") is None else text(told, "visit")
    return Consented(place, subject, count(told, "at"), scope, given, authority, _perhaps_count(told, "until"), visit)


def _assented(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    return Assented(place, subject, text(told, "visit"), _one_of(told, "says", SAYINGS))


_KINDS: Final[Mapping[str, Callable[[Place, str, Mapping[str, Any]], Op]]] = {
    "family": _coded,
    "visit": _begun,
    "edit": _changed,
    "consent": _consented,
    "assent": _assented,
}


def _one_of(told: Mapping[str, Any], key: str, words: tuple[str, ...]) -> str:
    value = told.get(key)
    if not isinstance(value, str) or value not in words:
        raise Ignored
    return value


def _perhaps_count(told: Mapping[str, Any], key: str) -> int | None:
    return None if told.get(key) is None else count(told, key)
