"""Files what needs no whole session: ops, statements, families' keys. Nothing that is held is ever written over.

Apart from taking in sessions because each parcel of these is complete in itself.

1. Find a whole attempt; read it, and look at every file in it before the first is written.
2. Write what is not held yet, each file whole; sync the folder.
3. Remove all attempts at this parcel.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.errors import CardFailing, FileTampered
from appliance.office.drop import Drop, NotPlain, Parcel, Scales, opened, remove
from appliance.office.register import Registered
from appliance.office.report import Report
from appliance.office.tars import members
from appliance.sealing.statements import read_statement
from appliance.store.archive import Store
from appliance.store.durable import Durable, card_faults
from appliance.store.lanes import SUBJECTS, leave_hints, parse_hints, read_numbering
from appliance.store.layout import KEY, op_name, op_number, said_name, said_number, unfinished
from appliance.store.local import AGE_HEAD
from appliance.store.parcels import What

FROM: Final = "device"
"""In a family's folder: the id of the box that brought it, and a newline."""
UNDER_WAY_MS: Final = 3_600_000
_NUMBERS: Final = {"lane": op_number, "said": said_number}
_NAMES: Final = {"lane": op_name, "said": said_name}


@dataclass(frozen=True, slots=True)
class Filing:
    """`gone`: whether a family was erased: its key is not filed again."""

    store: Store
    scales: Scales
    durable: Durable
    gone: Callable[[str, str], bool]

    def file(self, device: Registered, drop: Drop, report: Report) -> dict[str, int]:
        """All that is whole. Raises CardFull or CardFailing; what is filed by then is filed.

        Gives what must be sent again, and the highest attempt that was of no use.
        """
        torn = {}
        for what, parcels in drop.of_kind("family", "said", "lane").items():
            parcel = self.scales.first_whole(parcels)
            if parcel is None:
                torn[what] = parcels
            elif self._filed(device, parcel, report):
                remove(parcels, self.durable)
        kept = [what for what, parcels in torn.items() if self._torn(device, what, parcels, report)]
        self._holes(device, report)
        return {what.text: drop.attempt(what.text) for what in kept if _long_since(torn[what], report.at)}

    def lacks_words(self, device: str, parcels: Mapping[What, list[Parcel]]) -> bool:
        """Whether something that this box said came torn, or is missing among what came."""
        said = [attempts for what, attempts in parcels.items() if what.kind == "said"]
        if any(all(map(self.scales.torn, attempts)) for attempts in said):
            return True
        folders = self.store.root / "statements" / device
        return folders.is_dir() and any(read_numbering(each, said_number).holes for each in folders.iterdir())

    def _filed(self, device: Registered, parcel: Parcel, report: Report) -> bool:
        what = parcel.name.what
        try:
            return self._family(device, parcel, report) if what.kind == "family" else self._run(device, parcel, report)
        except FileTampered as fault:
            report.find(device.device, _below(self.store, parcel.path), f"can not be filed: {fault.what}")
            return False

    def _run(self, device: Registered, parcel: Parcel, report: Report) -> bool:
        what = parcel.name.what
        folder, files = self._folder(device, what), _read(parcel)
        hints = parse_hints(files.pop(SUBJECTS, b""))
        if what.kind == "said":
            for name, content in files.items():
                _own(device, what.of, name, content)
        fresh = {name: content for name, content in files.items() if not _holds(folder / name, content)}
        changed = [name for name in fresh if (folder / name).exists()]
        for name in changed:
            report.find(device.device, _below(self.store, folder / name), "came a second time and is another")
        if fresh:
            self.durable.make_folder(folder)
            leave_hints(folder, {n: subject for n, subject in hints.items() if op_name(n) in fresh})
        self._write(folder, {name: content for name, content in fresh.items() if name not in changed})
        return not changed

    def _write(self, folder: Path, files: dict[str, bytes]) -> None:
        if not files:
            return
        self.durable.make_folder(folder)
        for name, content in files.items():
            self.durable.write_new(unfinished(folder / name), content)
        for name in files:
            self.durable.rename(unfinished(folder / name), folder / name)
        self.durable.sync_folder(folder)

    def _family(self, device: Registered, parcel: Parcel, report: Report) -> bool:
        family = parcel.name.what.of
        if self.gone(family, device.device):
            return False
        folder, content = self.store.family(family), _content(parcel)
        if not content.startswith(AGE_HEAD):
            raise FileTampered("it is not a sealed key.")
        if (folder / KEY).exists():
            if not _holds(folder / KEY, content):
                report.find(device.device, _below(self.store, folder / KEY), "came a second time and is another")
            return _holds(folder / KEY, content)
        self.durable.make_folder(folder)
        self.durable.write_whole(folder / FROM, f"{device.device}\n".encode())
        self.durable.write_whole(folder / KEY, content)
        return True

    def _torn(self, device: Registered, what: What, parcels: list[Parcel], report: Report) -> bool:
        """Superseded where all that it was to bring is held; else it is told, and left: then true."""
        if what.kind != "family" and self._holds_all(self._folder(device, what), what):
            remove(parcels, self.durable)
            return False
        report.find(device.device, _below(self.store, parcels[0].path), "is torn, or was changed where it lies")
        return True

    def _holds_all(self, folder: Path, what: What) -> bool:
        held = set(read_numbering(folder, _NUMBERS[what.kind]).numbers)
        return what.last - what.first < len(held) and held.issuperset(range(what.first, what.last + 1))

    def _holes(self, device: Registered, report: Report) -> None:
        for kind, place in (("lane", "lanes"), ("said", "statements")):
            folders = self.store.root / place / device.device
            for folder in sorted(folders.iterdir()) if folders.is_dir() else []:
                for hole in read_numbering(folder, _NUMBERS[kind]).holes:
                    name = _NAMES[kind](hole.start)
                    report.find(device.device, _below(self.store, folder / name), f"{_many(hole)} missing")

    def _folder(self, device: Registered, what: What) -> Path:
        place = self.store.lane if what.kind == "lane" else self.store.statements
        return place(device.device, what.of)


def _long_since(parcels: list[Parcel], now_ms: int) -> bool:
    """Whether none of these can be on its way still."""
    with card_faults():
        return all(now_ms - each.path.lstat().st_mtime_ns // 1_000_000 > UNDER_WAY_MS for each in parcels)


def _read(parcel: Parcel) -> dict[str, bytes]:
    with card_faults():
        try:
            with opened(parcel.path) as file:
                return dict(members(file, parcel.name.what))
        except NotPlain:
            raise CardFailing("A parcel went while it was read.") from None


def _content(parcel: Parcel) -> bytes:
    with card_faults():
        try:
            with opened(parcel.path) as file:
                return file.read()
        except NotPlain:
            raise CardFailing("A parcel went while it was read.") from None


def _own(device: Registered, writer: str, name: str, content: bytes) -> None:
    """Raises FileTampered unless this statement is this writer's, of this device as it is registered."""
    told = read_statement(content)
    if (told["device"], told["writer"]) != (device.device, writer):
        raise FileTampered(f"{name} in it is another writer's.")
    if told["certificate"]["device_public"] != device.device_public:
        raise FileTampered(f"{name} in it is of a device with another key.")


def _holds(path: Path, content: bytes) -> bool:
    with card_faults():
        return path.exists() and path.read_bytes() == content


def _many(hole: range) -> str:
    return "is" if len(hole) == 1 else f"and {len(hole) - 1} after it are"


def _below(store: Store, path: Path) -> str:
    return path.relative_to(store.root).as_posix()
