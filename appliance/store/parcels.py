"""What a file is called on its way to the office (FORMAT 11): `<what>~<sha256>~<attempt>`.

Apart and without any reading or writing, so that the courier and the office's end agree on every name.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from appliance.store.layout import KEY, LOG, SUMS, SUMS_SIGNATURE

Kind = Literal["film", "file", "lane", "said", "family"]
COMMIT: Final = SUMS_SIGNATURE
FILES: Final = (LOG, KEY, SUMS, SUMS_SIGNATURE)

_NUMBER: Final = r"(?:[0-9]{6}|[1-9][0-9]{6,11})"
_NAME: Final = re.compile(
    r"(?P<what>[A-Za-z0-9._-]{1,120})~(?P<sha256>[0-9a-f]{64})~(?P<attempt>[1-9][0-9]{0,8})", re.ASCII
)
_FILM: Final = re.compile(rf"(?P<of>[0-9a-f]{{32}})\.film-(?P<first>{_NUMBER})-(?P<last>{_NUMBER})\.tar", re.ASCII)
_FILE: Final = re.compile(r"(?P<of>[0-9a-f]{32})\.(?P<file>log\.jsonl|key\.age|SHA256SUMS\.sig|SHA256SUMS)", re.ASCII)
_LINES: Final = re.compile(
    rf"(?P<kind>lane|said)\.(?P<of>[a-z][a-z0-9-]{{0,31}})\.(?P<first>{_NUMBER})-(?P<last>{_NUMBER})\.tar", re.ASCII
)
_FAMILY: Final = re.compile(r"family\.(?P<of>[0-9a-f]{32})\.key\.age", re.ASCII)


@dataclass(frozen=True, slots=True)
class What:
    """What a parcel holds. `of`: the session, family or writer. `file`: of a "file" or "family"; else numbers."""

    kind: Kind
    of: str
    file: str = ""
    first: int = 0
    last: int = 0

    @property
    def text(self) -> str:
        match self.kind:
            case "film":
                return f"{self.of}.film-{self.first:06d}-{self.last:06d}.tar"
            case "file":
                return f"{self.of}.{self.file}"
            case "family":
                return f"family.{self.of}.{KEY}"
        return f"{self.kind}.{self.of}.{self.first:06d}-{self.last:06d}.tar"


@dataclass(frozen=True, slots=True)
class ParcelName:
    what: What
    sha256: str
    attempt: int

    @property
    def text(self) -> str:
        return f"{self.what.text}~{self.sha256}~{self.attempt}"


def read_name(name: str) -> ParcelName | None:
    """None for any name that FORMAT 11 does not know."""
    match = _NAME.fullmatch(name)
    what = read_what(match["what"]) if match else None
    return ParcelName(what, match["sha256"], int(match["attempt"])) if match and what else None


def read_what(text: str) -> What | None:
    if match := _FILM.fullmatch(text):
        return _numbered("film", match)
    if match := _FILE.fullmatch(text):
        return What("file", match["of"], match["file"])
    if match := _LINES.fullmatch(text):
        return _numbered("lane" if match["kind"] == "lane" else "said", match)
    if match := _FAMILY.fullmatch(text):
        return What("family", match["of"], KEY)
    return None


def _numbered(kind: Kind, match: re.Match[str]) -> What | None:
    first, last = int(match["first"]), int(match["last"])
    return What(kind, match["of"], "", first, last) if first <= last else None
