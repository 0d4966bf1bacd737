"""The ids of a lane's ops, in clear: one line `n id subject` each, in the file `ids` of the lane.

Apart because the ops themselves are sealed, and a locked box must still know which tap it has already.
"""

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from appliance.errors import CardFailing, CardFull
from appliance.store.durable import Durable
from appliance.store.layout import UNFINISHED

NAME: Final = "ids"
_LINE: Final = re.compile(rb"([0-9]{1,12}) ([0-9a-f-]{36}) ([0-9a-f]{32}|agency)", re.ASCII)


class Ids:
    """`subjects`: what each op noted so far is about, by its id. Used by one thread at a time."""

    def __init__(self, folder: Path, next_n: int, durable: Durable) -> None:
        """Reads what stands there; from the first torn line, or line of an op `next_n` or later, on it is dropped."""
        self._path, self._durable = folder / NAME, durable
        self.subjects: dict[str, str] = {}
        self._length = self._last = 0
        for path in folder.glob(f"*{UNFINISHED}"):
            path.unlink()
        for line in self._content().splitlines(keepends=True):
            match = _LINE.fullmatch(line[:-1]) if line.endswith(b"\n") else None
            if match is None or int(match[1]) >= next_n:
                break
            self.subjects[match[2].decode()] = match[3].decode()
            self._length += len(line)

    def note(self, op_id: str, n: int, subject: str) -> None:
        """Durable on return. Raises CardFull, CardFailing and has noted nothing."""
        line = f"{n} {op_id} {subject}\n".encode()
        if not self._path.exists():
            self._durable.make_folder(self._path.parent)
            self._durable.write_whole(self._path, b"")
        self._durable.write_at(self._path, self._length, line)
        self.subjects[op_id] = subject
        self._last, self._length = self._length, self._length + len(line)

    def take_back(self, op_id: str) -> None:
        """Forget the note made last: its op could not be written."""
        del self.subjects[op_id]
        self._length = self._last
        with suppress(CardFull, CardFailing):  # the next note is written over it, and a start drops it
            self._durable.write_at(self._path, self._length, b"")

    def _content(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""
