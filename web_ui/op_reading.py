"""What a phone asks to be written, read from its JSON and turned into the fields of an op.

Apart and pure: every bound of what may reach a lane stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from appliance.errors import BadInput
from web_ui.fields import FAR_MS, FAR_US, Body, flag, matching, op_id, perhaps_whole, session_id, tags, text, whole
from web_ui.fields import UUID as UUID_SHAPE

NOTE_CHARACTERS: Final = 2_000
BOOT_CHARACTERS: Final = 64
KINDS: Final = ("moment", "star", "hide", "undo", "edit")
HIDE_LEAD_MS: Final = 5_000
"""Whoever comes in is in the picture before somebody taps."""
WHYS: Final = ("visitor", "quiet")


@dataclass(frozen=True, slots=True)
class Asked:
    """One op as asked for. Either `boot` and `at_us`, or `session` with `pts_ms`, say where what is tapped lies.

    `ends_here`: an edit that lets what it is about end where it lies itself.
    """

    id: str
    kind: str
    session: str | None
    boot: str | None
    at_us: int | None
    pts_ms: int | None
    about: str | None
    ends_here: bool
    fields: Mapping[str, Any]
    """What is the same wherever it lies."""


def read_asked(body: object) -> Asked:
    """Raises BadInput and names the field."""
    if not isinstance(body, dict):
        raise BadInput("An op is a JSON object.")
    kind = body.get("kind")
    if kind not in KINDS:
        raise BadInput("The kind of an op is moment, star, hide, undo or edit.")
    about = matching(body, "op", UUID_SHAPE, "the id of an op") if kind in ("undo", "edit") else None
    return Asked(
        id=op_id(body, "id"),
        kind=kind,
        session=None if body.get("session") is None else session_id(body),
        boot=None if body.get("boot") is None else text(body, "boot", BOOT_CHARACTERS, 1),
        at_us=perhaps_whole(body, "at_us", 0, FAR_US),
        pts_ms=perhaps_whole(body, "pts_ms", 0, FAR_MS),
        about=about,
        ends_here=kind == "edit" and flag(body, "ends_here", False),
        fields=_fields(kind, body),
    )


def _fields(kind: str, body: Body) -> dict[str, Any]:
    found: dict[str, Any] = {"op": body.get("op")} if kind in ("undo", "edit") else {}
    if kind in ("moment", "edit", "hide"):
        found |= _times(kind, body)
    if kind in ("moment", "edit"):
        found |= {"tags": tags(body)} if body.get("tags") is not None else {}
        found |= {"note": text(body, "note", NOTE_CHARACTERS)} if body.get("note") is not None else {}
    if kind == "hide":
        found |= {"why": _why(body)}
    if kind == "edit" and len(found) == 1 and body.get("ends_here") is not True:
        raise BadInput("An edit changes in_ms, out_ms, tags or note.")
    if kind in ("moment", "star"):
        error_ms = perhaps_whole(body, "error_ms", 0, FAR_MS)
        found |= {} if error_ms is None else {"error_ms": error_ms}
    return found


def _times(kind: str, body: Body) -> Mapping[str, int | None]:
    """What is hidden may have no end: an `out_ms` of null is one there, and none at all elsewhere."""
    found = {name: whole(body, name, 0, FAR_MS) for name in ("in_ms", "out_ms") if body.get(name) is not None}
    if found.get("in_ms", 0) >= found.get("out_ms", FAR_MS + 1):
        raise BadInput("What is marked ends after it begins.")
    endless = kind == "edit" and "out_ms" in body and body["out_ms"] is None
    return {**found, "out_ms": None} if endless else found


def _why(body: Body) -> str:
    why = body.get("why", "visitor")
    if not isinstance(why, str) or why not in WHYS:
        raise BadInput("{field} is one of {names}.", field="why", names=", ".join(WHYS))
    return why


def hidden(pts_ms: int, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a hidden stretch that somebody asked for at this time: until the film's end, if nothing is said."""
    in_ms = asked.get("in_ms", max(0, pts_ms - HIDE_LEAD_MS))
    out_ms = asked.get("out_ms")
    if out_ms is not None and in_ms >= out_ms:
        raise BadInput("What is hidden ends after it begins.")
    return {"in_ms": in_ms, "out_ms": out_ms, "why": asked["why"]}


def stretch(pts_ms: int, asked: Mapping[str, Any], lead_ms: int, lag_ms: int) -> dict[str, Any]:
    """The fields of a moment at this time: a tap comes after what it means, so it reaches back."""
    in_ms = asked.get("in_ms", max(0, pts_ms - lead_ms))
    out_ms = asked.get("out_ms", pts_ms + lag_ms)
    if in_ms >= out_ms:
        raise BadInput("A moment ends after it begins.")
    rest = {name: value for name, value in asked.items() if name not in ("in_ms", "out_ms", "tags", "note")}
    return {
        "pts_ms": pts_ms,
        "in_ms": in_ms,
        "out_ms": out_ms,
        "tags": asked.get("tags", []),
        "note": asked.get("note", ""),
        **rest,
    }
