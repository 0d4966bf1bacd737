"""One round of taking in: everything that came, what must go, what must be answered (DESIGN.md, "Taking in").

Apart from its steps so that their order can be read on one page. It holds no key but the store's own signing key.

1. Finish erasures that were begun.
2. Of each known device: file families' keys, statements and ops.
3. Hear everybody who is believed; do every erasure that is due.
4. Take in each session that is committed; answer for it; remove its parcels.
5. Do what is due of those; bring answers up to date; pass on what the desk said.
6. Look for gaps; write `ingest.json`.

Every step finds itself done when it is run again. One round at a time works on a store, by a lock.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from appliance.clock import Clock
from appliance.errors import CardFailing, CardFull, Forbidden
from appliance.office.archived import Archive
from appliance.office.arrivals import Arrivals
from appliance.office.drop import Scales, look
from appliance.office.due import Due, Held
from appliance.office.erasing import Erasing
from appliance.office.facts import INGEST, Facts, read_facts
from appliance.office.filing import Filing
from appliance.office.hearsay import Hearsay
from appliance.office.intake import STAGING, Intake
from appliance.office.numbers import gaps
from appliance.office.outbox import Outbox
from appliance.office.receipts import Receipts
from appliance.office.register import Registered, read_register
from appliance.office.report import REPORT, Report
from appliance.office.rubbish import Rubbish
from appliance.said.voice import Voice
from appliance.sealing.signing import WriterKey
from appliance.store.archive import Store
from appliance.store.durable import Durable, FolderLock, card_faults
from appliance.store.layout import is_device
from appliance.store.parcels import What


class Ingest:
    """Made once for a store; `round` may be run any number of times, here and by others."""

    def __init__(self, store: Store, clock: Clock, durable: Durable | None = None) -> None:
        """Raises BadInput for what is no store."""
        self.store, self._clock, self._durable = store, clock, durable or Durable()
        self._facts: Final[Facts] = read_facts(store)
        self._signer = WriterKey.load(store.home.device, INGEST)
        self._device = str(self._signer.certificate["device"])
        self.public: Final = str(self._signer.certificate["device_public"])
        self._scales, self._archive, self._outbox = Scales(), Archive(store), Outbox(store, self._durable)
        self._hearsay = Hearsay(store, self._facts, self.public, self._durable)
        self._voice: Voice | None = None

    def round(self) -> Report:
        """Raises Forbidden where another round is running, BadInput for a spoiled register, CardFull, CardFailing."""
        with _at_the_office():
            self._durable.make_folder(self.store.root / STAGING)
            with self._alone():
                self._speak()
                return self._round(Report(self._clock.utc_ms()), read_register(self.store))

    def _alone(self) -> FolderLock:
        try:
            return self._durable.lock(self.store.root / STAGING)
        except Forbidden:
            raise Forbidden("Something is being taken into this store now.", "Wait until that is done.") from None

    def _speak(self) -> None:
        """What another process said since, this one must know before it says more."""
        if self._voice is None or self._voice.behind:
            folder = self.store.statements(self._device, INGEST)
            self._voice = Voice(folder, self._signer, self._clock, self._durable)
            self._receipts = Receipts(
                self.store, self._facts.store, self._facts.policy.box_days, self._voice, self._durable
            )
            copies = tuple(map(Path, self._facts.copies))
            self._erasing = Erasing(self.store, self._voice, self._durable, copies)

    def _round(self, report: Report, register: Mapping[str, Registered]) -> Report:
        """Steps 1 to 6."""
        report.erased += self._erasing.carry_out()
        known = self._known(register, report)
        self._hearsay.hear(register)
        wanted = {device.device: self._file(device, report) for device in known}
        self._hearsay.hear(register)
        self._let_go(known, register, report)
        for device in known:
            self._outbox.want(device.device, wanted[device.device] | self._take(device, report))
        self._let_go(known, register, report)
        self._answer(known, register)
        self._say_what_is_missing(register, report)
        for copy in self._erasing.away():
            report.find("", copy.name, "is not there: keys of what was erased may lie in that copy")
        self._durable.write_whole(self.store.root / REPORT, report.line())
        return report

    def _known(self, register: Mapping[str, Registered], report: Report) -> list[Registered]:
        """Whose footage is taken in; what lies in the drop of others is told, and left as it is."""
        place = self.store.root / "drop"
        with card_faults():
            for path in sorted(place.iterdir()) if place.is_dir() else []:
                if not path.is_dir() or path.is_symlink() or not is_device(path.name):
                    report.find("", f"drop/{path.name}", "does not belong here")
                elif path.name not in register and any(path.iterdir()):
                    report.find(path.name, f"drop/{path.name}", "is of no device in the register: left as it is")
                elif path.name in register and register[path.name].lost is not None and any(path.iterdir()):
                    report.find(path.name, f"drop/{path.name}", "is of a device that was lost: left as it is")
        return [each for each in register.values() if each.lost is None and not self._drop(each).is_symlink()]

    def _drop(self, device: Registered) -> Path:
        return self.store.drop(device.device)

    def _file(self, device: Registered, report: Report) -> dict[str, int]:
        Rubbish(self.store, self._scales, self._durable).clear(device, look(self._drop(device)), report)
        return self._filing().file(device, look(self._drop(device)), report)

    def _filing(self) -> Filing:
        return Filing(self.store, self._scales, self._durable, self._gone)

    def _gone(self, subject: str, box: str) -> bool:
        fate = self._hearsay.fates.of(subject, box)
        return fate.order is not None and not fate.held

    def _take(self, device: Registered, report: Report) -> dict[str, int]:
        intake = Intake(self.store, self._scales, self._durable)
        fates = self._hearsay.fates
        arrivals = Arrivals(self.store, intake, self._archive, self._receipts, fates, self._clock)
        return arrivals.take(device, look(self._drop(device)), report)

    def _let_go(self, known: Sequence[Registered], register: Mapping[str, Registered], report: Report) -> None:
        due = Due(self._facts.policy, self._device, self._hearsay.fates, self._receipts.first)
        held = self._held(known)
        for going in due.going(held, self._clock.utc_ms()):
            self._erasing.begin(going.subject, going.why, going.order, family=going.family)
        report.erased += self._erasing.carry_out()
        report.asked = due.asked(held)
        self._hearsay.hear(register)

    def _held(self, known: Sequence[Registered]) -> Held:
        sessions, families = self._archive.sessions(), self._archive.families()
        archived = {each.session for each in sessions} | families.keys()
        loose = {subject: self._owner(subject, families) for subject in self._erasing.present() - archived}
        drops = {device.device: look(self._drop(device)).parcels for device in known}
        brought = {what.of for parcels in drops.values() for what in parcels if what.kind == "family"}
        unheard = {device for device, parcels in drops.items() if self._filing().lacks_words(device, parcels)}
        return Held(sessions, families, _claimed(loose, drops), frozenset(brought), frozenset(unheard))

    def _owner(self, subject: str, families: Mapping[str, str]) -> str | None:
        """The box whose session or family this is, as far as this store ever knew."""
        archived, receipt = self._archive.one(subject), self._receipts.newest.get(subject)
        if archived is not None:
            return archived.device
        return receipt.box if receipt is not None else families.get(subject) or None

    def _answer(self, known: Sequence[Registered], register: Mapping[str, Registered]) -> None:
        now_ms = self._clock.utc_ms()
        for session in self._archive.sessions():
            self._receipts.settle(session.session, now_ms, self._hearsay.fates.of(session.session, session.device))
        everybody, families = [each.device for each in known], self._archive.families()

        def owner(subject: str) -> str | None:
            return self._owner(subject, families)

        def boxes(subject: str) -> Collection[str]:
            box = owner(subject)
            return everybody if box is None else {box} & register.keys()

        self._outbox.to(everybody)
        self._outbox.pass_words(self._device, self.public, boxes)
        self._outbox.pass_ops(self._device, owner)

    def _say_what_is_missing(self, register: Mapping[str, Registered], report: Report) -> None:
        numbers: dict[str, set[int]] = {device: set(self._hearsay.numbers.get(device, ())) for device in register}
        for archived in self._archive.sessions():
            numbers.setdefault(archived.device, set()).add(archived.number)
        for receipt in self._receipts.newest.values():
            numbers.setdefault(receipt.box, set()).add(receipt.number)
        report.gaps = {device: missing for device, known in sorted(numbers.items()) if (missing := gaps(known))}
        for device, purged in sorted(self._hearsay.purged.items()):
            for session in sorted(purged.keys() - self._receipts.newest.keys()):
                if self._archive.one(session) is None:
                    report.find(device, f"sessions/{session}", "was purged from its box and is not in this store")


@contextmanager
def _at_the_office() -> Iterator[None]:
    """What a disk refuses, in words for whoever looks after a store and not a box."""
    do = "Nothing is lost: boxes keep what has no receipt, and parcels stay where they are."
    try:
        yield
    except CardFull:
        raise CardFull("There is no room left on the disk of this store.", f"{do} Make room there.") from None
    except CardFailing as fault:
        raise CardFailing(fault.what.replace("The card", "The disk of this store"), f"{do} See to the disk.") from None


def _claimed(loose: Mapping[str, str | None], drops: Mapping[str, Collection[What]]) -> dict[str, str]:
    """The box that each is of: its owner, else the only one that brought any of it, else "": nobody knows."""
    brought: dict[str, set[str]] = {}
    for device, parcels in drops.items():
        for what in parcels:
            brought.setdefault(what.of, set()).add(device)
    claims = {subject: {owner} if owner else brought.get(subject, set()) for subject, owner in loose.items()}
    return {subject: next(iter(boxes)) if len(boxes) == 1 else "" for subject, boxes in claims.items()}
