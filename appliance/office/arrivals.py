"""The sessions of one box that have come, each brought as far as it can be now.

Apart from taking in one session because here it meets what is held already, and what was said of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import Clock
from appliance.office.archived import Archive
from appliance.office.drop import Drop, Parcel, remove
from appliance.office.intake import Commit, Intake, Parcels, Refused, Unready, examine
from appliance.office.receipts import Receipts
from appliance.office.register import Registered
from appliance.office.report import Report, Taken
from appliance.said.fates import Fates
from appliance.store.archive import Store
from appliance.store.durable import card_faults
from appliance.store.layout import ERASING, SUMS, segment_name
from appliance.store.sums import file_sha256, read_sums


@dataclass(frozen=True, slots=True)
class Arrivals:
    store: Store
    intake: Intake
    archive: Archive
    receipts: Receipts
    fates: Fates
    clock: Clock

    def take(self, device: Registered, drop: Drop, report: Report) -> dict[str, int]:
        """Everything that is committed is archived, answered for and gone from the drop, or told in the report.

        Gives what must be sent again, and the highest attempt that was of no use. Raises CardFull, CardFailing: what is
        done by then is done.
        """
        wanted: dict[str, int] = {}
        for session in drop.sessions():
            parcels = drop.of_session(session)
            try:
                self._one(device, session, parcels, report)
            except Unready as unready:
                report.waiting.setdefault(device.device, []).append(session)
                wanted |= {what: drop.attempt(what) for what in unready.wanted}
            except Refused as refused:
                report.find(device.device, f"drop/{device.device}/{session}", str(refused))
        return wanted

    def _one(self, device: Registered, session: str, parcels: Parcels, report: Report) -> None:
        fate = self.fates.of(session, device.device)
        if fate.order is not None and not fate.held:
            return  # it is destroyed, not taken in
        try:
            commit = self.intake.commit(session, parcels)
        except Unready:
            if not self._answered(session, device):
                raise
            remove(list(self._held_already(session, parcels)), self.intake.durable)
            return
        if self.store.session(session).exists():
            self._again(device, session, commit)
        else:
            self.intake.take(device, session, parcels, commit)
        archived = self.archive.one(session)
        if archived is None:
            raise Refused("can not be read again")
        for other in self.archive.of_number(device.device, archived.number) - {session}:
            report.find(device.device, f"sessions/{session}", f"has the same number as {other}")
        self.receipts.give(self.archive.held(archived), self.clock.utc_ms(), fate)
        remove([each for attempts in parcels.values() for each in attempts], self.intake.durable)
        report.taken.append(Taken(device.device, session, archived.number))

    def _again(self, device: Registered, session: str, commit: Commit) -> None:
        """It is held already. Answered for only when it is the same, and was verified where it lies. Raises Refused."""
        folder = self.store.session(session)
        if (folder / ERASING).exists():
            raise Refused("is being erased")
        with card_faults():
            same = file_sha256(folder / SUMS) == commit.sha256
        if not same:
            raise Refused("came a second time and is another; the first is kept")
        if not self._answered(session, device):
            examine(folder, device)

    def _answered(self, session: str, device: Registered) -> bool:
        newest = self.receipts.newest.get(session)
        return newest is not None and newest.box == device.device and self.archive.one(session) is not None

    def _held_already(self, session: str, parcels: Parcels) -> Iterator[Parcel]:
        """What is left of parcels whose removal was cut off, or comes once more: all that the archive has as well."""
        folder = self.store.session(session)
        with card_faults():
            listed = read_sums((folder / SUMS).read_bytes()) or {}
        for what, attempts in parcels.items():
            if what.kind == "film":
                held = all(segment_name(n) in listed for n in range(what.first, what.last + 1)) or what.last == 0
                yield from attempts if held else ()
            else:
                yield from (each for each in attempts if self._is(each, folder / what.file))

    def _is(self, parcel: Parcel, path: Path) -> bool:
        """Whether this is a file of the archive once more, or torn."""
        with card_faults():
            return file_sha256(path) == parcel.name.sha256 or self.intake.scales.torn(parcel)
