"""What is still on which box, as far as the office can know: by receipts, by what boxes said, by numbers that lack.

Apart and pure but for looking at names and times of files: it opens nothing and believes only what was heard.

A session is *here* when the archive holds it, *also on the box* until the box says it purged or erased it, *arriving*
while its parcels lie in the drop without the last one, and *awaited* when its number lies below one that came and
nothing explains it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from appliance.office.numbers import gaps
from appliance.office.register import Registered
from appliance.said.kinds import Erased, Purged, Receipt, Said
from appliance.store.archive import Store
from appliance.store.parcels import read_name
from web_ui.desk.books import Books
from web_ui.desk.standing import Standing

NAG_MS: Final = 72 * 3_600_000


@dataclass(frozen=True, slots=True)
class Held:
    """A session of this box that the archive holds."""

    session: str
    number: int
    utc_ms: int
    receipt: Receipt | None
    purged: bool


class Inventory:
    def __init__(self, store: Store, books: Books, standing: Standing) -> None:
        self._store, self._books, self._standing = store, books, standing

    def boxes(self, rows: Iterable[Mapping[str, Any]], now_ms: int) -> list[dict[str, Any]]:
        """One for each registered device, those that need a look first. `rows`: all sessions of the archive."""
        by_box = defaultdict(list)
        for row in rows:
            by_box[row["box"]].append(row)
        said = defaultdict(list)
        for each in self._standing.all_said().values():
            said[each.device].append(each)
        told = [
            self._box(device, by_box[device.device], said[device.device], now_ms) for device in self._books.devices()
        ]
        return sorted(told, key=lambda each: (not each["nag"], each["name"], each["device"]))

    def _box(self, device: Registered, rows: list[Mapping[str, Any]], said: list[Said], now_ms: int) -> dict[str, Any]:
        held = [self._held(device, row) for row in rows]
        arriving = self._arriving(device.device, {each.session for each in held})
        awaited = self._awaited(held, said)
        contacts = [*(each.at for each in said), *arriving.values(), *(e.receipt.at for e in held if e.receipt)]
        oldest = [*arriving.values(), *(at for _, at in awaited)]
        return {
            "device": device.device,
            "name": device.name,
            "added_ms": device.added,
            "lost_ms": device.lost,
            "last_contact_ms": max(contacts, default=None),
            "here": len(held),
            "also_there": [_told(each) for each in held if not each.purged],
            "arriving": [{"session": session, "since_ms": at} for session, at in sorted(arriving.items())],
            "awaited": [{"number": number, "since_ms": at} for number, at in awaited],
            "findings": self._books.findings(device.device),
            "oldest_ms": min(oldest, default=None),
            "nag": device.lost is None and any(now_ms - at > NAG_MS for at in oldest),
        }

    def _held(self, device: Registered, row: Mapping[str, Any]) -> Held:
        fate = self._standing.fate(row["id"])
        gone = fate.purged is not None or device.device in fate.erased_by
        receipt = self._standing.receipt(row["id"], device.device)
        return Held(row["id"], row["number"], row["utc_ms"], receipt, gone)

    def _arriving(self, device: str, held: set[str]) -> dict[str, int]:
        """Session -> since when its first parcel lies in the drop, UTC in ms; those that are not committed."""
        found: dict[str, int] = {}
        folder = self._store.drop(device)
        for path in folder.iterdir() if folder.is_dir() else ():
            name = read_name(path.name)
            if name is None or name.what.kind not in ("film", "file"):
                continue
            with suppress(OSError):
                at = path.stat().st_mtime_ns // 1_000_000
                found[name.what.of] = min(found.get(name.what.of, at), at)
        return {session: at for session, at in found.items() if session not in held}

    def _awaited(self, held: list[Held], said: list[Said]) -> list[tuple[int, int]]:
        """(number, when one that came after it was recorded, 0: not known) of those that nothing explains."""
        explained = {number for each in said if isinstance(each, Erased) for number in each.numbers}
        explained |= {each.number for each in said if isinstance(each, Purged)}
        came = {each.number: each.utc_ms for each in held if each.number > 0}
        lacking = gaps({*came, *explained})
        return [(number, min((at for n, at in came.items() if n > number), default=0)) for number in lacking]


def _told(held: Held) -> dict[str, Any]:
    receipt = held.receipt
    return {
        "session": held.session,
        "number": held.number,
        "utc_ms": held.utc_ms,
        "receipt_ms": None if receipt is None else receipt.at,
        "sums_sha256": None if receipt is None else receipt.sums_sha256,
        "purge_after_ms": None if receipt is None else receipt.purge_after,
    }
