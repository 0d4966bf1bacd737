"""Every change that the store makes on a disk: what has returned is still there after a power cut.

Apart so that the order of writes and syncs can be read in one place, and so that tests can stop it before any step.

To write a whole file (`write_whole`):

1. write all of it under its name + `.tmp` and sync it;
2. rename it to its name;
3. sync the folder.

A reader sees the old file or the new one, never a part. Where one of these fails, the unfinished file is removed.

What is new is its owner's alone, and its group's as far as its folder is: on a box the recorder, the web and the
courier are different users, and the installation grants each what it must read, folder by folder (`tmpfiles.d`).
"""

import errno
import fcntl
import os
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Literal, get_args

from appliance.errors import CardFailing, CardFull, Forbidden
from appliance.store.layout import unfinished

SyncKind = Literal["segment", "log", "folder", "file"]
"""What is being made durable: a segment's bytes, a line of the log, names in a folder, any other file's bytes."""

BENCH_VARIABLE: Final = "FIELDREEL_BENCH_SKIP_SYNC"
_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_NEW_FILE: Final = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW
_OLD_FILE: Final = os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK  # a pipe would wait for its reader


@contextmanager
def card_faults() -> Iterator[None]:
    """Turns what the disk refuses into CardFull or CardFailing."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise CardFull("There is no room left on the card.") from error
        raise CardFailing(
            f"The card refused to write or read ({errno.errorcode.get(error.errno or 0, 'unknown')})."
        ) from error


class Syncs:
    """Makes what was written durable, and counts how often by kind.

    `without` leaves kinds out: only for the power cut bench, which must see its losses when one is missing.
    """

    def __init__(self, without: Collection[SyncKind] = ()) -> None:
        self.without: Final = frozenset(without)
        self.counts: Counter[SyncKind] = Counter()

    @classmethod
    def for_bench(cls, environ: Mapping[str, str]) -> "Syncs":
        """All syncs but those named in FIELDREEL_BENCH_SKIP_SYNC (comma-separated); only a bench assembly calls this.

        Raises ValueError for a name that is no kind of sync, for a control that skips nothing would prove nothing.
        """
        names = [name for name in environ.get(BENCH_VARIABLE, "").split(",") if name]
        kinds: list[SyncKind] = [kind for kind in get_args(SyncKind) if kind in names]
        if len(kinds) != len(names):
            raise ValueError(f"{BENCH_VARIABLE} takes {', '.join(get_args(SyncKind))}")
        return cls(kinds)

    def sync(self, fd: int, kind: SyncKind) -> None:
        if kind in self.without:
            return
        if kind in ("segment", "log"):
            os.fdatasync(fd)
        else:
            os.fsync(fd)
        self.counts[kind] += 1


class Durable:
    """The steps of durable writing. Raises CardFull where there is no room, else CardFailing.

    After CardFull a step has left nothing half done; after CardFailing nobody knows, and recovery sorts it out.
    """

    def __init__(self, syncs: Syncs | None = None) -> None:
        self.syncs: Final = syncs or Syncs()

    def write_new(self, path: Path, data: bytes, kind: SyncKind = "file") -> None:
        """Write and sync a file under an unfinished name; it is removed if that fails."""
        try:
            with card_faults(), _opened(path, _NEW_FILE) as fd:
                _write_all(fd, data)
                self.syncs.sync(fd, kind)
        except (CardFull, CardFailing):
            with suppress(OSError):
                path.unlink()
            raise

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        """Let `data` follow the first `offset` bytes of a file, in place of whatever stands there, and sync it.

        Serves appending, and takes back what an append that failed or was cut off has left. If the process ends in
        the middle, the file is `offset` good bytes with all, a part or none of `data` and then a rest.
        """
        with card_faults(), _opened(path, _OLD_FILE) as fd:
            try:
                os.lseek(fd, offset, os.SEEK_SET)
                _write_all(fd, data)
                os.ftruncate(fd, offset + len(data))
                self.syncs.sync(fd, "log")
            except OSError:
                os.ftruncate(fd, offset)
                raise

    def rename(self, source: Path, target: Path) -> None:
        with card_faults():
            source.rename(target)

    def remove(self, path: Path) -> None:
        """Unlink; a file that is not there is no fault."""
        with card_faults():
            path.unlink(missing_ok=True)

    def overwrite(self, path: Path) -> None:
        """Zeros over a file's bytes, in place. Best effort: flash memory may keep the old ones elsewhere."""
        with suppress(OSError), _opened(path, _OLD_FILE) as fd:
            _write_all(fd, bytes(os.fstat(fd).st_size))
            self.syncs.sync(fd, "file")

    def make_folder(self, path: Path) -> None:
        """The folder and those above it, each made durable in its parent; one that stands there is no fault."""
        if path.is_dir():
            return
        self.make_folder(path.parent)
        with card_faults():
            path.mkdir(mode=0o700 | _group_of(path.parent), exist_ok=True)
        self.sync_folder(path.parent)

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder; one that is not there is no fault."""
        with card_faults(), suppress(FileNotFoundError):
            path.rmdir()

    def sync_folder(self, path: Path) -> None:
        with card_faults(), _opened(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC) as fd:
            self.syncs.sync(fd, "folder")

    def write_whole(self, path: Path, data: bytes) -> None:
        """A whole file, whole or absent at any time; durable on return."""
        self.write_new(unfinished(path), data)
        self.rename(unfinished(path), path)
        self.sync_folder(path.parent)

    def lock(self, folder: Path) -> "FolderLock":
        """Hold a session folder alone, until `release` or the end of the process. Raises Forbidden if it is held."""
        return FolderLock(folder)


class FolderLock:
    """An flock on a folder: says to every process that its session is being written now."""

    def __init__(self, folder: Path) -> None:
        self._fd = -1
        with card_faults():
            self._fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            raise Forbidden("This session is being recorded.", "Stop the recording first.") from error

    def release(self) -> None:
        """Let go; may be called more than once."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def __del__(self) -> None:
        self.release()

    def __enter__(self) -> "FolderLock":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.release()


def write_whole(path: Path, data: bytes) -> None:
    """`Durable.write_whole` with every sync: for the few files outside sessions and lanes."""
    Durable().write_whole(path, data)


def sync(fd: int) -> None:
    """fsync; raises CardFull or CardFailing."""
    with card_faults():
        os.fsync(fd)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    fd = os.open(path, flags, new_file_mode(path.parent))
    try:
        yield fd
    finally:
        os.close(fd)


def new_file_mode(folder: Path) -> int:
    """0600, and for the group what the folder grants it: who may read what is decided where folders are made."""
    return 0o600 | _group_of(folder) & 0o060


def _group_of(folder: Path) -> int:
    """What the group may do in a folder, as bits of a mode; nothing where the folder cannot be asked."""
    try:
        return folder.stat().st_mode & 0o070
    except OSError:
        return 0


def _write_all(fd: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]
