"""What was tagged, as far as the key at hand can read it: the keeper's ops folded in memory, from unlock to lock.

Apart from the pages because it is opened: it must be gone with the key, and a first page need not wait for all of it.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Condition, Lock
from typing import Any, Final

from appliance.errors import Fault, Locked, StillReading
from appliance.practice.families import Families, FamilyView
from appliance.practice.hidden import Hidden
from appliance.practice.moments import Moment
from appliance.practice.projection import Projection, SessionLine
from appliance.practice.reels import Reel
from appliance.practice.trail import Trail
from appliance.worker import Worker
from web_ui.films import Mark
from web_ui.keeping import FilmLink
from web_ui.lane import WebLane

WAIT_S: Final = 0.3
"""How long a page waits for ops that are still being read before it shows what there is."""

WHOLE_S: Final = 8.0
"""How long a film waits, before it plays, for all ops to be read: among them may be one that hides a part of it."""

PATIENCE_S: Final = 2.0
"""How long reading on waits for pages that do not cease."""


class Known:
    """Used by many threads; one at a time asks the keeper for what is new, and pages go first."""

    def __init__(self, link: FilmLink, lane: WebLane, trail: Trail | None = None) -> None:
        """`trail`: takes what was done by whom besides; emptied with the rest."""
        self._link, self._lane, self._trail = link, lane, trail
        self._families = Families()
        self._asking = Lock()
        self._pages, self._no_page = 0, Condition()
        self._projection: Projection | None = None
        self._all_read = False
        self._playable: dict[str, tuple[Mark, bool]] = {}

    def begin(self) -> None:
        """The box was unlocked: read all there is, in a thread of its own, unless that was begun already."""
        with self._asking:
            if self._projection is not None:
                return
            self._projection, self._all_read = Projection(), False
        Worker("practice", lambda _stopping: self._read_on()).start()

    def end(self) -> None:
        """The box was locked."""
        with self._asking:
            projection, self._projection = self._projection, None
            self._playable.clear()
            self._families.forget()
            if self._trail is not None:
                self._trail.forget()
        if projection is not None:
            projection.close()

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """While a page asks; what is new was taken before. False where more is still to be read, after the page."""
        with self._no_page:
            self._pages += 1
        until_s = time.monotonic() + WAIT_S
        mine = self._asking.acquire(timeout=WAIT_S)
        try:
            yield mine and self._take_until(until_s)
        finally:
            if mine:
                self._asking.release()
            with self._no_page:
                self._pages -= 1
                self._no_page.notify_all()

    def hidden_of(self, session: str) -> Sequence[Hidden]:
        """What of a film must not be shown, by all ops there are at this moment; film order.

        Raises StillReading where they are not all read in time: then nothing of it may be shown.
        """
        until_s = time.monotonic() + WHOLE_S
        while True:
            with self.turn() as whole:
                if whole:
                    return self._now().hidden_of(session)
            if time.monotonic() > until_s:
                raise StillReading("The box is still reading what was tagged.")

    def hidden_so_far(self, session: str) -> Sequence[Hidden]:
        """As `hidden_of`, by what was read so far: to be told of, never to serve film by."""
        return self._now().hidden_of(session)

    def playable(self, session: str, mark: Mark | None) -> bool:
        """Whether its film opens; asked once for each `local.age`, of which `mark` tells one from another."""
        if mark is None:
            return False
        known = self._playable.get(session)
        if known is None or known[0] != mark:
            known = self._playable[session] = (mark, self._link.playable(session))
        return known[1]

    def moments_of(self, session: str) -> Sequence[Moment]:
        return self._now().moments_of(session)

    def undone_of(self, session: str) -> Sequence[tuple[Moment, Sequence[str]]]:
        """Moments that were undone, each with the undos that would have to be undone to bring it back."""
        view = self._now().session(session)
        return [(each.moment, each.undos) for each in view.undone] if view is not None else []

    def lines(self) -> Mapping[str, SessionLine]:
        return {line.id: line for line in self._now().sessions()}

    def families(self) -> Sequence[FamilyView]:
        """By code; raises Locked."""
        self._now()
        return self._families.all()

    def family(self, family: str) -> FamilyView | None:
        self._now()
        return self._families.family(family)

    def family_of_visit(self, visit: str) -> FamilyView | None:
        self._now()
        return self._families.of_visit(visit)

    def reels(self) -> Sequence[Reel]:
        """Those of one subject stand together, the last changed first."""
        return self._now().reels()

    def _now(self) -> Projection:
        projection = self._projection
        if projection is None:
            raise Locked("The box is locked.")
        return projection

    def _read_on(self) -> None:
        try:
            while not self._all_read:
                with self._no_page:
                    self._no_page.wait_for(lambda: self._pages == 0, PATIENCE_S)
                with self._asking:
                    if self._projection is None:
                        return
                    self._all_read = self._take() == 0
        except Fault:
            return  # locked meanwhile

    def _take_until(self, until_s: float) -> bool:
        """Whether all was taken by then, CLOCK_MONOTONIC; a last helping may end a little later."""
        while self._take() > 0:
            if time.monotonic() > until_s:
                return False
        self._all_read = True
        return True

    def _take(self) -> int:
        """One helping of ops, at most a thousand; how many there were."""
        projection = self._now()
        ops: Sequence[dict[str, Any]] = self._link.ops()
        projection.feed(ops)
        self._families.feed(ops)
        if self._trail is not None:
            self._trail.feed(ops)
        self._lane.seen = max(self._lane.seen, projection.lamport)
        return len(ops)
