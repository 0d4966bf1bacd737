"""Files what was fetched from a store's outbox: receipts, statements, lanes (FORMAT 12).

Apart from fetching because whatever an outbox holds may be wrong, and only what is well formed, and by whom this box
believes, gets a place on the card.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.courier.mover import Abandoned
from appliance.said.hearing import believe, hear_file
from appliance.said.kinds import Receipt
from appliance.said.trusted import Office
from appliance.store.durable import Durable
from appliance.store.layout import Home, is_device, is_id, is_writer, op_number, said_number

log: Final = logging.getLogger(__name__)
AGE_HEAD: Final = b"age-encryption.org/v1\n"
LINE_BYTES: Final = 1 << 20
OP_BYTES: Final = 4 << 20
LOCAL_BYTES: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Pickup:
    """`box`: this device's id."""

    home: Home
    box: str
    durable: Durable

    def file(self, folder: Path, store: str, office: Office, go_on: Callable[[], bool]) -> int:
        """How many new files there are; each is durable. Raises Abandoned, CardFull, CardFailing."""
        new = 0
        for path in _files(folder / "receipts"):
            new += self._receipt(path, store, office)
        for kind, take in (("statements", self._statement), ("lanes", self._op)):
            for path in _files(folder / kind):
                if not go_on():
                    raise Abandoned
                new += take(path, path.relative_to(folder), office)
                path.unlink(missing_ok=True)  # what was filed is not fetched again
        return new

    def _receipt(self, path: Path, store: str, office: Office) -> bool:
        """One that is newer than what is here, for a session of this box, by this store."""
        public = office.stores.get(store)
        session, told = path.name.removesuffix(f".{store}.json"), _read(path, LINE_BYTES)
        if public is None or not is_id(session) or told is None:
            return False
        said, place = believe(told, (public,)), self.home.receipts / path.name
        if not isinstance(said, Receipt) or (said.session, said.store, said.box) != (session, store, self.box):
            log.warning("a receipt in the outbox is not believed")
            return False
        held = hear_file(place, (public,))
        if isinstance(held, Receipt) and held.place >= said.place:
            return False
        return self._write(place, told)

    def _statement(self, path: Path, place: Path, office: Office) -> bool:
        """One that lies where its own writer's do: another's genuine word would take the place of one yet to come."""
        told = _read(path, LINE_BYTES)
        said = None if told is None or said_number(place.name) is None else believe(told, office.desks)
        if told is None or said is None or place.parts[1:-1] != (said.device, said.writer):
            log.warning("a statement in the outbox is not believed")
            return False
        return self._write_once(self.home.inbox / place, told)

    def _op(self, path: Path, place: Path, _office: Office) -> bool:
        """A sealed op of another device; whether it is genuine is seen by whoever can open it."""
        told = _read(path, OP_BYTES)
        fits = _is_of_a_writer(place) and op_number(place.name) is not None and place.parts[1] != self.box
        if told is None or not fits or not told.startswith(AGE_HEAD):
            return False
        return self._write_once(self.home.inbox / place, told)

    def _write_once(self, path: Path, told: bytes) -> bool:
        """What is filed is never written over, whatever the office says later."""
        if path.exists():
            if path.read_bytes() != told:
                log.warning("the office sent another %s/%s than before", path.parent.name, path.name)
            return False
        return self._write(path, told)

    def _write(self, path: Path, told: bytes) -> bool:
        self.durable.make_folder(path.parent)
        self.durable.write_whole(path, told)
        return True


def locals_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """(subject, bytes) of every `locals/<subject>.age` that looks like one."""
    for path in _files(folder / "locals"):
        told = _read(path, LOCAL_BYTES)
        if is_id(path.stem) and path.suffix == ".age" and told is not None and told.startswith(AGE_HEAD):
            yield path.stem, told


def _is_of_a_writer(place: Path) -> bool:
    """`<kind>/<device>/<writer>/<file>`."""
    return len(place.parts) == 4 and is_device(place.parts[1]) and is_writer(place.parts[2])


def _files(folder: Path) -> list[Path]:
    found = folder.rglob("*") if folder.is_dir() else ()
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


def _read(path: Path, most: int) -> bytes | None:
    with path.open("rb") as file:
        told = file.read(most + 1)
    return told if len(told) <= most else None
