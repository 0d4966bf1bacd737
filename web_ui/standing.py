"""Where each film of this box stands: whether consent is on record, who holds it, and when it goes (FORMAT 10 and 12).

Apart from carrying, which moves bytes: this needs no key, and says in the web's name that consent was confirmed.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Final

from appliance.errors import Forbidden
from appliance.said.believing import Believing
from appliance.said.fates import Fate
from appliance.said.kinds import Receipt
from appliance.said.terms import DAY_MS, UNCONFIRMED_DAYS
from appliance.said.trusted import Office, receipts_for
from appliance.said.voice import Voice
from appliance.store.layout import SUMS, Home
from appliance.store.sums import file_sha256

OTHERS: Final = ("recorder",)


@dataclass(frozen=True, slots=True)
class Standing:
    """Times are UTC in ms. `erases_ms`: it erases itself then, for nobody confirmed consent; None: it does not.

    `stores`: how many hold just these bytes, and have heard that it is confirmed if it is: else they let it go after a
    week; of the `needed` before the box may have it no more, at `leaves_ms`; None: not yet.
    """

    confirmed: bool
    held: bool
    erases_ms: int | None
    stores: int
    needed: int
    leaves_ms: int | None

    @property
    def safe(self) -> bool:
        """Whether the office holds it, as often as this box was told to wait for."""
        return self.needed > 0 and self.stores >= self.needed


class Standings:
    """Used by many threads. `of` and `confirm` raise BadInput for a spoiled `device/office.json`, and CardFailing."""

    def __init__(self, home: Home, voice: Voice, public: str) -> None:
        """`voice`: the web's own; `public`: the device's key in base64."""
        self._home, self._voice, self._lock = home, voice, Lock()
        self._believing = Believing(home, voice, public, OTHERS)
        self._confirmed: set[str] = set()
        self._sums: dict[str, str] = {}

    def confirm(self, session: str, op_id: str) -> None:
        """Say that consent is on record for this session; durable on return. Raises CardFull too."""
        self._voice.say("confirmed", {"session": session, "keep_until": None}, op_id)

    def order(self, sessions: Sequence[str], why: str, op_id: str) -> bytes:
        """The statement that orders all of these to be erased, here and at the office; durable on return.

        Raises CardFull too.
        """
        return self._voice.say("erase", {"sessions": list(sessions), "families": [], "why": why}, op_id)

    def ordered(self, op_id: str) -> bytes | None:
        """What was ordered under this id before. Raises BadInput if that was something else."""
        return self._voice.line(op_id) if self._voice.knows(op_id, "erase") else None

    def confirmed(self, session: str) -> bool:
        with self._lock:
            if session not in self._confirmed and self._believing.fates().of(session, self._voice.device).confirmed:
                self._confirmed.add(session)
            return session in self._confirmed

    def check(self, session: str) -> None:
        """Raises Forbidden while nobody has confirmed that consent is on record."""
        if not self.confirmed(session):
            raise Forbidden(
                "Nobody has confirmed yet that consent for this film is on record.",
                "Confirm it on the record page or in the list of films; until then it is kept sealed.",
            )

    def of(self, ends_ms: Mapping[str, int]) -> dict[str, Standing]:
        """For each session: `ends_ms` says when it ended, UTC; 0 where that is not known."""
        with self._lock:
            office, fates, device = self._believing.office(), self._believing.fates(), self._voice.device
            heard = {each: (fates.of(each, device), self._receipts(each, office)) for each in ends_ms}
        return {each: _standing(*heard[each], office, end_ms) for each, end_ms in ends_ms.items()}

    def _receipts(self, session: str, office: Office) -> list[Receipt]:
        """Those for the very bytes that are here."""
        found = receipts_for(self._home, session, self._voice.device, office)
        if found and session not in self._sums:
            with suppress(OSError):
                self._sums[session] = file_sha256(self._home.session(session) / SUMS)
        return [each for each in found if each.sums_sha256 == self._sums.get(session)]

    def purged(self) -> int:
        """How many sessions this box has no more, because the office has them."""
        with self._lock:
            fates, device = self._believing.fates(), self._voice.device
            return sum(
                fates.of(subject, device).purged is not None for box, subject in fates.subjects() if box == device
            )


def _standing(fate: Fate, receipts: Sequence[Receipt], office: Office, end_ms: int) -> Standing:
    held = fate.held or any(receipt.hold for receipt in receipts)
    goes = fate.confirmed is None and not held and end_ms > 0
    stays = [each for each in receipts if fate.confirmed is None or each.hold or each.purge_after is not None]
    return Standing(
        confirmed=fate.confirmed is not None,
        held=held,
        erases_ms=end_ms + UNCONFIRMED_DAYS * DAY_MS if goes else None,
        stores=len(stays),
        needed=office.receipts if office.stores else 0,
        leaves_ms=None if held else _leaves_ms(receipts, office.receipts),
    )


def _leaves_ms(receipts: Sequence[Receipt], needed: int) -> int | None:
    """When the last of those that are needed allows it."""
    allowed = sorted(receipt.purge_after for receipt in receipts if receipt.purge_after is not None)
    return allowed[needed - 1] if len(allowed) >= needed else None
