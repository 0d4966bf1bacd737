"""Who may sign in at the desk: one file of facts and one copy of the office key for each (FORMAT 12).

Apart because a leaver must be able to go without anybody else noticing: no two people share a passphrase or a file.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from appliance.errors import BadInput, CardFailing, Forbidden, NotFound
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.staff import seal_office_key
from appliance.store.archive import Store
from appliance.store.durable import Durable
from appliance.store.layout import is_id, new_id

NAME_MOST: Final = 64


@dataclass(frozen=True, slots=True)
class Member:
    """`added`, `left`: UTC in ms; who has left keeps a name, so that what was done can be told."""

    id: str
    name: str
    added: int
    left: int | None = None

    def line(self) -> bytes:
        told = {"v": 1, "staff": self.id, "name": self.name, "added": self.added, "left": self.left}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Staff:
    """Reads the files anew each time: what one process changes, the desk sees at once."""

    def __init__(self, store: Store, durable: Durable | None = None) -> None:
        self._folder, self._durable = store.staff, durable or Durable()

    def members(self) -> list[Member]:
        """Everybody who is or was here, by name. Raises CardFailing."""
        try:
            found = [_read(path) for path in self._folder.glob("*.json")] if self._folder.is_dir() else []
        except OSError as error:
            raise CardFailing("The files of the staff cannot be read.") from error
        return sorted((member for member in found if member is not None), key=lambda each: (each.name, each.id))

    def present(self) -> list[Member]:
        """Those who may sign in."""
        return [member for member in self.members() if member.left is None and self._key(member.id).is_file()]

    def is_present(self, member_id: str) -> bool:
        """Asked at every request: whoever was removed is out with the next."""
        return is_id(member_id) and self._key(member_id).is_file()

    def key_of(self, member_id: str) -> bytes:
        """The sealed copy of the office key. Raises NotFound for whoever may not sign in."""
        try:
            return self._key(member_id).read_bytes() if is_id(member_id) else b""
        except OSError:
            raise NotFound("Nobody of that name may sign in here.") from None

    def add(self, name: str, identity: HybridIdentity, passphrase: str, utc_ms: int) -> Member:
        """A new member; durable on return. The key first: who has facts and no key cannot sign in.

        Raises BadInput for a name that is no name or is taken, or a passphrase that is too short.
        """
        if not 0 < len(name) <= NAME_MOST or not name.isprintable() or not name.strip():
            raise BadInput("A name is one line of at most {n} characters.", n=NAME_MOST)
        if any(member.name == name for member in self.present()):
            raise BadInput("Somebody of that name may sign in already.", "Give this one another name.")
        member = Member(new_id(), name, utc_ms)
        sealed = seal_office_key(identity, passphrase)
        self._durable.make_folder(self._folder)
        self._durable.write_whole(self._key(member.id), sealed.data)
        self._durable.write_whole(self._facts(member.id), member.line())
        return member

    def remove(self, name: str, utc_ms: int) -> Member:
        """The member's copy of the key is gone on return. Raises NotFound, and Forbidden for the last one."""
        present = self.present()
        member = next((each for each in present if name in (each.name, each.id)), None)
        if member is None:
            raise NotFound("Nobody of that name may sign in here.", "See `fieldreel staff list`.")
        if len(present) == 1:
            raise Forbidden("This is the only one who can sign in.", "Add another member first.")
        self._durable.overwrite(self._key(member.id))
        self._durable.remove(self._key(member.id))
        self._durable.sync_folder(self._folder)
        gone = Member(member.id, member.name, member.added, utc_ms)
        self._durable.write_whole(self._facts(member.id), gone.line())
        return gone

    def _key(self, member_id: str) -> Path:
        return self._folder / f"{member_id}.key"

    def _facts(self, member_id: str) -> Path:
        return self._folder / f"{member_id}.json"


def _read(path: Path) -> Member | None:
    """None for a file that is no member's."""
    try:
        told: Mapping[str, Any] = json.loads(path.read_bytes())
        left = None if told["left"] is None else int(told["left"])
        member = Member(str(told["staff"]), str(told["name"]), int(told["added"]), left)
    except (ValueError, KeyError, TypeError):
        return None
    return member if member.id == path.stem and is_id(member.id) else None
