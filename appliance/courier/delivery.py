"""Carries to one store what it does not have yet: DESIGN "The courier", "Carrying a session".

Apart from when and where: this is the order of what is sent, and of what is written down around it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.clock import Clock
from appliance.courier import loads
from appliance.courier.ahead import Ahead, Packed
from appliance.courier.journal import Journal, SessionBook
from appliance.courier.loads import Load
from appliance.courier.marks import Marks
from appliance.courier.mover import Mover, Watch
from appliance.courier.shelf import Shelf
from appliance.courier.targets import Target
from appliance.courier.tries import Book, Tries
from appliance.courier.wanted import Wanted
from appliance.errors import CardFailing, OfficeUnreachable
from appliance.store.layout import ERASING, Home
from appliance.store.parcels import ParcelName

log: Final = logging.getLogger(__name__)
TRIES: Final = 3
"""In a row for one parcel, each under a new name; then the store is left alone for a while."""
ANEW_MS: Final = 86_400_000
"""A session without a receipt this long after it was sent, though the outbox was read since, is sent once more; then
after twice as long, and so on: what the office holds of it may have rotted before it was taken in."""

Sending = Callable[[str | None, int], bool]
"""Told whose session is on its way (None: of no session) and how much of the present parcel; False: break off."""


@dataclass(frozen=True, slots=True)
class Road:
    target: Target
    mover: Mover
    watch: Watch


@dataclass(slots=True)
class Delivery:
    """`run`: a folder in the RAM disk for tars."""

    home: Home
    shelf: Shelf
    journal: Journal
    marks: Marks
    clock: Clock
    run: Path
    _met: set[tuple[str, str, int]] = field(default_factory=set)

    def carry(self, target: Target, mover: Mover, sending: Sending) -> bool:
        """Whether anything was sent. Raises OfficeUnreachable, Abandoned; CardFailing once all else is carried."""
        news, failed = False, False
        for facts in self.shelf.closed():
            if self.journal.carried(facts.id, target.store).sent_at is None:
                try:
                    news |= self._session(facts.id, target, mover, sending)
                except FileNotFoundError:
                    log.info("a session was erased while it was carried")
                except OSError:
                    failed = True
        news |= self._general(target, mover, sending)
        if failed:
            raise CardFailing("A part of a session could not be read from the card.")
        return news

    def renew(self, target: Target) -> None:
        """The outbox was read: what should have a receipt by now and has none is sent once more."""
        now_ms = self.clock.utc_ms()
        for facts in self.shelf.closed():
            carried = self.journal.carried(facts.id, target.store)
            waited_ms = ANEW_MS << min(carried.round - 1, 6)
            if carried.state == "sent" and now_ms - (carried.sent_at or now_ms) > waited_ms:
                self.journal.anew(facts.id, target.store)

    def again(self, target: Target, wanted: Wanted) -> None:
        """The store asks for what came torn or rotted there. Each demand is met once: the next answer may be slow."""
        for what, attempt in wanted.items():
            if (target.store, what.text, attempt) in self._met:
                continue
            self._met.add((target.store, what.text, attempt))
            if what.kind in ("film", "file"):
                if self.home.session(what.of).is_dir():
                    self.journal.again(what.of, target.store, what, attempt)
            else:
                self.marks.again(target.store, what, attempt)

    def waiting(self, target: Target) -> bool:
        """Whether there is anything to carry there."""
        unsent = any(self.journal.carried(each.id, target.store).sent_at is None for each in self.shelf.closed())
        return unsent or bool(self._general_loads(target.store))

    def _session(self, session: str, target: Target, mover: Mover, sending: Sending) -> bool:
        """Film, log, key; what was said and tagged; sums, and the signature as commit."""
        folder, store = self.home.session(session), target.store
        book, tries = SessionBook(self.journal, session), self.journal.carried(session, store).tries

        def watch(moved: int) -> bool:
            return sending(session, moved)

        def send(some: Sequence[Load]) -> None:
            self._send(_unsent(some, tries), book, Road(target, mover, watch), folder)

        send(loads.footage(folder))
        self._general(target, mover, sending)
        send(loads.commit(folder))
        self.journal.committed(session, store, self.clock.utc_ms())
        return True

    def _general(self, target: Target, mover: Mover, sending: Sending) -> bool:
        due = self._general_loads(target.store)
        self._send(due, self.marks, Road(target, mover, lambda moved: sending(None, moved)), None)
        return bool(due)

    def _general_loads(self, store: str) -> list[Load]:
        mark, home = self.marks.of(store), self.home
        lanes = [load for each in loads.writers(home.lanes) for load in loads.ops(home, each, mark.lane.get(each, 0))]
        said = [
            load
            for each in loads.writers(home.root / "statements")
            for load in loads.statements(home, each, mark.said.get(each, 0))
        ]
        return [*lanes, *said, *(load for load in loads.families(home) if load.what.of not in mark.family)]

    def _send(self, due: Sequence[Load], book: Book, road: Road, folder: Path | None) -> None:
        """One after the other. `folder`: a session's; nothing more of it is sent once it is being erased."""
        if not due:
            return
        with Ahead(self.run, due) as ahead:
            for packed in ahead:
                if folder is not None and (folder / ERASING).exists():
                    raise FileNotFoundError
                _put(packed, book, road)


def _put(packed: Packed, book: Book, road: Road) -> None:
    """The attempt is written down before it begins, and that it arrived after it did. A new attempt has a new name."""
    what, size = packed.load.what, packed.load.bytes
    for left in reversed(range(TRIES)):
        attempt = book.begin(road.target.store, what, packed.sha256, size)
        name = ParcelName(what, packed.sha256, attempt).text
        try:
            road.mover.put(packed.path, road.target.remote, name, road.watch)
        except OfficeUnreachable:
            if not left:
                raise
            continue
        book.done(road.target.store, what)
        return


def _unsent(some: Sequence[Load], tries: Tries) -> list[Load]:
    return [load for load in some if not ((known := tries.get(load.what.text)) and known.sent)]
