"""What an archive holds, told from first and last lines of logs and from who brought what.

Apart from the desk's reading because it opens nothing; a session's facts never change, so each is read once.
"""

from contextlib import suppress
from dataclasses import dataclass, field

from appliance.errors import CardFailing
from appliance.office.filing import FROM
from appliance.office.receipts import Held
from appliance.store.archive import Store
from appliance.store.durable import card_faults
from appliance.store.finder import SegmentFinder
from appliance.store.layout import ERASING, LOG, SUMS, is_device
from appliance.store.listing import family_folders, session_folders
from appliance.store.sums import file_sha256, read_sums


@dataclass(frozen=True, slots=True)
class Archived:
    """`end_ms`: UTC of the log's end, by `end_source`."""

    device: str
    session: str
    number: int
    end_ms: int
    end_source: str


@dataclass(slots=True)
class Archive:
    store: Store
    _known: dict[str, Archived] = field(default_factory=dict)

    def sessions(self) -> list[Archived]:
        """Those that are whole there; what is being erased, or has no beginning or end, is none. Raises CardFailing."""
        found = map(self.one, [folder.name for folder in session_folders(self.store.home)])
        return [each for each in found if each is not None]

    def one(self, session: str) -> Archived | None:
        folder = self.store.session(session)
        if not folder.is_dir() or (folder / ERASING).exists():
            self._known.pop(session, None)
            return None
        if session not in self._known and (facts := self._facts(session)) is not None:
            self._known[session] = facts
        return self._known.get(session)

    def of_number(self, device: str, number: int) -> set[str]:
        """Sessions that have this number; more than one is strange."""
        known = self._known.values()
        return {each.session for each in known if (each.device, each.number) == (device, number)}

    def families(self) -> dict[str, str]:
        """Family id -> the device that brought it, "" where that is not known."""
        found = {}
        for folder in family_folders(self.store.home):
            with suppress(OSError, UnicodeDecodeError):
                text = (folder / FROM).read_text(encoding="ascii").strip() if (folder / FROM).exists() else ""
                found[folder.name] = text if is_device(text) else ""
        return found

    def held(self, session: Archived) -> Held:
        """What a receipt says of it. Raises CardFailing."""
        folder = self.store.session(session.session)
        with card_faults():
            listed = read_sums((folder / SUMS).read_bytes()) or {}
            size = sum((folder / name).stat().st_size for name in listed)
            return Held(session.device, session.session, session.number, file_sha256(folder / SUMS), size)

    def _facts(self, session: str) -> Archived | None:
        finder = SegmentFinder(self.store.session(session) / LOG)
        with suppress(OSError, CardFailing):
            opened, end = finder.opened(), finder.end()
            device = "" if opened is None else str(opened.certificate.get("device"))
            if opened is not None and end is not None and is_device(device):
                return Archived(device, session, opened.number, end.utc_ms, end.utc_source)
        return None
