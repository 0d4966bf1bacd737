"""What lies in a box's drop: whole parcels, torn ones, and what is none (FORMAT 11).

Apart because it believes nothing: a box may make any file there, and whoever stole its credential too.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Final

from appliance.store.durable import Durable, card_faults
from appliance.store.layout import LOG, SUMS, SUMS_SIGNATURE
from appliance.store.parcels import ParcelName, What, read_name

FILM_BYTES: Final = 4 << 30
SMALL_BYTES: Final = 64 << 20
KEY_BYTES: Final = 64 << 10
SIGNATURE_BYTES: Final = 64
REMEMBERED: Final = 100_000


@dataclass(frozen=True, slots=True)
class Parcel:
    path: Path
    name: ParcelName


@dataclass(slots=True)
class Drop:
    """`parcels`: by what they hold, first attempts first. `strangers`: whatever is called otherwise."""

    parcels: dict[What, list[Parcel]] = field(default_factory=dict)
    strangers: list[Path] = field(default_factory=list)

    def of_kind(self, *kinds: str) -> dict[What, list[Parcel]]:
        """In the order of their names."""
        found = [what for what in self.parcels if what.kind in kinds]
        return {what: self.parcels[what] for what in sorted(found, key=lambda what: (what.of, what.first, what.text))}

    def attempt(self, what: str) -> int:
        """The highest at this parcel, 0 where none came."""
        return max(
            (each.name.attempt for of, some in self.parcels.items() for each in some if of.text == what), default=0
        )

    def sessions(self) -> list[str]:
        return sorted({what.of for what in self.parcels if what.kind in ("film", "file")})

    def of_session(self, session: str) -> dict[What, list[Parcel]]:
        return {what: each for what, each in self.of_kind("film", "file").items() if what.of == session}


def look(folder: Path) -> Drop:
    """Raises CardFailing."""
    found = Drop()
    with card_faults():
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
    for path in paths:
        name = read_name(path.name)
        if name is None:
            found.strangers.append(path)
        else:
            found.parcels.setdefault(name.what, []).append(Parcel(path, name))
    for parcels in found.parcels.values():
        parcels.sort(key=lambda parcel: parcel.name.attempt)
    return found


Mark = tuple[int, ...]
"""Of a file as it is now: it changes whenever its bytes do, but for a disk that fails."""


class Scales:
    """Tells whole parcels from torn ones by reading them; a torn one is read again only when it has changed."""

    def __init__(self) -> None:
        self._torn: dict[Path, Mark] = {}
        self._sound: dict[Path, Mark] = {}

    def whole(self, parcel: Parcel) -> bool:
        """Whether the bytes that the disk gives now are those that its name promises. Raises CardFailing."""
        with card_faults():
            return self._weigh(parcel)

    def torn(self, parcel: Parcel) -> bool:
        """The contrary, but without reading again what was whole and has not changed."""
        with card_faults():
            if parcel.path in self._sound and self._sound[parcel.path] == _mark(os.lstat(parcel.path)):
                return False
            return not self._weigh(parcel)

    def first_whole(self, parcels: list[Parcel]) -> Parcel | None:
        return next(filter(self.whole, parcels), None)

    def _weigh(self, parcel: Parcel) -> bool:
        try:
            with opened(parcel.path) as file:
                facts = os.fstat(file.fileno())
                if facts.st_size > most_bytes(parcel.name.what) or self._torn.get(parcel.path) == _mark(facts):
                    return False
                good = hashlib.file_digest(file, "sha256").hexdigest() == parcel.name.sha256
                self._remember(self._sound if good else self._torn, parcel.path, _mark(facts))
                return good
        except (FileNotFoundError, NotPlain):
            return False

    def _remember(self, marks: dict[Path, Mark], path: Path, mark: Mark) -> None:
        """Parcels come and go for years; what is forgotten is only weighed once more."""
        if len(marks) >= REMEMBERED:
            marks.clear()
        marks[path] = mark


def _mark(facts: os.stat_result) -> Mark:
    return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


class NotPlain(Exception):
    """A link, a folder, a pipe: nothing that is a parcel."""


@contextmanager
def opened(path: Path) -> Iterator[BufferedReader]:
    """A plain file, read from the disk and not from memory. Raises NotPlain, FileNotFoundError, OSError."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if path.is_symlink():
            raise NotPlain from None
        raise error from None
    with os.fdopen(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise NotPlain
        with suppress(OSError):
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        yield file


def most_bytes(what: What) -> int:
    """How long a parcel of this kind may be at most."""
    if what.kind == "film":
        return FILM_BYTES
    if what.file == SUMS_SIGNATURE:
        return SIGNATURE_BYTES
    return SMALL_BYTES if what.file in ("", LOG, SUMS) else KEY_BYTES


def remove(parcels: list[Parcel], durable: Durable) -> None:
    """Parcels that are taken in; durable on return."""
    for parcel in parcels:
        durable.remove(parcel.path)
    for folder in {parcel.path.parent for parcel in parcels}:
        durable.sync_folder(folder)
