"""Reads the log of block writes that qemu's blklogwrites makes (the on-disk format of the kernel's dm-log-writes).

Apart because it is the one place that knows that format.
"""

import mmap
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MAGIC = 0x6A736677736872
HEAD = struct.Struct("<QQQI")  # magic, version, number of entries, sector size
ENTRY = struct.Struct("<QQQQ")  # sector, number of sectors, flags, length of a mark's text
FLUSH, FUA, DISCARD, MARK = 1, 2, 4, 8


@dataclass(frozen=True, slots=True)
class Entry:
    """One write to the disk, or a flush (which may carry a write). `data_at` is where its bytes stand in the log."""

    offset: int
    length: int
    flags: int
    data_at: int

    @property
    def flushes(self) -> bool:
        return bool(self.flags & FLUSH)

    @property
    def forced(self) -> bool:
        return bool(self.flags & FUA)

    @property
    def writes(self) -> bool:
        return self.length > 0 and not self.flags & (DISCARD | MARK)


class EntryCount:
    """How many entries a growing log holds; needs blklogwrites' `log-super-update-interval=1`."""

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def read(self) -> int:
        head = os.pread(self._fd, HEAD.size, 0)
        magic, _version, entries, _sector = HEAD.unpack(head)
        return int(entries) if magic == MAGIC else 0

    def close(self) -> None:
        os.close(self._fd)


class EntryLog:
    """All entries of a finished log, with their bytes."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.entries = tuple(self._parse())

    def _parse(self) -> Iterator[Entry]:
        magic, version, count, sector_size = HEAD.unpack_from(self._bytes)
        if (magic, version) != (MAGIC, 1):
            raise ValueError("not a log of block writes")
        at = sector_size
        for _ in range(count):
            sector, sectors, flags, _mark = ENTRY.unpack_from(self._bytes, at)
            length = sectors * sector_size
            yield Entry(sector * sector_size, length, flags, at + sector_size)
            at += sector_size + (0 if flags & DISCARD else length)

    def data(self, entry: Entry, start: int = 0, end: int | None = None) -> bytes:
        """Bytes `start` to `end` of what the entry wrote."""
        end = entry.length if end is None else min(end, entry.length)
        return self._bytes[entry.data_at + start : entry.data_at + end]

    def close(self) -> None:
        self._bytes.close()
