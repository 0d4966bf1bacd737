"""A Mover between folders of this machine: an office's USB stick, a disk in the same box, the bench.

Apart from rclone because what it says was written is on the disk: rclone never syncs, and a stick is pulled out.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from appliance.courier.mover import Abandoned, Watch
from appliance.errors import OfficeUnreachable

PIECE_BYTES: Final = 1 << 20
UNCHANGING: Final = frozenset({"lanes", "statements"})
OUTBOX: Final = UNCHANGING | {"receipts", "locals", "wanted.json"}
MOST_FILE_BYTES: Final = 16 << 20
MOST_FETCH_BYTES: Final = 512 << 20
"""As of a far outbox: what a stick holds must not fill the RAM disk either."""
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class FolderMover:
    """A Mover whose remotes are folders. A drop must be there: made here, it would lie where a disk was pulled out."""

    def put(self, source: Path, remote: str, name: str, watch: Watch) -> None:
        with _lost():
            folder = Path(remote)
            with source.open("rb") as file, os.fdopen(os.open(folder / name, _NEW, 0o600), "wb") as copy:
                moved = 0
                while piece := file.read(PIECE_BYTES):
                    _ask(watch, moved)
                    copy.write(piece)
                    moved += len(piece)
                copy.flush()
                os.fsync(copy.fileno())
            _sync_folder(folder)
            watch(moved)

    def fetch(self, remote: str, folder: Path, held: Path, watch: Watch) -> None:
        outbox, moved = Path(remote), 0
        with _lost():
            for path in sorted(outbox.rglob("*")):
                place = path.relative_to(outbox)
                if place.parts[0] not in OUTBOX or not _may_come(path) or _have(path, place, folder, held):
                    continue
                _ask(watch, moved)
                moved += path.stat().st_size
                if moved > MOST_FETCH_BYTES:
                    raise OfficeUnreachable("The office's disk holds more for this box than there can be.")
                (folder / place).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, part := (folder / place).with_name(path.name + ".part"))
                part.rename(folder / place)  # a torn op would be filed, and never written over

    def close(self) -> None:
        """Nothing was started."""


def _may_come(path: Path) -> bool:
    return not path.is_symlink() and path.is_file() and path.stat().st_size <= MOST_FILE_BYTES


def _have(path: Path, place: Path, folder: Path, held: Path) -> bool:
    size, changed_ns = path.stat().st_size, path.stat().st_mtime_ns
    if place.parts[0] in UNCHANGING:
        with suppress(OSError):
            return (held / place).stat().st_size == size
    with suppress(OSError):
        copy = (folder / place).stat()
        return (copy.st_size, copy.st_mtime_ns) == (size, changed_ns)
    return False


def _ask(watch: Watch, moved: int) -> None:
    if not watch(moved):
        raise Abandoned


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def _lost() -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        raise OfficeUnreachable("The disk for the office did not take or give a file.") from failure
