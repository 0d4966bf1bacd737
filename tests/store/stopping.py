"""A Durable that stops like a killed process, before or in the middle of any step, and a story to be stopped in."""

from contextlib import suppress
from pathlib import Path
from typing import Literal, get_args

from appliance.store.durable import Durable, FolderLock, SyncKind, Syncs
from appliance.store.erasure import erase_session
from appliance.store.lanes import Lane
from appliance.store.layout import Home
from appliance.store.sessions import SessionWriter
from tests.store.makers import begin, sealed

How = Literal["before", "half", "uncut"]
"""Stopped before the step; with half of the bytes written; with all written over a longer file that is not yet cut."""


def no_syncs() -> Syncs:
    """A killed process loses nothing that the kernel has: syncs would only take time."""
    return Syncs(get_args(SyncKind))


class Stopped(BaseException):
    """The process is gone. Not an Exception, so that nothing can go on after it."""


class StoppingDurable(Durable):
    """Counts steps; raises Stopped at step `at`, once `half` or `uncut` has written its part."""

    def __init__(self, at: int | None = None, how: How = "before", syncs: Syncs | None = None) -> None:
        super().__init__(syncs or no_syncs())
        self.at, self.how, self.steps = at, how, 0
        self.locks: list[FolderLock] = []

    def stops_here(self) -> bool:
        self.steps += 1
        return self.at is not None and self.steps > self.at

    def _step(self) -> None:
        if self.stops_here():
            raise Stopped

    def write_new(self, path: Path, data: bytes, kind: SyncKind = "file") -> None:
        if self.stops_here():
            if self.how != "before":
                path.write_bytes(data[: len(data) // 2])
            raise Stopped
        super().write_new(path, data, kind)

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        if self.stops_here():
            if self.how != "before":
                with path.open("r+b") as file:
                    file.seek(offset)
                    file.write(data if self.how == "uncut" else data[: len(data) // 2])
            raise Stopped
        super().write_at(path, offset, data)

    def rename(self, source: Path, target: Path) -> None:
        self._step()
        super().rename(source, target)

    def remove(self, path: Path) -> None:
        self._step()
        super().remove(path)

    def overwrite(self, path: Path) -> None:
        self._step()
        super().overwrite(path)

    def make_folder(self, path: Path) -> None:
        self._step()
        super().make_folder(path)

    def remove_folder(self, path: Path) -> None:
        self._step()
        super().remove_folder(path)

    def sync_folder(self, path: Path) -> None:
        self._step()
        super().sync_folder(path)

    def lock(self, folder: Path) -> FolderLock:
        lock = super().lock(folder)
        self.locks.append(lock)
        return lock

    def die(self) -> None:
        """The kernel lets go of a dead process's locks."""
        for lock in self.locks:
            lock.release()


class Story:
    """One life of a box, step by step, noting what was acknowledged: that must be there after any stop."""

    def __init__(self, home: Home, durable: Durable) -> None:
        self.home, self.durable = home, durable
        self.sessions: list[str] = []
        self.segments: dict[str, list[int]] = {}
        self.closed: list[str] = []
        self.erasing: str | None = None
        self.erased: str | None = None
        self.ops: list[int] = []
        self.lamports: list[int] = []

    def run(self) -> None:
        self._erase(self._short())
        self._long()
        self._lane()

    def _begin(self) -> SessionWriter:
        writer = begin(self.home, self.durable)
        self.sessions.append(writer.id)
        self.segments[writer.id] = []
        return writer

    def _film(self, writer: SessionWriter, n: int, pts_ms: int) -> None:
        writer.segment(n, pts_ms, 1000, sealed(f"second {n}", 100))
        self.segments[writer.id].append(n)

    def _short(self) -> str:
        writer = self._begin()
        self._film(writer, 0, 0)
        writer.close("stop", 1, "rtc")
        self.closed.append(writer.id)
        return writer.id

    def _erase(self, session: str) -> None:
        self.erasing = session
        erase_session(self.home, session, durable=self.durable)
        self.erased = session

    def _long(self) -> None:
        writer = self._begin()
        self._film(writer, 0, 0)
        self._film(writer, 1, 1000)
        writer.paused()
        writer.gap(2000, 59_000, "all", "pause")
        self._film(writer, 2, 61_000)
        writer.clock_moved(62_000, 5, "phone")
        self._film(writer, 3, 62_000)
        writer.close("stop", 1, "rtc")
        self.closed.append(writer.id)

    def _lane(self) -> None:
        for _ in range(2):
            lane = Lane(self.home, "recorder", durable=self.durable)  # as after a restart
            for _ in range(2):
                self.lamports.append(lane.next_lamport())
                n = lane.next_n()
                lane.append(n, sealed(f"op {n}"))
                self.ops.append(n)


def stop_story(root: Path, at: int | None, how: How = "before") -> Story:
    """A story in a new home at `root`, stopped at step `at`, its locks let go."""
    root.mkdir()
    durable = StoppingDurable(at, how)
    story = Story(Home(root), durable)
    with suppress(Stopped):
        story.run()
    durable.die()
    return story
