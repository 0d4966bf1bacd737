"""What a round of taking in came to, for whoever runs it and for the desk's pages.

Apart so that every step can add to it, and it is written in one place.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Final

REPORT: Final = "ingest.json"


@dataclass(frozen=True, slots=True)
class Taken:
    """A session that is archived and answered for. `number`: of its device."""

    device: str
    session: str
    number: int


@dataclass(frozen=True, slots=True)
class Discovery:
    """Something that is not as it should be. `file`: below the store; `what` is a clause that goes on from it."""

    device: str
    file: str
    what: str


@dataclass(slots=True)
class Report:
    """`waiting`: sessions of which a part has come. `gaps`: by device, numbers of which nothing is known.

    `erased`: ids of what was destroyed in this round. `asked`: what its box wants erased and has purged itself: a
    person at the desk must say so. `removed`: rubbish that was too old.
    """

    at: int
    taken: list[Taken] = field(default_factory=list)
    waiting: dict[str, list[str]] = field(default_factory=dict)
    findings: list[Discovery] = field(default_factory=list)
    gaps: dict[str, list[int]] = field(default_factory=dict)
    erased: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    def find(self, device: str, file: str, what: str) -> None:
        found = Discovery(device, file, what)
        if found not in self.findings:
            self.findings.append(found)

    def line(self) -> bytes:
        return json.dumps({"v": 1, **asdict(self)}, separators=(",", ":")).encode() + b"\n"
