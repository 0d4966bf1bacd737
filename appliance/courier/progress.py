"""How far everything is, in bytes and seconds: what phones and the lamp are told (`status` of `courier.sock`).

Apart so that what leaves the courier can be read on one page: ids, sizes and states, no names.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from appliance.courier.journal import Journal
from appliance.courier.shelf import Shelf
from appliance.courier.targets import Target
from appliance.errors import Fault
from appliance.intercom import fault_object

RATE_AFTER_US: Final = 500_000
"""A rate is said once so much time went into it."""


@dataclass(slots=True)
class Moving:
    """What moves now. `session`: on its way, None: what is of no session; `present`: bytes of the present parcel.

    `rate`: bytes a second since carrying began, None while nobody can tell.
    """

    store: str | None = None
    session: str | None = None
    present: int = 0
    moved: int = 0
    began_us: int = 0

    def begin(self, store: str, now_us: int) -> None:
        self.store, self.session, self.present, self.moved, self.began_us = store, None, 0, 0, now_us

    def at(self, session: str | None, so_far: int) -> None:
        """`so_far`: of the present parcel; less than before means that another one began."""
        self.moved += so_far - self.present if so_far >= self.present and session == self.session else so_far
        self.session, self.present = session, so_far

    def end(self) -> None:
        self.store, self.session, self.present = None, None, 0

    def rate(self, now_us: int) -> float | None:
        took_us = now_us - self.began_us
        return self.moved * 1e6 / took_us if took_us >= RATE_AFTER_US and self.moved else None


@dataclass(slots=True)
class Progress:
    shelf: Shelf
    journal: Journal
    moving: Moving

    def status(
        self,
        state: str,
        targets: Sequence[Target],
        ways: Mapping[str, Mapping[str, Any]],
        fault: Fault | None,
        now_us: int,
    ) -> dict[str, Any]:
        """`ways`: what is said of each store beside its id. Bytes are summed over all stores."""
        stores = [target.store for target in targets]
        sessions = [self._session(facts.id, facts.number, stores) for facts in self.shelf.closed()]
        total, sent = (sum(int(each[key]) for each in sessions) for key in ("bytes", "sent_bytes"))
        rate = self.moving.rate(now_us) if self.moving.store is not None else None
        return {
            "state": state,
            "stores": [{"store": store, **ways.get(store, {})} for store in stores],
            "sessions": sessions,
            "bytes": total,
            "sent_bytes": sent,
            "eta_s": None if rate is None else round((total - sent) / rate),
            "fault": None if fault is None else fault_object(fault),
        }

    def _session(self, session: str, number: int, stores: Sequence[str]) -> dict[str, Any]:
        page, size = self.journal.page(session), self.shelf.bytes(session)
        carried = {store: page.stores.get(store) for store in stores}
        sent = sum(
            size if each.sent_at is not None else each.sent_bytes for each in carried.values() if each is not None
        )
        present = self.moving.present if session == self.moving.session else 0
        states = {store: each.state if each is not None else "recorded" for store, each in carried.items()}
        settled = page.state in ("purgeable", "purged")
        return {
            "session": session,
            "number": number,
            "state": page.state if settled else page.least(stores),
            "bytes": size * len(stores),
            "sent_bytes": min(sent + present, size * len(stores)),
            "stores": states,
        }
