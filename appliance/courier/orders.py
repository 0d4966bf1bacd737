"""What follows from what the office said: sessions are receipted, purged, erased, or kept for playing on the box.

Apart from the courier's own work because all of it is the recorder's to do, and the recorder's to refuse.
"""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from appliance.clock import Clock
from appliance.courier.journal import Journal
from appliance.courier.marks import Marks
from appliance.courier.pickup import locals_in
from appliance.courier.recorder_end import RecorderEnd
from appliance.courier.shelf import Shelf
from appliance.courier.targets import read_targets
from appliance.errors import Forbidden
from appliance.said.hearing import believe
from appliance.said.kinds import Erase
from appliance.said.terms import purge_allowed
from appliance.said.trusted import Office, receipts_for
from appliance.store.layout import Home, is_device, is_writer
from appliance.store.said import said_lines


@dataclass(slots=True)
class Orders:
    """`box`: this device's id."""

    home: Home
    box: str
    shelf: Shelf
    journal: Journal
    marks: Marks
    recorder: RecorderEnd
    clock: Clock
    _read: set[Path] = field(default_factory=set)
    _waiting: dict[str, bytes] = field(default_factory=dict)

    def follow(self, office: Office) -> None:
        """Everything that may be asked of the recorder now. Raises CardFull, CardFailing."""
        self._obey(office)
        for facts in self.shelf.closed():
            self._session(facts.id, office)
        here = {facts.id for facts in self.shelf.closed()}
        for session in self.journal.known():
            gone = session not in here and not self.home.session(session).exists()
            if gone and self.journal.page(session).state not in ("purgeable", "purged"):
                self.journal.drop(session)  # erased

    def hand_locals(self, folder: Path) -> None:
        """Give the recorder each `local.age` of an outbox once; of what is erased here nothing stays, here neither."""
        for subject, told in locals_in(folder):
            if not self.home.session(subject).is_dir() and not self.home.family(subject).is_dir():
                (folder / "locals" / f"{subject}.age").unlink(missing_ok=True)
                continue
            sha256 = hashlib.sha256(told).hexdigest()
            if self.marks.locals_.get(subject) != sha256 and self.recorder.keep(subject, told, sha256):
                self.marks.handed(subject, sha256)

    def _session(self, session: str, office: Office) -> None:
        sums = self.shelf.sums_sha256(session)
        receipts = receipts_for(self.home, session, self.box, office)
        for receipt in receipts:
            if receipt.sums_sha256 == sums:
                self.journal.receipted(session, receipt.store)
        clock = self.clock
        try:
            purge_allowed(sums, receipts, office, held=False, utc_ms=clock.utc_ms(), utc_source=clock.utc_source())
        except Forbidden:
            stores = [target.store for target in read_targets(office.targets)]
            self.journal.settle(session, self.journal.page(session).least(stores))
            return
        self.journal.settle(session, "purgeable")
        if self.recorder.purge(session):
            self.journal.settle(session, "purged")

    def _obey(self, office: Office) -> None:
        """Hand on every order of a believed desk to erase, until the recorder says that none of it is left or held."""
        for folder in sorted((self.home.inbox / "statements").glob("*/*")):
            if is_device(folder.parent.name) and is_writer(folder.name):
                for path, line in said_lines(folder, lambda path: path not in self._read):
                    self._read.add(path)
                    said = believe(line, office.desks)
                    if isinstance(said, Erase):
                        self._waiting[said.id] = line
        for order, line in list(self._waiting.items()):
            if self.recorder.obey(line.decode()):
                del self._waiting[order]
