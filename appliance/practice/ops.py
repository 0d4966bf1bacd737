"""The ops that say something about a session, from their JSON (FORMAT.md section 8).

Apart and pure: what a reader must ignore, unknown kinds and fields that are not what they should be, ends here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from appliance.practice.items import Item, Unfit, read_items
from appliance.practice.op_fields import FAR, Ignored, as_text, count, text, whole
from appliance.visit.tags import LAG_MS, LEAD_MS

AGENCY: Final = "agency"
TO_END: Final = FAR
"""As the `out_ms` of an edit: to the end of the film, whenever that is."""

Place = tuple[int, str, str, int, str]
"""(lamport, device, lane, n, id): the order of ops, the same for every reader."""


@dataclass(frozen=True, slots=True)
class Op:
    place: Place
    subject: str

    @property
    def id(self) -> str:
        return self.place[-1]


@dataclass(frozen=True, slots=True)
class Tap(Op):
    """A star or a moment as it was made; a star has neither tags nor note."""

    by: str
    pts_ms: int
    in_ms: int
    out_ms: int
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Undo(Op):
    """Op `about` and what it did count as never written."""

    about: str


@dataclass(frozen=True, slots=True)
class Edit(Op):
    """Changes the moment of tap `about`, or the hide `about`; None leaves a field as it is.

    `out_ms` TO_END is for a hide only.
    """

    about: str
    in_ms: int | None = None
    out_ms: int | None = None
    tags: tuple[str, ...] | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Purposed(Op):
    """What the session is for."""

    family: str | None
    purpose: str
    discreet: bool
    visit: str | None = None


@dataclass(frozen=True, slots=True)
class Hide(Op):
    """Nothing of this stretch may be shown; `out_ms` None: to the end of the film."""

    by: str
    in_ms: int
    out_ms: int | None
    why: str


@dataclass(frozen=True, slots=True)
class Erased(Op):
    session: str


@dataclass(frozen=True, slots=True)
class Reeled(Op):
    """One version of reel `reel`: what a family is to be shown, and whether that may be."""

    reel: str
    title: str
    approved: bool
    items: tuple[Item, ...]


def read_op(told: Mapping[str, Any]) -> Op | None:
    """None for what a reader ignores. Whether the op is genuine was looked at before."""
    try:
        kind = _KINDS.get(text(told, "kind"))
        if kind is None:
            return None
        place = (count(told, "lamport"), *(text(told, key) for key in ("device", "lane")), count(told, "n"))
        return kind((*place, text(told, "id")), text(told, "subject"), told)  # type: ignore[arg-type]
    except Ignored:
        return None


def read_ops(told: Iterable[Mapping[str, Any]]) -> list[Op]:
    return [op for op in map(read_op, told) if op is not None]


def _star(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    pts_ms = count(told, "pts_ms")
    return Tap(place, subject, text(told, "by"), pts_ms, max(0, pts_ms - LEAD_MS), pts_ms + LAG_MS)


def _moment(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    times = count(told, "pts_ms"), max(0, whole(told, "in_ms")), count(told, "out_ms")
    return Tap(place, subject, text(told, "by"), *times, _tags(told), text(told, "note"))


def _undo(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    return Undo(place, subject, text(told, "op"))


def _edit(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    in_ms = max(0, whole(told, "in_ms")) if "in_ms" in told else None
    out_ms = _end(told, TO_END) if "out_ms" in told else None
    tags = _tags(told) if "tags" in told else None
    return Edit(place, subject, text(told, "op"), in_ms, out_ms, tags, text(told, "note") if "note" in told else None)


def _purposed(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    discreet = told.get("discreet", False)
    if not isinstance(discreet, bool):
        raise Ignored
    family, visit = (None if told.get(key) is None else text(told, key) for key in ("family", "visit"))
    return Purposed(place, subject, family, text(told, "purpose"), discreet, visit)


def _hide(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    """One whose reason nobody here knows hides all the same."""
    in_ms, out_ms = max(0, whole(told, "in_ms")), _end(told, None)
    return Hide(place, subject, text(told, "by"), in_ms, out_ms, text(told, "why"))


def _end(told: Mapping[str, Any], none: int | None) -> int | None:
    """Where a stretch ends; `none` where that is null."""
    return none if told.get("out_ms") is None else count(told, "out_ms")


def _erased(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    if subject != AGENCY:
        raise Ignored
    return Erased(place, subject, text(told, "session"))


def _reeled(place: Place, subject: str, told: Mapping[str, Any]) -> Op:
    approved = told.get("approved")
    if not isinstance(approved, bool):
        raise Ignored
    try:
        items = read_items(told.get("items"))
    except Unfit:
        raise Ignored from None
    return Reeled(place, subject, text(told, "reel"), text(told, "title"), approved, items)


_KINDS: Final[Mapping[str, Callable[[Place, str, Mapping[str, Any]], Op]]] = {
    "star": _star,
    "moment": _moment,
    "undo": _undo,
    "edit": _edit,
    "session": _purposed,
    "hide": _hide,
    "erased": _erased,
    "reel": _reeled,
}


def _tags(told: Mapping[str, Any]) -> tuple[str, ...]:
    """Each once, in the order given."""
    value = told.get("tags")
    if not isinstance(value, list):
        raise Ignored
    return tuple(dict.fromkeys(map(as_text, value)))
