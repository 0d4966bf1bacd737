"""Durables that a disk refuses, and one that writes down what it does."""

import errno
import os
from pathlib import Path

from appliance.store.durable import Durable, SyncKind, Syncs, card_faults


class TellingSyncs(Syncs):
    """Syncs for real and tells what was synced, by name, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def sync(self, fd: int, kind: SyncKind) -> None:
        super().sync(fd, kind)
        name = Path(os.readlink(f"/proc/self/fd/{fd}")).name
        self.told.append(f"sync {kind} {name}")


class FailingSyncs(Syncs):
    """Refuses one kind with an error number, as long as `failing`."""

    def __init__(self, kind: SyncKind, number: int = errno.EIO) -> None:
        super().__init__()
        self.kind, self.number, self.failing = kind, number, False

    def sync(self, fd: int, kind: SyncKind) -> None:
        if self.failing and kind == self.kind:
            raise OSError(self.number, os.strerror(self.number))
        super().sync(fd, kind)


class FullDurable(Durable):
    """A card with `room_bytes` left; what a removed file had comes back."""

    def __init__(self, room_bytes: int) -> None:
        super().__init__(Syncs(["segment", "log", "folder", "file"]))
        self.room_bytes = room_bytes

    def write_new(self, path: Path, data: bytes, kind: SyncKind = "file") -> None:
        with card_faults():
            self._take(len(data))
        super().write_new(path, data, kind)

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        with card_faults():
            self._take(offset + len(data) - path.stat().st_size)
        super().write_at(path, offset, data)

    def remove(self, path: Path) -> None:
        self.room_bytes += path.stat().st_size if path.exists() else 0
        super().remove(path)

    def _take(self, size: int) -> None:
        if size > self.room_bytes:
            raise OSError(errno.ENOSPC, "no room")
        self.room_bytes -= size


class TellingDurable(Durable):
    """Does everything and tells the renames between the syncs."""

    def __init__(self) -> None:
        self.telling = TellingSyncs()
        super().__init__(self.telling)

    def rename(self, source: Path, target: Path) -> None:
        super().rename(source, target)
        self.telling.told.append(f"rename {target.name}")
