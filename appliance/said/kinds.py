"""The kinds of statements, what each holds, and which writer may say it (FORMAT 10).

Apart and pure: what a reader must ignore, unknown kinds and fields that are not what they should be, ends here.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from appliance.store.layout import is_device, is_id

WHYS: Final = ("objection", "withdrawn", "unconfirmed", "retention", "request")
"""Why something is erased."""
FAR: Final = 1 << 53
"""No number in a statement reaches this: the largest that every reader of JSON counts to exactly."""
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
WHAT_LETTERS: Final = 4_096


@dataclass(frozen=True, slots=True)
class Said:
    """Who said it and when: `at` is UTC in milliseconds."""

    device: str
    writer: str
    id: str
    at: int

    @property
    def place(self) -> tuple[int, str, str, str]:
        """Of two that say the same kind of thing about one session the greater counts."""
        return self.at, self.id, self.device, self.writer


@dataclass(frozen=True, slots=True)
class Receipt(Said):
    """A store holds this session of `box` whole. `purge_after`: UTC in ms, None: not yet."""

    box: str
    session: str
    number: int
    store: str
    sums_sha256: str
    bytes: int
    purge_after: int | None
    hold: bool


@dataclass(frozen=True, slots=True)
class Confirmed(Said):
    """Consent is on record. `keep_until`: UTC in ms, None: no end was said."""

    session: str
    keep_until: int | None


@dataclass(frozen=True, slots=True)
class Hold(Said):
    """Nothing of this session (or family) may be erased while this is on."""

    session: str
    on: bool


@dataclass(frozen=True, slots=True)
class Erase(Said):
    """The order to erase."""

    sessions: tuple[str, ...]
    families: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Destroyed:
    """`what`: a path below the home, the store or a copy; a folder's ends with a slash and stands for all in it."""

    what: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Erased(Said):
    """It is done. `numbers`: of the sessions, in the same order, 0 where it is not known. `order`: an Erase's id."""

    sessions: tuple[str, ...]
    numbers: tuple[int, ...]
    families: tuple[str, ...]
    why: str
    order: str | None
    destroyed: tuple[Destroyed, ...]


@dataclass(frozen=True, slots=True)
class Purged(Said):
    """This box has the session no more. `stores`: whose receipts allowed it."""

    session: str
    number: int
    stores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Introduced(Said):
    """Nothing but whose certificate the statement carries."""


SAID_BY: Final[Mapping[str, frozenset[str]]] = {
    "introduced": frozenset({"web", "desk"}),
    "receipt": frozenset({"ingest"}),
    "confirmed": frozenset({"web", "desk"}),
    "hold": frozenset({"desk"}),
    "erase": frozenset({"web", "desk"}),
    "erased": frozenset({"recorder", "ingest"}),
    "purged": frozenset({"recorder"}),
}


class _Unfit(Exception):
    """The statement is of no kind that is known here, or not what that kind should be."""


def read_said(told: Mapping[str, Any]) -> Said | None:
    """None for what a reader ignores. That it is genuine was looked at before."""
    try:
        head = _device(told, "device"), _text(told, "writer"), _id(told, "id", _UUID), _count(told, "at")
        kind = _text(told, "kind")
        return _KINDS[kind](head, told) if head[1] in SAID_BY.get(kind, ()) else None
    except _Unfit:
        return None


_Head = tuple[str, str, str, int]


def _receipt(head: _Head, told: Mapping[str, Any]) -> Said:
    return Receipt(
        *head,
        box=_device(told, "box"),
        session=_subject(told, "session"),
        number=_count(told, "number"),
        store=_subject(told, "store"),
        sums_sha256=_id(told, "sums_sha256", _SHA256),
        bytes=_count(told, "bytes"),
        purge_after=_count_or_none(told, "purge_after"),
        hold=_truth(told, "hold"),
    )


def _confirmed(head: _Head, told: Mapping[str, Any]) -> Said:
    return Confirmed(*head, _subject(told, "session"), _count_or_none(told, "keep_until"))


def _hold(head: _Head, told: Mapping[str, Any]) -> Said:
    return Hold(*head, _subject(told, "session"), _truth(told, "on"))


def _erase(head: _Head, told: Mapping[str, Any]) -> Said:
    return Erase(*head, _subjects(told, "sessions"), _subjects(told, "families"), _why(told))


def _erased(head: _Head, told: Mapping[str, Any]) -> Said:
    sessions, numbers = _subjects(told, "sessions"), tuple(_counted(each) for each in _list(told, "numbers"))
    if len(numbers) != len(sessions):
        raise _Unfit
    order = None if told.get("order") is None else _id(told, "order", _UUID)
    destroyed = tuple(_one_destroyed(each) for each in _list(told, "destroyed"))
    return Erased(*head, sessions, numbers, _subjects(told, "families"), _why(told), order, destroyed)


def _purged(head: _Head, told: Mapping[str, Any]) -> Said:
    return Purged(*head, _subject(told, "session"), _count(told, "number"), _subjects(told, "stores"))


def _introduced(head: _Head, _told: Mapping[str, Any]) -> Said:
    return Introduced(*head)


_KINDS: Final[Mapping[str, Callable[[_Head, Mapping[str, Any]], Said]]] = {
    "introduced": _introduced,
    "receipt": _receipt,
    "confirmed": _confirmed,
    "hold": _hold,
    "erase": _erase,
    "erased": _erased,
    "purged": _purged,
}


def _text(told: Mapping[str, Any], key: str) -> str:
    value = told.get(key)
    if not isinstance(value, str):
        raise _Unfit
    return value


def _id(told: Mapping[str, Any], key: str, spelled: re.Pattern[str]) -> str:
    value = _text(told, key)
    if not spelled.fullmatch(value):
        raise _Unfit
    return value


def _device(told: Mapping[str, Any], key: str) -> str:
    value = _text(told, key)
    if not is_device(value):
        raise _Unfit
    return value


def _subject(told: Mapping[str, Any], key: str) -> str:
    return _as_subject(told.get(key))


def _as_subject(value: object) -> str:
    if not isinstance(value, str) or not is_id(value):
        raise _Unfit
    return value


def _list(told: Mapping[str, Any], key: str) -> list[Any]:
    value = told.get(key)
    if not isinstance(value, list):
        raise _Unfit
    return value


def _subjects(told: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(map(_as_subject, _list(told, key)))


def _counted(value: object) -> int:
    if type(value) is not int or not 0 <= value < FAR:
        raise _Unfit
    return value


def _count(told: Mapping[str, Any], key: str) -> int:
    return _counted(told.get(key))


def _count_or_none(told: Mapping[str, Any], key: str) -> int | None:
    return None if key in told and told[key] is None else _count(told, key)


def _truth(told: Mapping[str, Any], key: str) -> bool:
    value = told.get(key)
    if not isinstance(value, bool):
        raise _Unfit
    return value


def _why(told: Mapping[str, Any]) -> str:
    value = _text(told, "why")
    if value not in WHYS:
        raise _Unfit
    return value


def _one_destroyed(value: object) -> Destroyed:
    if not isinstance(value, dict):
        raise _Unfit
    what = _text(value, "what")
    if not what.isprintable() or not 0 < len(what) <= WHAT_LETTERS:
        raise _Unfit
    return Destroyed(what, _count(value, "bytes"))
