"""How far each session is carried to each store: `journal/<session>.json` (FORMAT 11).

Apart because it is the courier's memory of what it did, written before and after each upload; if it is lost or spoiled,
the session is carried anew, and nothing else happens.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal, get_args

from appliance.courier.tries import Tries, begun, is_count, read_tries, tell_tries
from appliance.store.durable import Durable
from appliance.store.layout import Home, is_id
from appliance.store.parcels import What

State = Literal["recorded", "queued", "sent", "receipted", "purgeable", "purged"]
STATES: Final[tuple[State, ...]] = get_args(State)
"""In the order in which a session goes through them."""


@dataclass(slots=True)
class Carried:
    """A session on its way to one store. `round`: how often it was begun whole; `sent_at`: UTC in ms of its commit.

    `receipted`: the store's receipt for what this box has was read.
    """

    round: int = 1
    sent_at: int | None = None
    receipted: bool = False
    tries: Tries = field(default_factory=dict)

    @property
    def state(self) -> State:
        if self.receipted:
            return "receipted"
        if self.sent_at is not None:
            return "sent"
        return "queued" if self.tries else "recorded"

    @property
    def sent_bytes(self) -> int:
        return sum(each.bytes for each in self.tries.values() if each.sent)


@dataclass(slots=True)
class Page:
    """One session's. `state`: the farthest that all stores have come, or what the recorder made of it since."""

    state: State = "recorded"
    stores: dict[str, Carried] = field(default_factory=dict)

    def least(self, stores: Iterable[str]) -> State:
        """Where the one of these stores that is farthest behind stands."""
        states = (self.stores[store].state if store in self.stores else "recorded" for store in stores)
        return min(states, key=STATES.index, default="recorded")


class Journal:
    """All sessions' pages; used by one thread. What has returned is durable; raises CardFull or CardFailing."""

    def __init__(self, home: Home, durable: Durable) -> None:
        self._folder, self._durable = home.journal, durable
        self._pages: dict[str, Page] = {}

    def page(self, session: str) -> Page:
        """As it is written down; an empty one where nothing is, or nothing that makes sense."""
        if session not in self._pages:
            self._pages[session] = read_page(self._path(session), session)
        return self._pages[session]

    def carried(self, session: str, store: str) -> Carried:
        return self.page(session).stores.setdefault(store, Carried())

    def known(self) -> list[str]:
        """Sessions that have a page."""
        found = self._folder.glob("*.json") if self._folder.is_dir() else ()
        return sorted(path.stem for path in found if is_id(path.stem))

    def begin(self, session: str, store: str, what: What, sha256: str, size: int) -> int:
        carried = self.carried(session, store)
        carried.tries[what.text] = begun(carried.tries, what, sha256, size)
        self._write(session)
        return carried.tries[what.text].attempt

    def done(self, session: str, store: str, what: What) -> None:
        carried = self.carried(session, store)
        carried.tries[what.text] = replace(carried.tries[what.text], sent=True)
        self._write(session)

    def committed(self, session: str, store: str, utc_ms: int) -> None:
        """Every parcel of it is sent."""
        self.carried(session, store).sent_at = utc_ms
        self._write(session)

    def receipted(self, session: str, store: str) -> None:
        if not self.carried(session, store).receipted:
            self.carried(session, store).receipted = True
            self._write(session)

    def anew(self, session: str, store: str) -> None:
        """Every parcel is to be sent once more, under new attempts."""
        carried = self.carried(session, store)
        carried.tries = {what: replace(each, sent=False) for what, each in carried.tries.items()}
        carried.round, carried.sent_at, carried.receipted = carried.round + 1, None, False
        self._write(session)

    def again(self, session: str, store: str, what: What, attempt: int) -> None:
        """This parcel is to be sent once more, unless it was since: no attempt up to this one is of use there."""
        carried = self.carried(session, store)
        known = carried.tries.get(what.text)
        if known is not None and known.sent and known.attempt <= attempt and not carried.receipted:
            carried.tries[what.text], carried.sent_at = replace(known, sent=False), None
            self._write(session)

    def settle(self, session: str, state: State) -> None:
        """Write the session's state down where it has changed."""
        page = self.page(session)
        if page.state != state:
            page.state = state
            self._write(session)

    def drop(self, session: str) -> None:
        """Of a session that is no more."""
        self._pages.pop(session, None)
        self._durable.remove(self._path(session))

    def _write(self, session: str) -> None:
        self._durable.make_folder(self._folder)
        self._durable.write_whole(self._path(session), tell_page(session, self.page(session)))

    def _path(self, session: str) -> Path:
        if not is_id(session):
            raise ValueError("not an id")
        return self._folder / f"{session}.json"


@dataclass(frozen=True, slots=True)
class SessionBook:
    """A Book of one session's tries."""

    journal: Journal
    session: str

    def begin(self, store: str, what: What, sha256: str, size: int) -> int:
        return self.journal.begin(self.session, store, what, sha256, size)

    def done(self, store: str, what: What) -> None:
        self.journal.done(self.session, store, what)


def tell_page(session: str, page: Page) -> bytes:
    stores = {
        store: {
            "state": each.state,
            "round": each.round,
            "sent_at": each.sent_at,
            "receipted": each.receipted,
            "parcels": tell_tries(each.tries),
        }
        for store, each in page.stores.items()
    }
    told = {"v": 1, "session": session, "state": page.state, "stores": stores}
    return json.dumps(told, separators=(",", ":")).encode() + b"\n"


def read_page(path: Path, session: str) -> Page:
    """An empty page for a file that is missing, or is not what `tell_page` writes."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return Page()
    if not isinstance(told, dict) or told.get("session") != session or told.get("state") not in STATES:
        return Page()
    stores = told.get("stores")
    found = {store: _read_carried(each) for store, each in stores.items()} if isinstance(stores, dict) else {}
    whole = {store: each for store, each in found.items() if is_id(store) and each is not None}
    return Page(told["state"], whole) if len(whole) == len(found) else Page()


def _read_carried(told: Any) -> Carried | None:
    if not isinstance(told, dict):
        return None
    tries = read_tries(told.get("parcels"))
    round_, sent_at, receipted = (told.get(key) for key in ("round", "sent_at", "receipted"))
    if tries is None or not is_count(round_) or not isinstance(receipted, bool):
        return None
    if sent_at is not None and (not is_count(sent_at) or not all(each.sent for each in tries.values())):
        return None
    return Carried(round_, sent_at, receipted, tries)
