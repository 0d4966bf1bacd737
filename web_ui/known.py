"""What was tagged, as far as the key at hand can read it: the keeper's ops folded in memory, from unlock to lock.

Apart from the pages because it is opened: it must be gone with the key, and a first page need not wait for all of it.
"""

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any, Final

from appliance.errors import Fault, Locked
from appliance.practice.moments import Moment
from appliance.practice.projection import Projection, SessionLine
from appliance.worker import Worker
from web_ui.keeping import KeeperLink
from web_ui.lane import WebLane

WAIT_S: Final = 0.5
"""How long a page waits for ops that are still being read before it shows what there is."""

HELPINGS: Final = 2
"""How many a page takes itself: what was tagged since the last page is one, and then there are none."""


class Known:
    """Used by many threads; one at a time asks the keeper for what is new."""

    def __init__(self, link: KeeperLink, lane: WebLane) -> None:
        self._link, self._lane = link, lane
        self._asking = Lock()
        self._projection: Projection | None = None

    def begin(self) -> None:
        """The box was unlocked: read all there is, in a thread of its own, unless that was begun already."""
        with self._asking:
            if self._projection is not None:
                return
            self._projection = Projection()
        Worker("practice", lambda _stopping: self._read_on()).start()

    def end(self) -> None:
        """The box was locked."""
        with self._asking:
            projection, self._projection = self._projection, None
        if projection is not None:
            projection.close()

    def refresh(self) -> bool:
        """Take what is new; False where that is still under way in another thread."""
        if not self._asking.acquire(timeout=WAIT_S):
            return False
        try:
            return any(self._take() == 0 for _ in range(HELPINGS))
        finally:
            self._asking.release()

    def moments_of(self, session: str) -> Sequence[Moment]:
        return self._now().moments_of(session)

    def undone_of(self, session: str) -> Sequence[tuple[Moment, Sequence[str]]]:
        """Moments that were undone, each with the undos that would have to be undone to bring it back."""
        view = self._now().session(session)
        return [(each.moment, each.undos) for each in view.undone] if view is not None else []

    def lines(self) -> Mapping[str, SessionLine]:
        return {line.id: line for line in self._now().sessions()}

    def _now(self) -> Projection:
        projection = self._projection
        if projection is None:
            raise Locked("The box is locked.")
        return projection

    def _read_on(self) -> None:
        try:
            while True:
                with self._asking:
                    if self._projection is None or self._take() == 0:
                        return
        except Fault:
            return  # locked meanwhile

    def _take(self) -> int:
        """One helping of ops, at most a thousand; how many there were."""
        projection = self._now()
        ops: Sequence[dict[str, Any]] = self._link.ops()
        projection.feed(ops)
        self._lane.seen = max(self._lane.seen, projection.lamport)
        return len(ops)
