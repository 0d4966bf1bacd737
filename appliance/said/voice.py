"""One writer's own statements: said once for each id, durable before `say` returns (FORMAT 10).

Apart from hearing what others say because only this writes.
"""

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final

from appliance.clock import Clock
from appliance.errors import BadInput, CardFailing, CardFull, FileTampered
from appliance.said.kinds import FAR, Said, read_said
from appliance.sealing.sealed import Signer
from appliance.sealing.statements import make_statement, read_statement
from appliance.store.durable import Durable
from appliance.store.layout import said_name
from appliance.store.said import put_said, said_lines, said_numbering

log: Final = logging.getLogger(__name__)
ABOUT: Final = ("session", "sessions", "families", "on")
"""What makes a statement another one, when it is asked for again under one id."""


class Voice:
    """What `signer` says, in `folder` (`statements/<writer>/`). Many threads may speak, one after the other."""

    def __init__(self, folder: Path, signer: Signer, clock: Clock, durable: Durable | None = None) -> None:
        """Reads what was said before. Raises CardFailing."""
        self._folder, self._signer, self._clock = folder, signer, clock
        self._durable = durable or Durable()
        self._lock = Lock()
        self._next_n = said_numbering(folder).next_n
        self._newest_ms = -1
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

        `id_`: a UUID, such as the request's `op_id`: what was said under it before is given back and not said again;
        BadInput if that is of another kind or about something else.
        """
        with self._lock:
            if id_ is not None and self._knows(id_, kind, {key: told[key] for key in ABOUT if key in told}):
                return self._lines[id_]
            line = make_statement(kind, self._now_ms(), told, self._signer, id_=id_)
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

    def knows(self, id_: str, kind: str, **told: Any) -> bool:
        """Whether this was said under this id. Raises BadInput if something else was."""
        with self._lock:
            return self._knows(id_, kind, told)

    def _knows(self, id_: str, kind: str, told: Mapping[str, Any]) -> bool:
        if id_ not in self._lines:
            return False
        before = json.loads(self._lines[id_])
        if before["kind"] != kind or any(before.get(key) != value for key, value in told.items()):
            raise BadInput("Something else was asked for under this op_id.")
        return True

    def _now_ms(self) -> int:
        """Later than whatever was said before: of two words on one thing the later counts, whatever a clock did."""
        return min(max(self._clock.utc_ms(), self._newest_ms + 1), FAR - 1)

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
            self._newest_ms = max(self._newest_ms, said.at)
