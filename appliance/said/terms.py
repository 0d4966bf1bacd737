"""When a session may be purged from a box, and when it erases itself (FORMAT 10 and 12).

Apart and pure: these two rules alone let a program destroy footage that nobody asked it to destroy.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from appliance.clock import UNSURE
from appliance.errors import Forbidden
from appliance.said.fates import Fate
from appliance.said.kinds import Receipt
from appliance.said.trusted import Office

DAY_MS: Final = 86_400_000
UNCONFIRMED_DAYS: Final = 7


def purge_allowed(
    sums_sha256: str, receipts: Iterable[Receipt], office: Office, *, held: bool, utc_ms: int, utc_source: str
) -> tuple[str, ...]:
    """The stores whose receipts allow this box to have the session no more; raises Forbidden, saying why not.

    `receipts`: for this session of this box, each genuine and by its store. `sums_sha256`: of the box's own SHA256SUMS.
    """
    if utc_source == UNSURE:
        raise Forbidden("The box does not know the time for sure, so nothing is old enough to go.")
    newest: dict[str, Receipt] = {}
    for receipt in receipts:
        if receipt.store in office.stores and _newer(receipt, newest):
            newest[receipt.store] = receipt
    if held or any(receipt.hold for receipt in newest.values()):
        raise Forbidden("The office put a hold on this session.")
    stores = tuple(sorted(store for store, each in newest.items() if _allows(each, sums_sha256, utc_ms)))
    if len(stores) < max(1, office.receipts):
        raise Forbidden("{n} of {all} stores allow that this session goes.", n=len(stores), all=max(1, office.receipts))
    return stores


def _newer(receipt: Receipt, newest: Mapping[str, Receipt]) -> bool:
    return receipt.store not in newest or receipt.place > newest[receipt.store].place


def _allows(receipt: Receipt, sums_sha256: str, utc_ms: int) -> bool:
    return receipt.sums_sha256 == sums_sha256 and receipt.purge_after is not None and receipt.purge_after < utc_ms


def unconfirmed_too_long(fate: Fate, since_ms: int, now_ms: int, days: int = UNCONFIRMED_DAYS) -> bool:
    """Whether it erases itself: nobody confirmed consent within so many days of its end, and no hold is on."""
    return fate.confirmed is None and not fate.held and now_ms - since_ms > days * DAY_MS


def kept_long_enough(fate: Fate, now_ms: int) -> bool:
    """Whether the time it was to be kept for has passed, and no hold is on."""
    until = None if fate.confirmed is None else fate.confirmed.keep_until
    return until is not None and not fate.held and until < now_ms
