"""The opening keys for as long as they are in memory: the unlock identity, and that of each subject it opens.

Apart so that what must be forgotten lies in one place; only `phones` hands anything of it on, sealed.
"""

from contextlib import suppress
from pathlib import Path
from typing import Final

from appliance.errors import BadInput, CardFailing, FileTampered, Locked, NotFound, Unreadable, WrongKey
from appliance.playback.places import Places
from appliance.sealing.age import open_sealed
from appliance.sealing.identities import HybridIdentity, read_identities
from appliance.sealing.sealed import Sealed
from appliance.sealing.wrapping import Identity
from appliance.store.layout import ERASING, KEY, is_id

AGENCY: Final = "agency"


class Keys:
    """One keeper's. A *subject* is a session or a family: what has a key of its own (FORMAT 1)."""

    def __init__(self, places: Places) -> None:
        self._home, self._name, self._agency = places.home, places.key_name, places.agency
        self._unlock: HybridIdentity | None = None
        self._subjects: dict[str, Identity] = {}

    @property
    def unlock(self) -> HybridIdentity:
        """Raises Locked before `take`."""
        if self._unlock is None:
            raise Locked("The box is locked.")
        return self._unlock

    def take(self, identity: HybridIdentity, *, new: bool = False) -> None:
        """`new`: it was just made. Raises BadInput if another is here already: then it is no first phone's."""
        if new and self._unlock is not None:
            raise BadInput("A phone is paired already and has unlocked the box.")
        self._unlock = identity

    def folder(self, session: str) -> Path:
        """The folder of a session that may be played here.

        Raises NotFound, Unreadable (erased), or WrongKey where `local.age` is gone: it is not kept for playing back.
        """
        folder = self._home.sessions / session
        self.unlock  # noqa: B018 - raises Locked
        if not is_id(session) or not folder.is_dir():
            raise NotFound("There is no such session.")
        if (folder / ERASING).exists() or not (folder / KEY).exists():
            self._subjects.pop(session, None)
            raise Unreadable("This session was erased: its key is gone.")
        if not (folder / self._name).exists():
            self._subjects.pop(session, None)
            raise WrongKey("This session is no longer kept for playing back here.", "The office can open it.")
        return folder

    def session(self, session: str) -> Identity:
        """Raises as `folder` does, and FileTampered."""
        folder = self.folder(session)
        if session not in self._subjects:
            self._subjects[session] = self._open(folder / self._name)
        return self._subjects[session]

    def opens(self, session: str) -> bool:
        """Whether `session` would give its identity."""
        with suppress(NotFound, Unreadable, WrongKey, FileTampered):
            return self.session(session) is not None
        return False

    def subject(self, subject: str) -> Identity | None:
        """The identity of a session, a family or the agency; None where nothing here opens it now."""
        if subject == AGENCY:
            return self._unlock if self._agency else None
        with suppress(NotFound, Unreadable, WrongKey, FileTampered):
            return self.session(subject)
        folder = self._home.families / subject
        if not is_id(subject) or (folder / ERASING).exists() or not (folder / self._name).exists():
            return None
        if subject not in self._subjects:
            with suppress(WrongKey, FileTampered):
                self._subjects[subject] = self._open(folder / self._name)
        return self._subjects.get(subject)

    def subjects(self) -> list[str]:
        """Ids of all that has a key here now, whether or not it opens."""
        places = [place for place in (self._home.sessions, self._home.families) if place.is_dir()]
        found = [path.name for place in places for path in place.iterdir() if (path / self._name).exists()]
        return [AGENCY, *found] if self._agency else found

    def _open(self, path: Path) -> Identity:
        try:
            sealed = Sealed.found(path.read_bytes())
        except OSError as error:
            raise CardFailing("{file} cannot be read.", file=path.name) from error
        try:
            (identity,) = read_identities(open_sealed(sealed, [self.unlock]), _no_passphrase)
        except (BadInput, ValueError):
            raise FileTampered("{file} holds no key.", file=path.name) from None
        except WrongKey:
            raise WrongKey(
                "This session was kept for phones that are no longer paired.", "The office can open it."
            ) from None
        return identity


def _no_passphrase() -> str:
    raise BadInput("The key of a session asks for a passphrase; none was ever set.")
