"""What a box may read of its office: words and ops of the desk that are about its sessions, and what to send again.

Apart because it is all that leaves a store; nothing here opens anything, and only ids tell what is about what.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.said.hearing import believe
from appliance.said.kinds import Confirmed, Erase, Hold, Introduced, Said
from appliance.store.archive import Store
from appliance.store.durable import Durable, card_faults
from appliance.store.lanes import read_hints, read_numbering
from appliance.store.layout import is_id, op_name
from appliance.store.said import said_lines

WANTED: Final = "wanted.json"
DESK: Final = "desk"
AGENCY: Final = "agency"
"""The subject of ops that are for the office alone."""
Boxes = Callable[[str], Collection[str]]
"""The boxes to whom a word about a session or family goes."""


@dataclass(slots=True)
class Outbox:
    """Passes on each word and op once, and again after a restart only where it is missing."""

    store: Store
    durable: Durable
    _passed: set[Path] = field(default_factory=set)
    _everybody: frozenset[str] = frozenset()

    def to(self, everybody: Collection[str]) -> None:
        """The boxes that there are: a new one gets what was passed on before it came, too."""
        if frozenset(everybody) != self._everybody:
            self._everybody, self._passed = frozenset(everybody), set()

    def pass_words(self, desk: str, public: str, boxes: Boxes) -> None:
        """The statements of this desk's device into every outbox they concern. Raises CardFull, CardFailing."""
        folder = self.store.statements(desk, DESK)
        for path, line in said_lines(folder, lambda path: path not in self._passed):
            said = believe(line, (public,))
            concerned = set() if said is None else {box for each in subjects_of(said) for box in boxes(each)}
            for box in self._everybody if isinstance(said, Introduced) else concerned:
                put_if_new(self.store.outbox(box) / "statements" / desk / DESK / path.name, line, self.durable)
            self._passed.add(path)

    def pass_ops(self, desk: str, owner: Callable[[str], str | None]) -> None:
        """Its ops that are about a box's session, as far as the lane's hints tell. Raises CardFull, CardFailing."""
        folder = self.store.lane(desk, DESK)
        fresh = [n for n in read_numbering(folder).numbers if folder / op_name(n) not in self._passed]
        subjects = read_hints(folder) if fresh else {}
        for n in fresh:
            path, subject = folder / op_name(n), subjects.get(n, "")
            box = owner(subject) if is_id(subject) else None
            if box is not None:
                with card_faults():
                    content = path.read_bytes()
                put_if_new(self.store.outbox(box) / "lanes" / desk / DESK / path.name, content, self.durable)
            if box is not None or subject == AGENCY:
                self._passed.add(path)

    def want(self, box: str, wanted: Mapping[str, int]) -> None:
        """What this box must send again under a later attempt: what came is torn or was changed where it lies."""
        path = self.store.outbox(box) / WANTED
        if wanted or path.exists():
            line = json.dumps({"v": 1, "wanted": dict(sorted(wanted.items()))}, separators=(",", ":")).encode() + b"\n"
            put_if_new(path, line, self.durable)


def subjects_of(said: Said) -> tuple[str, ...]:
    """The sessions and families that a desk's word is about."""
    match said:
        case Confirmed() | Hold():
            return (said.session,)
        case Erase():
            return (*said.sessions, *said.families)
    return ()


def put_if_new(path: Path, content: bytes, durable: Durable) -> None:
    """Whole, unless it says that already."""
    with card_faults():
        if path.exists() and path.read_bytes() == content:
            return
    durable.make_folder(path.parent)
    durable.write_whole(path, content)
