"""Everything that was said to this store, by its boxes and its desks, and what follows from it (FORMAT 10).

Apart because it decides who is believed: each registered device about its own sessions, and the desks of this office.
"""

from collections.abc import Mapping
from pathlib import Path

from appliance.office.facts import DESK, INGEST, Facts
from appliance.office.outbox import put_if_new
from appliance.office.register import Registered
from appliance.said.fates import BOX_WRITERS, Fates
from appliance.said.hearing import Hearing, believe
from appliance.said.kinds import Erased, Purged, Said
from appliance.sealing.certificates import device_of_public
from appliance.store.archive import Store
from appliance.store.durable import Durable, card_faults
from appliance.store.lanes import leave_hints, read_hints, read_numbering
from appliance.store.layout import op_name
from appliance.store.said import said_lines


class Hearsay:
    """`numbers`: by device, of sessions that it erased. `purged`: by device, its purged sessions and their numbers."""

    def __init__(self, store: Store, facts: Facts, public: str, durable: Durable) -> None:
        self._store, self._durable = store, durable
        self._desks = {str(device_of_public(each)): each for each in (public, *(b.public for b in facts.beside))}
        self._own = str(device_of_public(public))
        self._beside = [(str(device_of_public(b.public)), b.public, b.path) for b in facts.beside if b.path is not None]
        self._hearing, self._fetched = Hearing(), set[Path]()
        self.fates = Fates(self._desks)
        self.numbers: dict[str, set[int]] = {}
        self.purged: dict[str, dict[str, int]] = {}

    def hear(self, register: Mapping[str, Registered]) -> None:
        """What is new since the last time. Raises CardFull, CardFailing."""
        self._fetch()
        for device, public in self._desks.items():
            for writer in (DESK, INGEST) if device == self._own else (DESK,):
                self._add(self._hearing.hear(self._store.statements(device, writer), (public,)))
        for device, entry in register.items():
            for writer in sorted(BOX_WRITERS):
                said = self._hearing.hear(self._store.statements(device, writer), (entry.device_public,))
                self._add([each for each in said if each.device == device])

    def _add(self, said: list[Said]) -> None:
        self.fates.add(said)
        for each in said:
            if isinstance(each, Erased) and each.device not in self._desks:
                self.numbers.setdefault(each.device, set()).update(each.numbers)
            elif isinstance(each, Purged):
                self.purged.setdefault(each.device, {})[each.session] = each.number

    def _fetch(self) -> None:
        """What the desks of other stores beside this one said and wrote is filed here, too: it may be read alone."""
        for device, public, path in self._beside:
            folder = Store(Path(path)).statements(device, DESK)
            for file, line in said_lines(folder, lambda file: file not in self._fetched):
                if believe(line, (public,)) is not None:
                    put_if_new(self._store.statements(device, DESK) / file.name, line, self._durable)
                self._fetched.add(file)
            self._fetch_ops(Store(Path(path)).lane(device, DESK), self._store.lane(device, DESK))

    def _fetch_ops(self, there: Path, here: Path) -> None:
        """That desk's ops as they are, sealed, with the hints of what they are about."""
        fresh = sorted(set(read_numbering(there).numbers) - set(read_numbering(here).numbers))
        if not fresh:
            return
        self._durable.make_folder(here)
        hints = read_hints(there)
        leave_hints(here, {n: hints[n] for n in fresh if n in hints})
        for n in fresh:
            with card_faults():
                content = (there / op_name(n)).read_bytes()
            put_if_new(here / op_name(n), content, self._durable)
