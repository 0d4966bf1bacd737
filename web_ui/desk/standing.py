"""How each session stands by everything that was said of it in clear: consent, hold, retention, erasure, receipts.

Apart from pages because playing asks it too, and nothing here needs a key.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from appliance.errors import NotFound
from appliance.said.fates import Fate, Fates
from appliance.said.hearing import Hearing, hear_file
from appliance.said.kinds import Erase, Erased, Receipt, Said
from appliance.said.terms import DAY_MS
from appliance.sealing.certificates import device_of_public
from appliance.store.archive import Store
from appliance.store.layout import is_device, is_writer
from web_ui.desk.books import Books
from web_ui.films import Films


@dataclass(frozen=True, slots=True)
class Own:
    """The store's own device id and public key."""

    device: str
    public: str


@dataclass(frozen=True, slots=True)
class Consent:
    """`until`: when it erases itself, UTC in ms, None: not by itself. `order`: the id of the word by which it goes."""

    confirmed: bool
    held: bool
    until: int | None
    order: str | None
    asked: bool


class Standing:
    """Knows what was said up to the last `look`; used by many threads. `own`: the store as a device.

    The desks of stores beside this one are believed as its own.
    """

    def __init__(self, store: Store, books: Books, films: Films, own: Own) -> None:
        self._store, self._books, self._films, self._own = store, books, films, own
        self._desks = {own.device: own.public}
        self._desks |= {str(device_of_public(each.public)): each.public for each in books.facts().beside}
        self._hearing, self._fates = Hearing(), Fates(self._desks)
        self._store_id = books.facts().store
        self._said: dict[str, Said] = {}
        self._lock = Lock()

    def look(self) -> None:
        """Hear what was said since. Raises CardFailing."""
        with self._lock:
            self._hear()

    def box_of(self, session: str) -> str:
        """The device that recorded it. Raises NotFound, Unreadable."""
        return str(self._films.opened(session).certificate["device"])

    def fate(self, session: str) -> Fate:
        """Raises NotFound, Unreadable."""
        box = self.box_of(session)
        with self._lock:
            return self._fates.of(session, box)

    def consent(self, session: str, end_ms: int | None = None) -> Consent:
        """`end_ms`: when the film ended, UTC, where that is known already. Raises NotFound, Unreadable."""
        fate = self.fate(session)
        until: int | None = None
        if fate.confirmed is not None:
            until = fate.confirmed.keep_until
        else:
            days = self._books.facts().policy.unconfirmed_days
            until = (self._end_ms(session) if end_ms is None else end_ms) + days * DAY_MS
        order = None if fate.order is None else fate.order.id
        until = None if fate.held else until
        return Consent(fate.confirmed is not None, fate.held, until, order, fate.asked is not None)

    def order(self, order: str) -> Erase:
        """Raises NotFound."""
        found = self.all_said().get(order)
        if not isinstance(found, Erase):
            raise NotFound("There is no such order to erase.")
        return found

    def families_ordered(self) -> frozenset[str]:
        """Ids of the families that somebody has ordered to be erased."""
        orders = [each for each in self.all_said().values() if isinstance(each, Erase)]
        return frozenset(family for order in orders for family in order.families)

    def done(self, order: Erase) -> list[Erased]:
        """What says that this was carried out: by the order's id, or by what it named."""
        about = {*order.sessions, *order.families}
        found = [each for each in self.all_said().values() if isinstance(each, Erased)]
        return [each for each in found if each.order == order.id or about & {*each.sessions, *each.families}]

    def all_said(self) -> dict[str, Said]:
        """Everything that is believed, by its id."""
        with self._lock:
            return dict(self._said)

    def receipt(self, session: str, box: str) -> Receipt | None:
        """What this store signed for it."""
        path = self._store.outbox(box) / "receipts" / f"{session}.{self._store_id}.json"
        said = hear_file(path, (self._own.public,))
        return said if isinstance(said, Receipt) and said.session == session else None

    def _end_ms(self, session: str) -> int:
        opened = self._films.opened(session)
        return opened.utc_ms + (self._films.span(session).film_ms or 0)

    def _hear(self) -> None:
        publics = {each.device: each.device_public for each in self._books.devices()} | self._desks
        for device, folder in self._folders():
            if device in publics:
                said = self._hearing.hear(folder, (publics[device],))
                self._fates.add(said)
                for each in said:  # no box takes the place of an order of the desk by using its id
                    if each.id not in self._said or device in self._desks:
                        self._said[each.id] = each

    def _folders(self) -> Iterable[tuple[str, Path]]:
        root = self._store.root / "statements"
        for path in sorted(root.glob("*/*")) if root.is_dir() else ():
            if is_device(path.parent.name) and is_writer(path.name):
                yield path.parent.name, path
