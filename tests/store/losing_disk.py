"""A disk that loses power: it keeps what was synced, and of the rest whatever the dice say.

Harsher than any one file system, so that the store's order of syncs stands on POSIX and not on ext4: bytes not synced
may be old, new, torn or zeros; each change of a name not synced may be there or not, in any combination.
"""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from appliance.store.durable import SyncKind, Syncs
from tests.store.stopping import Stopped, StoppingDurable


@dataclass
class Inode:
    """`kept`: the content that is safe; `since`: every content since, the newest last; `names` for a folder."""

    kept: bytes = b""
    since: list[bytes] = field(default_factory=list)
    names: "dict[str, Inode] | None" = None
    changes: "list[dict[str, Inode | None]]" = field(default_factory=list)

    @property
    def now(self) -> bytes:
        return self.since[-1] if self.since else self.kept


class LosingDisk(StoppingDurable):
    """Does everything for real below `root`, and keeps book of what would survive a cut."""

    def __init__(self, root: Path, at: int | None, syncs: Syncs) -> None:
        super().__init__(at, "before", syncs)
        self._root = root
        self._top = _adopt(root)

    def write_new(self, path: Path, data: bytes, kind: SyncKind = "file") -> None:
        inode = Inode(since=[b""])
        self._change(path.parent, {path.name: inode})
        if self.stops_here():
            inode.since.append(data[: len(data) // 2])
            raise Stopped
        self._put(path, data)
        inode.since.append(data)
        self._sync_bytes(inode, kind)

    def write_at(self, path: Path, offset: int, data: bytes) -> None:
        inode = self._find(path)
        inode.since.append(inode.now[:offset] + data)
        if self.stops_here():
            raise Stopped
        self._put(path, inode.now)
        self._sync_bytes(inode, "log")

    def rename(self, source: Path, target: Path) -> None:
        self._step()
        self._change(source.parent, {source.name: None, target.name: self._find(source)})
        source.rename(target)

    def remove(self, path: Path) -> None:
        self._step()
        if path.exists():
            self._change(path.parent, {path.name: None})
            path.unlink()

    def overwrite(self, path: Path) -> None:
        self._step()
        if path.exists():
            inode = self._find(path)
            inode.since.append(bytes(len(inode.now)))
            self._put(path, inode.now)
            self._sync_bytes(inode, "file")

    def make_folder(self, path: Path) -> None:
        if path == self._root or path.is_dir():
            return
        self.make_folder(path.parent)
        self._step()
        self._change(path.parent, {path.name: Inode(names={})})
        path.mkdir()
        self.sync_folder(path.parent)

    def remove_folder(self, path: Path) -> None:
        self._step()
        self._change(path.parent, {path.name: None})
        path.rmdir()

    def sync_folder(self, path: Path) -> None:
        self._step()
        if "folder" not in self.syncs.without:
            inode = self._find(path)
            inode.names, inode.changes = _applied(inode.names, inode.changes), []

    def cut(self, target: Path, dice: Random) -> None:
        """Write to `target` what a cut now leaves of `root`."""
        target.mkdir()
        _restore(self._top, target, dice)

    @staticmethod
    def _put(path: Path, data: bytes) -> None:
        path.write_bytes(data)

    def _sync_bytes(self, inode: Inode, kind: SyncKind) -> None:
        if kind not in self.syncs.without:
            inode.kept, inode.since = inode.now, []

    def _change(self, folder: Path, change: "dict[str, Inode | None]") -> None:
        self._find(folder).changes.append(change)

    def _find(self, path: Path) -> Inode:
        inode = self._top
        for name in path.relative_to(self._root).parts:
            inode = _applied(inode.names, inode.changes)[name]
        return inode


def _adopt(path: Path) -> Inode:
    """What is there at the start is safe."""
    if path.is_file():
        return Inode(path.read_bytes())
    return Inode(names={each.name: _adopt(each) for each in path.iterdir()})


def _applied(names: dict[str, Inode] | None, changes: "list[dict[str, Inode | None]]") -> dict[str, Inode]:
    whole: dict[str, Inode | None] = {**(names or {})}
    for change in changes:
        whole |= change
    return {name: inode for name, inode in whole.items() if inode is not None}


def _restore(folder: Inode, target: Path, dice: Random) -> None:
    kept = [change for change in folder.changes if dice.random() < 0.5]
    for name, inode in _applied(folder.names, kept).items():
        if inode.names is None:
            (target / name).write_bytes(_content(inode, dice))
        else:
            (target / name).mkdir()
            _restore(inode, target / name, dice)


def _content(inode: Inode, dice: Random) -> bytes:
    content = dice.choice([inode.kept, *inode.since])
    if content is inode.kept:
        return content
    safe, torn = _shared(inode.kept, content), dice.choice(("whole", "short", "zeros"))
    cut = dice.randint(safe, len(content))
    return {"whole": content, "short": content[:cut], "zeros": content[:cut] + bytes(len(content) - cut)}[torn]


def _shared(one: bytes, other: bytes) -> int:
    """How many bytes at the start are the same: those were safe before and stay."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
