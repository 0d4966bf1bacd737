"""The kinds of lines in a session log, their keys in order, and what each key may hold (FORMAT.md section 4).

Apart from the log itself so that the table of the format and the types that the rest speaks in are one page.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from appliance.store.layout import is_id

_INTEGER_END: Final = 1 << 63
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Opened:
    """The first line. `mono_us`: CLOCK_MONOTONIC of time 0, within the boot `boot`."""

    session: str
    number: int
    recipient: str
    certificate: Mapping[str, Any]
    boot: str
    mono_us: int
    utc_ms: int
    utc_source: str
    continues: str | None
    width: int
    height: int
    fps: int
    bitrate: int


@dataclass(frozen=True, slots=True)
class SegmentLine:
    """Promises the file `segment_name(n)`, its length and its SHA-256."""

    n: int
    pts_ms: int
    dur_ms: int
    bytes: int
    sha256: str

    @property
    def end_ms(self) -> int:
        return self.pts_ms + self.dur_ms


@dataclass(frozen=True, slots=True)
class GapLine:
    """Film that is missing: `what` is `all` or `sound`."""

    pts_ms: int
    dur_ms: int
    what: str
    why: str

    @property
    def end_ms(self) -> int:
        return self.pts_ms + self.dur_ms


@dataclass(frozen=True, slots=True)
class PausedLine:
    """A privacy pause begins; the gap that is logged at its end says how long it was."""

    pts_ms: int


@dataclass(frozen=True, slots=True)
class ClockLine:
    """UTC was found to have moved against the monotonic clock."""

    pts_ms: int
    utc_ms: int
    utc_source: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The writer's signature over all lines before this one. `lines`: how many they are."""

    lines: int
    signature: str


@dataclass(frozen=True, slots=True)
class Closed:
    """The last line of a session that was stopped. `pts_ms`: end of the film."""

    pts_ms: int
    reason: str
    utc_ms: int
    utc_source: str


@dataclass(frozen=True, slots=True)
class Recovered:
    """The last line of a session that was interrupted. `absent`: promised segments whose file does not exist."""

    pts_ms: int
    reason: str
    boot: str
    utc_ms: int
    utc_source: str
    absent: tuple[int, ...]
    cut_bytes: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """A kind of line that a later version added."""


Line = Opened | SegmentLine | GapLine | PausedLine | ClockLine | Checkpoint | Closed | Recovered | Unknown

KINDS: Final[Mapping[str, type[Line]]] = {
    "opened": Opened,
    "segment": SegmentLine,
    "gap": GapLine,
    "paused": PausedLine,
    "clock": ClockLine,
    "checkpoint": Checkpoint,
    "closed": Closed,
    "recovered": Recovered,
}
NAMES: Final = {kind: name for name, kind in KINDS.items()}


def shape(content: Mapping[str, Any]) -> Line | str:
    """The line that a JSON object is, or what is wrong with it; keys that are not known here do not matter."""
    name = content.get("t")
    kind = KINDS.get(name, Unknown) if isinstance(name, str) else Unknown
    if kind is Opened and not _is_count(content.get("v")):
        return "has no version"
    values: dict[str, Any] = {}
    for field in fields(kind):
        value = content.get(field.name)
        if field.name not in content or not _CHECKS[field.name](value):
            return f"has no proper {field.name}"
        values[field.name] = tuple(value) if isinstance(value, list) else value
    return kind(**values)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _INTEGER_END


def _is_text(value: object) -> bool:
    """Printable, so that a log can be shown on a terminal without obeying it."""
    return isinstance(value, str) and value.isprintable()


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _is_session(value: object) -> bool:
    return isinstance(value, str) and is_id(value)


def _is_certificate(value: object) -> bool:
    return isinstance(value, dict) and all(_is_text(k) and (_is_text(v) or _is_count(v)) for k, v in value.items())


def _is_counts(value: object) -> bool:
    return isinstance(value, list) and all(_is_count(each) for each in value)


_CHECKS: Final[Mapping[str, Callable[[Any], bool]]] = {
    **dict.fromkeys(("number", "mono_us", "utc_ms", "width", "height", "fps", "bitrate"), _is_count),
    **dict.fromkeys(("n", "pts_ms", "dur_ms", "bytes", "lines", "cut_bytes"), _is_count),
    **dict.fromkeys(("recipient", "boot", "utc_source", "what", "why", "reason", "signature"), _is_text),
    "session": _is_session,
    "continues": lambda value: value is None or _is_session(value),
    "certificate": _is_certificate,
    "sha256": _is_sha256,
    "absent": _is_counts,
}
