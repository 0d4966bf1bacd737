"""The desk's end of one person's keepers: one that shows film at once, and a second that shares the reading of ops.

Apart from a box's because an archive is read whole at each sign-in: two cores halve that. Each of the two is ended as
any keeper is, so that a lock leaves neither.
"""

import logging
from contextlib import suppress
from typing import Any, Final

from appliance.errors import Fault
from appliance.playback.keeper_link import ANSWER_S, FilmLink
from appliance.sealing.unlock import wipe
from appliance.store.archive import Store
from appliance.worker import Worker

log: Final = logging.getLogger(__name__)
JOIN_S: Final = ANSWER_S + 5


class StoreLink(FilmLink):
    """One keeper at the desk."""

    def __init__(self, store: Store) -> None:
        super().__init__("desk", store.root)

    def open(self, staff_key: bytes, passphrase: bytearray) -> None:
        """`staff_key`: the person's copy of the office key; `passphrase` is wiped. Raises WrongKey, FileTampered.

        While unlocked it only checks the passphrase, and stays unlocked whatever comes of it.
        """
        self._open("open", {}, [staff_key, passphrase], [passphrase])


class OfficeLink(StoreLink):
    """Itself the first keeper; the second is opened behind it, and where it fails the first does all of the work."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._second = StoreLink(store)
        self._opening: Worker | None = None

    def open(self, staff_key: bytes, passphrase: bytearray) -> None:
        again = bytearray(passphrase)
        try:
            super().open(staff_key, passphrase)
        except BaseException:
            wipe(again)
            raise
        if self._second.unlocked or (self._opening is not None and self._opening.alive):
            wipe(again)
            return
        self._opening = Worker("second keeper", lambda _stopping: self._open_second(staff_key, again)).start()

    def lock(self) -> None:
        """Neither holds the key on return."""
        super().lock()
        opening, self._opening = self._opening, None
        self._second.lock()
        if opening is not None:
            opening.join(JOIN_S)
            self._second.lock()

    def ops(self, part: int = 0, parts: int = 1) -> list[dict[str, Any]]:
        """As of any link; what both have opened, one after the other. None only when neither has any left."""
        if not self._second.unlocked:
            return self._ops_alone()
        theirs: list[dict[str, Any]] = []
        asking = Worker("ops", lambda _stopping: theirs.extend(self._second.ops(1, 2))).start()
        mine = super().ops(0, 2)
        asking.join(JOIN_S)
        if asking.failure is not None:
            self._second.lock()
            mine += super().ops()
        return [*mine, *theirs]

    def _ops_alone(self) -> list[dict[str, Any]]:
        """Half of the work while the second is being opened, all of it where there will be none."""
        opening = self._opening
        if opening is not None and opening.alive:
            mine = super().ops(0, 2)
            if mine:
                return mine
            opening.join(JOIN_S)
        return self.ops() if self._second.unlocked else super().ops()

    def _open_second(self, staff_key: bytes, passphrase: bytearray) -> None:
        """The first may be locked meanwhile: then this must not outlive it."""
        with suppress(Fault):
            self._second.open(staff_key, passphrase)
        if not self.unlocked:
            self._second.lock()
