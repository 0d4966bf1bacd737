"""Rebuilds the disk as a power cut left it, again and again, and mounts it.

Apart from recording the log because it needs nothing of it but the finished log: no daemon, no clock.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from random import Random

from tests.lab import mounts
from tests.lab.block_entries import Entry, EntryLog

PAGE = 4096
"""A write that the cut hit is torn at pages, the least that flash memory and today's disks write at once."""


class CutDisk:
    """One image that grows from cut to cut; `mounted_at` must be asked for growing log lengths.

    What a cut leaves when the log was `length` entries long: all writes before the last completed flush, and of the
    later ones what `survivors` says. The first `at_rest` entries are old and whole.
    """

    def __init__(self, folder: Path, size_bytes: int, *, at_rest: int) -> None:
        self._log = EntryLog(folder / "log.img")
        flushes = (i if entry.flushes else 0 for i, entry in enumerate(self._log.entries))
        self._safe_at = list(accumulate(flushes, max, initial=at_rest))
        self._settled, self._cut, self._point = folder / "settled.img", folder / "cut.img", folder / "cut"
        for image in (self._settled, self._cut):
            image.touch()
            os.truncate(image, size_bytes)
        self._size_bytes, self._done = size_bytes, 0
        self._point.mkdir()
        self._loop = mounts.attach_loop(self._cut)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self._log.entries

    @contextmanager
    def mounted_at(self, length: int, chance: Random) -> Iterator[tuple[Path | None, str]]:
        """The folder of the cut disk, journal replayed; or None and why it does not mount."""
        safe = self._safe_at[length]
        self._settle(safe)
        self._lay_out()
        with self._cut.open("rb+") as image:
            for piece in survivors(self._log.entries, safe, length, chance):
                self._write(image.fileno(), *piece)
        mounts.forget_cached_blocks(self._loop)
        try:
            mounts.mount(self._loop, self._point)
        except OSError as refused:
            yield None, f"the file system does not mount: {refused.strerror}"
            return
        try:
            yield self._point, ""
        finally:
            mounts.unmount(self._point)

    def close(self) -> None:
        mounts.detach_loop(self._loop)
        self._log.close()

    def _settle(self, safe: int) -> None:
        """Write everything up to the flush that makes it safe; lengths only grow, so each entry once."""
        if safe < self._done:
            raise ValueError("cuts must be taken in the order of the log")
        with self._settled.open("rb+") as image:
            for entry in self._log.entries[self._done : safe]:
                self._write(image.fileno(), entry, 0, entry.length)
        self._done = safe

    def _lay_out(self) -> None:
        """A sparse copy of what is safe."""
        os.truncate(self._cut, 0)
        os.truncate(self._cut, self._size_bytes)
        with self._settled.open("rb") as source, self._cut.open("rb+") as target:
            for start, end in data_extents(source.fileno(), self._size_bytes):
                os.lseek(target.fileno(), start, os.SEEK_SET)
                at = start
                while at < end:
                    at += os.sendfile(target.fileno(), source.fileno(), at, end - at)

    def _write(self, fd: int, entry: Entry, start: int, end: int) -> None:
        if entry.writes:
            os.pwrite(fd, self._log.data(entry, start, end), entry.offset + start)


def survivors(entries: Sequence[Entry], safe: int, length: int, chance: Random) -> Iterator[tuple[Entry, int, int]]:
    """What a volatile cache leaves of the writes from `safe` on, as (entry, from byte, to byte).

    Of each of the first `length` entries, and of the one that was just being written, all, nothing or some pages; a
    forced write (FUA) that was completed is whole.
    """
    for index, entry in enumerate(entries[safe : length + 1], safe):
        fate = 0 if entry.forced and index < length else chance.randrange(3)
        if fate == 0:
            yield entry, 0, entry.length
        elif fate == 1:
            pages = range(0, entry.length, PAGE)
            yield from ((entry, page, page + PAGE) for page in pages if chance.random() < 0.5)


def data_extents(fd: int, size_bytes: int) -> Iterator[tuple[int, int]]:
    """Where a sparse file has data: start and end offsets."""
    end = 0
    while end < size_bytes:
        try:
            start = os.lseek(fd, end, os.SEEK_DATA)
        except OSError:  # ENXIO: no data behind this offset
            return
        end = os.lseek(fd, start, os.SEEK_HOLE)
        yield start, end
