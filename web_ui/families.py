"""The families' key pairs on this box: made here while it is unlocked, in `families/<id>/` (FORMAT.md section 1).

Apart from what is known of a family, which is sealed to these keys and readable only by them.
"""

from typing import Final

from appliance.errors import Locked, NotFound
from appliance.sealing.box_recipients import office_recipients, unlock_recipient
from appliance.sealing.subjects import new_subject
from appliance.store.durable import Durable
from appliance.store.layout import ERASING, KEY, LOCAL, Home, is_id, new_id

RECIPIENT: Final = "recipient.txt"


class FamilyKeys:
    """Whoever makes a family first looks whether it is there already: that is for the caller, one at a time."""

    def __init__(self, home: Home, durable: Durable | None = None) -> None:
        self._home, self._durable = home, durable or Durable()

    def make(self) -> str:
        """A new family's id, its keys durable. Raises Locked before a phone was paired, CardFull, CardFailing.

        `key.age` comes first: what is sealed to a recipient opens at the office. Ended before `recipient.txt`, the
        folder is nobody's, and nothing was sealed to it.
        """
        unlock = unlock_recipient(self._home.unlock)
        if unlock is None:
            raise Locked("No phone is paired with the box.")
        subject, id_ = new_subject(office_recipients(self._home.device), unlock), new_id()
        folder = self._home.family(id_)
        self._durable.make_folder(folder)
        self._durable.write_whole(folder / KEY, subject.key.data)
        if subject.local is not None:
            self._durable.write_whole(folder / LOCAL, subject.local.data)
        self._durable.write_whole(folder / RECIPIENT, f"{subject.recipient.text}\n".encode())
        return id_

    def recipient(self, family: str) -> str:
        """Whom ops about this family are sealed to. Raises NotFound where there is none, or where it was erased."""
        if not self.stands(family):
            raise NotFound("There is no such family on this box.")
        return (self._home.family(family) / RECIPIENT).read_text(encoding="ascii").strip()

    def stands(self, family: str) -> bool:
        folder = self._home.families / family
        whole = is_id(family) and all((folder / name).exists() for name in (KEY, RECIPIENT))
        return whole and not (folder / ERASING).exists()
