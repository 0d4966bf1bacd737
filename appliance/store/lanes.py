"""One writer's lane: numbered sealed ops, each durable before it is acknowledged (FORMAT.md section 8).

Apart from sessions because a lane is never closed and never rewritten; it only grows.

To append: say in `subjects.jsonl` what the op will be about, unsynced, for it is only a hint; then write
`NNNNNN.op.age` whole. To give out a lamport at or above the ceiling in `lamport`: raise the ceiling first, whole; after
a restart numbers go on from the ceiling, so that none is given twice.
"""

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from appliance.errors import CardFailing, CardFull
from appliance.sealing.sealed import Sealed
from appliance.store.durable import Durable, new_file_mode
from appliance.store.layout import LAMPORT, Home, op_name, op_number

LAMPORT_STEP: Final = 1_000
SUBJECTS: Final = "subjects.jsonl"
_HINTS: Final = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class Numbering:
    """The ops of a lane by the names of its files. `holes`: runs of numbers below the highest that are missing."""

    numbers: Sequence[int]
    holes: Sequence[range]

    @property
    def next_n(self) -> int:
        return self.numbers[-1] + 1 if self.numbers else 0


NumberOf = Callable[[str], int | None]
"""The number in a file's name, None for a name of another kind: `op_number` or `said_number`."""


def fold_names(names: Iterable[str], number: NumberOf = op_number) -> Numbering:
    """The numbering that these file names make; any other name, and unfinished files, do not count."""
    numbers = sorted(n for n in map(number, names) if n is not None)
    holes = [range(before + 1, n) for before, n in pairwise([-1, *numbers]) if n > before + 1]
    return Numbering(numbers, holes)


def read_numbering(folder: Path, number: NumberOf = op_number) -> Numbering:
    """The numbering of a lane's folder; empty where there is none."""
    return fold_names((path.name for path in folder.iterdir()), number) if folder.is_dir() else Numbering([], [])


class Lane:
    """A writer's own lane. One object a lane, used by one thread."""

    def __init__(self, home: Home, writer: str, *, durable: Durable | None = None) -> None:
        self.folder: Final = home.lane(writer)
        self._durable = durable or Durable()
        self._next_n = read_numbering(self.folder).next_n
        self._ceiling = self._next_lamport = _read_ceiling(self.folder / LAMPORT, self._next_n)

    def next_n(self) -> int:
        """The number that the next op will have; it stands inside the op's signature."""
        return self._next_n

    def next_lamport(self, seen: int = 0) -> int:
        """A lamport above `seen` and above every one given out before, a restart or not. Raises as `append` does."""
        lamport = max(self._next_lamport, seen + 1)
        if lamport >= self._ceiling:
            ceiling = lamport + LAMPORT_STEP
            self._durable.make_folder(self.folder)
            self._durable.write_whole(self.folder / LAMPORT, b"%d\n" % ceiling)
            self._ceiling = ceiling
        self._next_lamport = lamport + 1
        return lamport

    def append(self, n: int, sealed: Sealed, subject: str | None = None) -> None:
        """Op `n`, which must be `next_n()`; durable on return. Raises CardFull or CardFailing.

        `subject`: what it is about, so that readers need not try every key; None leaves no hint. After a Fault
        `next_n()` tells whether the op got its name all the same and the number is used up.
        """
        if n != self._next_n:
            raise ValueError(f"op {n} is not due")
        path = self.folder / op_name(n)
        try:
            self._durable.make_folder(self.folder)
            if subject is not None:
                leave_hints(self.folder, {n: subject})
            self._durable.write_whole(path, sealed.data)
        except (CardFull, CardFailing):
            self._next_n += path.exists()
            raise
        self._next_n += 1


def read_hints(folder: Path) -> dict[int, str]:
    """What a lane's ops are about, by number, as far as its hints tell: a line may be torn, or wrong, or missing."""
    try:
        return parse_hints((folder / SUBJECTS).read_bytes())
    except OSError:
        return {}


def parse_hints(content: bytes) -> dict[int, str]:
    """Of several lines for one number the last counts; whatever is no hint is left out."""
    found: dict[int, str] = {}
    for text in content.split(b"\n"):
        with suppress(ValueError, KeyError, TypeError, RecursionError):
            told = json.loads(text)
            if type(told["n"]) is int and isinstance(told["subject"], str) and told["subject"].isalnum():
                found[told["n"]] = told["subject"]
    return found


def hint_lines(hints: Mapping[int, str]) -> bytes:
    """As they stand in `subjects.jsonl`."""
    return b"".join(_hint_line(n, subject) for n, subject in hints.items())


def leave_hints(folder: Path, hints: Mapping[int, str]) -> None:
    """More of them, unsynced; where the disk refuses, there are none."""
    if hints:
        _append(folder / SUBJECTS, hint_lines(hints))


def _hint_line(n: int, subject: str) -> bytes:
    return json.dumps({"n": n, "subject": subject}, separators=(",", ":")).encode() + b"\n"


def _append(path: Path, line: bytes) -> None:
    """On a line of its own even after a torn one. Where the card refuses, there is no hint."""
    with suppress(OSError):
        fd = os.open(path, _HINTS, new_file_mode(path.parent))
        try:
            end = os.fstat(fd).st_size
            os.write(fd, b"\n" + line if end and os.pread(fd, 1, end - 1) != b"\n" else line)
        finally:
            os.close(fd)


def _read_ceiling(path: Path, next_n: int) -> int:
    """What the file says; where it is lost or spoiled, a number that a lane of so many ops has hardly reached."""
    try:
        text = path.read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        text = ""
    if text.isdigit() and len(text) <= 18:
        return int(text)
    return next_n * LAMPORT_STEP
