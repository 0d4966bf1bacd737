"""The closed sessions of the box, as the courier looks at them again and again.

Apart because a closed session never changes: it is read once, and on a full box reading them all takes seconds.
"""

from dataclasses import dataclass, field
from pathlib import Path

from appliance.courier import loads
from appliance.courier.loads import Load
from appliance.store.layout import ERASING, KEY, SUMS, SUMS_SIGNATURE, Home
from appliance.store.listing import SessionFacts, session_facts, session_folders
from appliance.store.sums import file_sha256


@dataclass(slots=True)
class Shelf:
    home: Home
    _facts: dict[str, SessionFacts] = field(default_factory=dict)
    _bytes: dict[str, int] = field(default_factory=dict)
    _sums: dict[str, str] = field(default_factory=dict)

    def closed(self) -> list[SessionFacts]:
        """In the order in which they were recorded; without those that are being erased, or that nobody could open."""
        here = {folder.name: folder for folder in session_folders(self.home) if _is_closed(folder)}
        for gone in self._facts.keys() - here.keys():
            for cache in (self._facts, self._bytes, self._sums):
                cache.pop(gone, None)
        for session in here.keys() - self._facts.keys():
            self._facts[session] = session_facts(here[session])
        return sorted(self._facts.values(), key=lambda facts: (facts.number, facts.id))

    def bytes(self, session: str) -> int:
        """Of all its parcels; 0 once it is gone."""
        if session not in self._bytes:
            self._bytes[session] = sum(load.bytes for load in parcels(self.home.session(session)))
        return self._bytes[session]

    def sums_sha256(self, session: str) -> str:
        """Of its SHA256SUMS; empty once it is gone."""
        if session not in self._sums:
            path = self.home.session(session) / SUMS
            self._sums[session] = file_sha256(path) if path.exists() else ""
        return self._sums[session]


def parcels(folder: Path) -> list[Load]:
    """All of a session, in order; none where it is gone."""
    try:
        return [*loads.footage(folder), *loads.commit(folder)]
    except FileNotFoundError:
        return []


def _is_closed(folder: Path) -> bool:
    return (folder / SUMS_SIGNATURE).exists() and (folder / KEY).exists() and not (folder / ERASING).exists()
