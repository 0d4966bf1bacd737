"""What goes home as one parcel, and in what order (FORMAT 11).

Apart from sending: the same folder always gives the same parcels, byte by byte, so that a courier that forgot
everything still carries the same ones.
"""

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from appliance.store.lanes import SUBJECTS, NumberOf, hint_lines, read_hints, read_numbering
from appliance.store.layout import (
    INIT,
    KEY,
    LOG,
    SUMS,
    SUMS_SIGNATURE,
    Home,
    is_id,
    is_writer,
    op_name,
    op_number,
    said_name,
    said_number,
    segment_name,
    segment_number,
)
from appliance.store.parcels import What
from appliance.store.sums import read_sums

TAR_SEGMENTS: Final = 60
TAR_BYTES: Final = 64 << 20
"""A tar is closed before it grows past this: it is made in the RAM disk, one at a time beside the one on its way."""
TAR_LINES: Final = 1_000
"""Ops or statements in one tar."""
_BLOCK: Final = 512
_RECORD: Final = 10_240
_PIECE: Final = 1 << 20


ByteString = bytes
"""Because `bytes` is a length in a Load."""


@dataclass(frozen=True, slots=True)
class Load:
    """One parcel's content: a tar of `files` in this order, or one file as it is. `bytes`: the parcel's length.

    `hints`: what a lane's ops are about, in front of them as `subjects.jsonl`; empty where nothing is known.
    """

    what: What
    files: tuple[Path, ...]
    bytes: int
    hints: ByteString = b""

    @property
    def is_tar(self) -> bool:
        return self.what.kind in {"film", "lane", "said"}


def footage(folder: Path) -> list[Load]:
    """A closed session up to its commit: film, log, key. Raises FileNotFoundError where it is being erased.

    What SHA256SUMS lists and the card has lost can not be carried; the rest is worth carrying all the same.
    """
    listed = read_sums((folder / SUMS).read_bytes()) or [path.name for path in folder.iterdir()]
    numbers = sorted(n for n in map(segment_number, listed) if n is not None and (folder / segment_name(n)).exists())
    session, first = folder.name, [folder / INIT] if (folder / INIT).exists() else []
    loads = []
    for run in _runs([(n, folder / segment_name(n)) for n in numbers], TAR_SEGMENTS):
        files = (*first, *(path for _, path in run))
        loads.append(_tar(What("film", session, "", run[0][0], run[-1][0]), files))
        first = []
    if first:  # a session without a segment
        loads.append(_tar(What("film", session), tuple(first)))
    return [*loads, *(_file(What("file", session, name), folder / name) for name in (LOG, KEY))]


def commit(folder: Path) -> list[Load]:
    """What makes a session committed, the signature last."""
    return [_file(What("file", folder.name, name), folder / name) for name in (SUMS, SUMS_SIGNATURE)]


def ops(home: Home, writer: str, first: int) -> list[Load]:
    """This device's own lane from op `first` on."""
    return _lines("lane", home.lane(writer), first, op_number)


def statements(home: Home, writer: str, first: int) -> list[Load]:
    return _lines("said", home.statements(writer), first, said_number)


def families(home: Home) -> list[Load]:
    """Every family's `key.age`."""
    folders = sorted(home.families.iterdir()) if home.families.is_dir() else []
    return [
        _file(What("family", folder.name, KEY), folder / KEY)
        for folder in folders
        if is_id(folder.name) and (folder / KEY).exists()
    ]


def writers(folder: Path) -> list[str]:
    """Whose lanes, or statements, lie in a folder."""
    return sorted(path.name for path in folder.iterdir() if is_writer(path.name)) if folder.is_dir() else []


def pack(load: Load, path: Path, go_on: Callable[[], bool] = lambda: True) -> str:
    """Write a tar to `path`, which is no place that outlives a power cut; gives its SHA-256.

    `go_on` is asked after each megabyte; InterruptedError if it says no: a recording must have the card for itself.
    """
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for piece in tar_pieces(load.files, load.hints):
            if not go_on():
                raise InterruptedError
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def tar_pieces(files: Iterable[Path], hints: bytes = b"") -> Iterator[bytes | memoryview]:
    """A POSIX ustar of these files: modes 0600, owner 0, time 0 (FORMAT 11).

    A piece is good until the next is asked for: all pass through one buffer, for a new megabyte each time cost more
    than the digest [m].
    """
    room, total = memoryview(bytearray(_PIECE)), _member_bytes(len(hints)) if hints else 0
    if hints:
        yield _header(SUBJECTS, len(hints)) + hints + bytes(-len(hints) % _BLOCK)
    for path in files:
        with path.open("rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            yield _header(path.name, size)
            while length := file.readinto(room):
                yield room[:length]
        padding = -size % _BLOCK
        yield bytes(padding)
        total += _BLOCK + size + padding
    yield bytes(_tar_bytes(total) - total)


def _header(name: str, size: int) -> bytes:
    told = tarfile.TarInfo(name)
    told.size, told.mode = size, 0o600
    return told.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict")


def _tar_bytes(content: int) -> int:
    """With two empty blocks at the end, and filled to a whole record."""
    return -(-(content + 2 * _BLOCK) // _RECORD) * _RECORD


def _tar(what: What, files: tuple[Path, ...], hints: bytes = b"") -> Load:
    content = sum(_member_bytes(path.stat().st_size) for path in files)
    return Load(what, files, _tar_bytes(content + (_member_bytes(len(hints)) if hints else 0)), hints)


def _member_bytes(size: int) -> int:
    return _BLOCK + -(-size // _BLOCK) * _BLOCK


def _file(what: What, path: Path) -> Load:
    return Load(what, (path,), path.stat().st_size)


def _lines(kind: Literal["lane", "said"], folder: Path, first: int, number: NumberOf) -> list[Load]:
    name = op_name if kind == "lane" else said_name
    numbers = [n for n in read_numbering(folder, number).numbers if n >= first]
    hints = read_hints(folder) if kind == "lane" and numbers else {}
    return [
        _tar(
            What(kind, folder.name, "", run[0][0], run[-1][0]),
            tuple(path for _, path in run),
            hint_lines({n: hints[n] for n, _ in run if n in hints}),
        )
        for run in _runs([(n, folder / name(n)) for n in numbers], TAR_LINES)
    ]


def _runs(numbered: list[tuple[int, Path]], most: int) -> Iterator[list[tuple[int, Path]]]:
    """Cut where a number is missing, and before a run has more than `most` files or TAR_BYTES."""
    run: list[tuple[int, Path]] = []
    held = 0
    for n, path in numbered:
        size = _BLOCK + path.stat().st_size
        if run and (n != run[-1][0] + 1 or len(run) == most or held + size > TAR_BYTES):
            yield run
            run, held = [], 0
        run.append((n, path))
        held += size
    if run:
        yield run
