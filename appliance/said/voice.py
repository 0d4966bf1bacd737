"""One writer's own statements: said once for each id, durable before `say` returns (FORMAT 10).

Apart from hearing what others say because only this writes.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final

from appliance.clock import Clock
from appliance.errors import CardFailing, CardFull, FileTampered
from appliance.said.kinds import Said, read_said
from appliance.sealing.sealed import Signer
from appliance.sealing.statements import make_statement, read_statement
from appliance.store.durable import Durable
from appliance.store.layout import said_name
from appliance.store.said import put_said, said_lines, said_numbering

log: Final = logging.getLogger(__name__)


class Voice:
    """What `signer` says, in `folder` (`statements/<writer>/`). Many threads may speak, one after the other."""

    def __init__(self, folder: Path, signer: Signer, clock: Clock, durable: Durable | None = None) -> None:
        """Reads what was said before. Raises CardFailing."""
        self._folder, self._signer, self._clock = folder, signer, clock
        self._durable = durable or Durable()
        self._lock = Lock()
        self._next_n = said_numbering(folder).next_n
        self._said: dict[str, Said] = {}
        self._lines: dict[str, bytes] = {}
        for path, line in said_lines(folder):
            try:
                told = read_statement(line)
            except FileTampered:
                log.error("%s/%s is no statement any more", folder.name, path.name)
                continue
            self._note(told, line)

    @property
    def device(self) -> str:
        return str(self._signer.certificate["device"])

    def say(self, kind: str, told: Mapping[str, Any], id_: str | None = None) -> bytes:
        """The statement's line, durable on return. Raises BadInput, CardFull, CardFailing.

        `id_`: a UUID, such as the request's `op_id`: what was said under it before is given back and not said again.
        """
        with self._lock:
            if id_ is not None and id_ in self._lines:
                return self._lines[id_]
            line = make_statement(kind, self._clock.utc_ms(), told, self._signer, id_=id_)
            try:
                put_said(self._folder, self._next_n, line, self._durable)
            except (CardFull, CardFailing):
                self._next_n += (self._folder / said_name(self._next_n)).exists()
                raise
            self._next_n += 1
            self._note(read_statement(line), line)
            return line

    @property
    def behind(self) -> bool:
        """Whether another process has said something as this writer since; then a new Voice must be made."""
        with self._lock:
            return said_numbering(self._folder).next_n != self._next_n

    def introduce(self) -> None:
        """Say nothing but whose certificate this is, unless anything was said: what is sealed can be checked by it.

        Raises CardFull, CardFailing.
        """
        if self._next_n == 0:
            self.say("introduced", {})

    def knows(self, id_: str) -> bool:
        with self._lock:
            return id_ in self._lines

    def line(self, id_: str) -> bytes:
        """The line of what was said under this id; KeyError for any other."""
        with self._lock:
            return self._lines[id_]

    def said(self) -> list[Said]:
        """Everything of a known kind that was ever said here."""
        with self._lock:
            return list(self._said.values())

    def _note(self, told: Mapping[str, Any], line: bytes) -> None:
        self._lines[str(told["id"])] = line
        said = read_said(told)
        if said is not None:
            self._said[said.id] = said
