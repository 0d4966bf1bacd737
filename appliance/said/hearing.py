"""What others said, read from folders and files: only what is genuine and whose device is believed.

Apart from the kinds because it reads files; each statement's file is read once, for it never changes.
"""

import logging
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from appliance.errors import CardFailing, FileTampered
from appliance.said.kinds import Said, read_said
from appliance.sealing.statements import read_statement
from appliance.store.said import said_lines

log: Final = logging.getLogger(__name__)


def believe(line: bytes, publics: Collection[str]) -> Said | None:
    """What a line says, if it is genuine, of a known kind, and by a device whose public key (base64) is in `publics`.

    None for anything else. Which of its writers' words count, and in what, is for `fates`.
    """
    try:
        told = read_statement(line)
    except FileTampered:
        return None
    certificate: Mapping[str, Any] = told["certificate"]
    return read_said(told) if certificate["device_public"] in publics else None


class Hearing:
    """Statements in folders of one writer each. A file that nobody believes is told in the log and left out."""

    def __init__(self) -> None:
        self._heard: set[Path] = set()
        self._refused: dict[Path, frozenset[str]] = {}

    def hear(self, folder: Path, publics: Collection[str]) -> list[Said]:
        """What is new here since the last time. Raises CardFailing."""
        believed = frozenset(publics)
        found = []
        for path, line in said_lines(folder, lambda path: not self._known(path, believed)):
            said = believe(line, believed)
            if said is None:
                self._refused[path] = believed
                log.warning("%s of %s says nothing that is believed", path.name, folder.name)
            else:
                self._heard.add(path)
                found.append(said)
        return found

    def _known(self, path: Path, publics: frozenset[str]) -> bool:
        return path in self._heard or self._refused.get(path) == publics


def hear_file(path: Path, publics: Collection[str]) -> Said | None:
    """One statement that stands alone, such as a receipt; None where there is none that is believed."""
    try:
        line = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise CardFailing("{file} cannot be read.", file=path.name) from error
    return believe(line, publics)
