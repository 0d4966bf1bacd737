"""A real ext4 of this kernel whose every block write is logged, so that any power cut of it can be rebuilt.

    writer -> ext4 -> loop device -> FUSE export of qemu-storage-daemon -> blklogwrites -> a file in memory

Apart from the tests so that they say what is written and what must survive, and nothing about disks.
"""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from appliance.worker import Worker
from tests.lab import mounts
from tests.lab.block_entries import EntryCount
from tests.lab.cut_disk import CutDisk
from tests.lab.mounts import LabMissing
from tests.lab.timeline import Timeline

__all__ = ["BlockLog", "Cut", "LabMissing", "now_us"]

PREFIX = "fieldreel-lab-"
LOG_OPTIONS = "log-sector-size=512,log-super-update-interval=1"
CARD = ("-b", "4096", "-I", "256", "-N", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard")
"""Blocks as on a card of any real size, few inodes (each cut copies them), and nothing left to write later."""
ROOM_BYTES = 1 << 30
START_S = 10.0
NOTE_S = 0.002


def now_us() -> int:
    return time.monotonic_ns() // 1000


@dataclass(frozen=True, slots=True)
class Cut:
    """One power cut. `at_us`: CLOCK_MONOTONIC of the cut; `length`: entries of the log that had been written.

    `folder`: the cut disk, mounted until the next cut is asked for; None where it does not mount, and `trouble`
    says why.
    """

    at_us: int
    length: int
    folder: Path | None
    trouble: str


class BlockLog:
    """Life: `recording()` once, then `cuts()` any number of times, all inside `with BlockLog(...)`.

    `mount_options`: of ext4, "nobarrier" for a control that must lose. Raises LabMissing, with what this machine
    lacks, where it cannot be done. What an earlier run that died left behind is taken down first.
    """

    def __init__(self, *, mount_options: str = "", size_mb: int = 192) -> None:
        self._options, self._size_bytes = mount_options, size_mb << 20
        self._noting = threading.Lock()
        self.timeline = Timeline()
        self.first = self.last = 0

    def __enter__(self) -> "BlockLog":
        if os.geteuid() != 0:
            raise LabMissing("mounting needs root")
        if not os.access("/dev/fuse", os.R_OK | os.W_OK):
            raise LabMissing("there is no FUSE here (/dev/fuse)")
        place = _roomy_place()
        mounts.sweep(place, PREFIX)
        self._folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=place))
        return self

    def __exit__(self, *_exc: object) -> None:
        mounts.undo(self._folder)

    @contextmanager
    def recording(self) -> Iterator[Path]:
        """The mounted disk; its writes are logged and the log's length is noted against the clock until the end."""
        try:
            self._export()
            loop = mounts.attach_loop(self._folder / "export.img")
            mounts.run("mkfs.ext4", "-q", *CARD, loop)
            point = self._folder / "disk"
            point.mkdir()
            mounts.mount(loop, point, self._options)
        except (LabMissing, OSError) as refused:
            raise LabMissing(f"no logged disk can be mounted: {refused}") from refused
        self._count = EntryCount(self._folder / "log.img")
        notes = Worker("log-length", self._note_until).start()
        try:
            self.begin()
            yield point
            self.last = self.note()
        finally:
            notes.stop(timeout_s=5)
            self._count.close()
            mounts.unmount(point)
            mounts.detach_loop(loop)
            mounts.end_daemon(self._folder)
            self._daemon.wait(timeout=5)
        if notes.failure is not None:
            raise notes.failure

    def begin(self) -> None:
        """Cuts come from now on: what is on the disk by now is made durable first."""
        mounts.sync(self._folder / "disk")
        self.timeline = Timeline()
        self.first = self.note()

    def note(self) -> int:
        """Read the log's length against the clock; gives the length."""
        with self._noting:
            before_us = now_us()
            count = self._count.read()
            self.timeline.note(before_us, count, now_us())
        return count

    def cuts(self, seed: int, number: int) -> Iterator[Cut]:
        """`number` cuts in the order of the log: half at a random time, half at a random write, which is where the
        disk is busy. The same seed gives the same cuts of the same log."""
        chance = Random(seed)
        moments = sorted(self._moment(chance, by_time=i % 2 == 0) for i in range(number))
        disk = CutDisk(self._folder, self._size_bytes, at_rest=self.first)
        try:
            for length, at_us in moments:
                with disk.mounted_at(length, chance) as (folder, trouble):
                    yield Cut(at_us, length, folder, trouble)
        finally:
            disk.close()
            for name in ("settled.img", "cut.img"):
                (self._folder / name).unlink()
            (self._folder / "cut").rmdir()

    def _moment(self, chance: Random, *, by_time: bool) -> tuple[int, int]:
        """(length of the log, time in µs) of a cut."""
        if by_time:
            at_us = chance.randint(*self.timeline.span_us)
            return max(self.first, self.timeline.length_at(at_us)), at_us
        length = chance.randint(self.first, self.last)
        return length, self.timeline.reached_us(length)

    def _note_until(self, stopping: threading.Event) -> None:
        while not stopping.wait(NOTE_S):
            self.note()

    def _export(self) -> None:
        folder = self._folder
        for name, size in (("base.img", self._size_bytes), ("log.img", 8 << 30), ("export.img", 0)):
            (folder / name).touch()
            os.truncate(folder / name, size)
        log = f"driver=blklogwrites,node-name=disk,file=file,log=log,{LOG_OPTIONS}"
        command = (
            *("qemu-storage-daemon", "--pidfile", str(folder / "daemon.pid")),
            *("--blockdev", f"driver=file,node-name=file,filename={folder / 'base.img'}"),
            *("--blockdev", f"driver=file,node-name=log,filename={folder / 'log.img'}"),
            *("--blockdev", log),
            *("--export", f"type=fuse,id=export,node-name=disk,mountpoint={folder / 'export.img'},writable=on"),
        )
        with (folder / "daemon.txt").open("wb") as words:
            try:
                self._daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=words, stderr=words)
            except FileNotFoundError:
                raise LabMissing("qemu-storage-daemon is not installed") from None
        deadline = time.monotonic() + START_S
        while not os.path.ismount(folder / "export.img"):
            if self._daemon.poll() is not None or time.monotonic() > deadline:
                said = (folder / "daemon.txt").read_text(encoding="utf-8", errors="replace").strip()
                raise LabMissing(f"qemu-storage-daemon exports nothing: {said or 'no answer'}")
            time.sleep(0.01)


def _roomy_place() -> Path:
    """Memory where there is enough of it (a cut is then a copy in memory), else the disk."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > ROOM_BYTES:
        return memory
    return Path(tempfile.gettempdir())
