"""One lane's ops as they come, sealed, each with its subject where the writer left a hint.

Apart from opening them, because it needs no key.
"""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from appliance.errors import CardFailing, FileTampered
from appliance.sealing.sealed import Sealed
from appliance.store.lanes import SUBJECTS, read_numbering
from appliance.store.layout import op_name

SETTLED_NS: Final = 100_000_000
"""A folder that changed so lately may change again within the same tick of its clock."""


class LaneReading:
    """One lane's folder. A writer's own has holes only where ops were removed, so that later looks go on from its end.

    `carried`: what others filed here comes in any order, and not all of it; then a look is a list of the folder, but
    only where that changed.
    """

    def __init__(self, folder: Path, *, carried: bool = False) -> None:
        self._folder, self._carried = folder, carried
        self._seen: set[int] = set()
        self._changed_ns = 0
        self._looked = False
        self._next_n = 0
        self._hints: dict[int, str] = {}
        self._hint_bytes = 0

    def appended(self) -> Iterator[tuple[int, str | None]]:
        """(number, subject if there is a hint) of each op since the last call."""
        numbers = self._filed() if self._carried else list(self._numbers())
        if numbers:
            self._read_hints()
        for n in numbers:
            yield n, self._hints.pop(n, None)

    def op(self, n: int) -> Sealed:
        """Raises FileTampered where it was removed, CardFailing."""
        try:
            with (self._folder / op_name(n)).open("rb", buffering=0) as file:
                return Sealed.found(file.readall())
        except FileNotFoundError:
            raise FileTampered("An op was removed.") from None
        except OSError as error:
            raise CardFailing("An op cannot be read.") from error

    def _filed(self) -> list[int]:
        try:
            changed_ns = self._folder.stat().st_mtime_ns
        except OSError:
            return []
        if changed_ns == self._changed_ns:
            return []
        self._changed_ns = changed_ns if time.time_ns() - changed_ns > SETTLED_NS else 0
        fresh = [n for n in read_numbering(self._folder).numbers if n not in self._seen]
        self._seen.update(fresh)
        return fresh

    def _numbers(self) -> Iterator[int]:
        if not self._looked:
            numbering = read_numbering(self._folder)
            yield from numbering.numbers
            self._next_n, self._looked = numbering.next_n, True
        while (self._folder / op_name(self._next_n)).exists():
            yield self._next_n
            self._next_n += 1

    def _read_hints(self) -> None:
        """Lines `{"n":…,"subject":…}`. Only a hint: a damaged one costs time and nothing else."""
        try:
            with (self._folder / SUBJECTS).open("rb") as file:
                file.seek(self._hint_bytes)
                *whole, _torn = file.read().split(b"\n")
        except OSError:
            return
        for text in whole:
            self._hint_bytes += len(text) + 1
            with suppress(ValueError, KeyError, TypeError, RecursionError):
                told = json.loads(text)
                if type(told["n"]) is int and isinstance(told["subject"], str):
                    self._hints[told["n"]] = told["subject"]
