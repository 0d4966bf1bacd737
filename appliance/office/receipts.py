"""The store's signed answer for each session that it holds (FORMAT 10 and 12).

Apart from taking in because an answer changes later: a hold comes and goes, consent is confirmed, a session is erased.
A box may have a session no more only once this store has heard that it is confirmed. Until then the store itself lets
it go after its days, and a box that was told so by its practitioner, but not yet asked the office, holds the only copy.

1. Say it in the store's own statements; durable.
2. Put the same line into the box's outbox, whole.
3. Only then do parcels go.
"""

from dataclasses import dataclass
from pathlib import Path

from appliance.office.outbox import put_if_new
from appliance.said.fates import Fate
from appliance.said.kinds import Receipt, Said
from appliance.said.terms import DAY_MS
from appliance.said.voice import Voice
from appliance.store.archive import Store
from appliance.store.durable import Durable


@dataclass(frozen=True, slots=True)
class Held:
    """What a receipt tells of a session that lies in the archive. `bytes`: of all files that SHA256SUMS lists."""

    box: str
    session: str
    number: int
    sums_sha256: str
    bytes: int


class Receipts:
    """One store's. `first`: when each session was taken in, UTC in ms, also of those erased since."""

    def __init__(self, store: Store, store_id: str, box_days: int, voice: Voice, durable: Durable) -> None:
        self._store, self._id, self._box_days = store, store_id, box_days
        self._voice, self._durable = voice, durable
        self.newest: dict[str, Receipt] = {}
        self.first: dict[str, int] = {}
        for said in voice.said():
            self._note(said)

    def give(self, held: Held, now_ms: int, fate: Fate) -> None:
        """Steps 1 and 2; what the newest receipt says already is not said again. Raises CardFull, CardFailing."""
        newest = self.newest.get(held.session)
        stays, told_of = fate.confirmed is not None, (fate.held, held.sums_sha256)
        if newest is None or (newest.hold, newest.sums_sha256, newest.purge_after is not None) != (*told_of, stays):
            since_ms = self.first.get(held.session, now_ms)
            told = {
                "box": held.box,
                "session": held.session,
                "number": held.number,
                "store": self._id,
                "sums_sha256": held.sums_sha256,
                "bytes": held.bytes,
                "purge_after": since_ms + self._box_days * DAY_MS if stays else None,
                "hold": fate.held,
            }
            self._voice.say("receipt", told)
            self._note(self._voice.said()[-1])
        self._put(self.newest[held.session])

    def settle(self, session: str, now_ms: int, fate: Fate) -> None:
        """Bring the answer for an archived session up to date; nothing where there was none yet."""
        newest = self.newest.get(session)
        if newest is not None:
            self.give(Held(newest.box, session, newest.number, newest.sums_sha256, newest.bytes), now_ms, fate)

    def _put(self, receipt: Receipt) -> None:
        put_if_new(self._path(receipt), self._voice.line(receipt.id), self._durable)

    def _path(self, receipt: Receipt) -> Path:
        return self._store.outbox(receipt.box) / "receipts" / f"{receipt.session}.{self._id}.json"

    def _note(self, said: Said) -> None:
        if isinstance(said, Receipt):
            self.newest[said.session] = said
            self.first[said.session] = min(said.at, self.first.get(said.session, said.at))
