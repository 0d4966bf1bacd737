"""The courier process: looks around, carries, picks up, tells how far it is.

Apart from what each of these does; here is only when, and that a recording goes before everything.
"""

import logging
import queue
import random
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from appliance.board import Board
from appliance.clock import Clock
from appliance.courier.delivery import Delivery
from appliance.courier.journal import Journal
from appliance.courier.marks import Marks
from appliance.courier.mover import Abandoned, Mover
from appliance.courier.orders import Orders
from appliance.courier.pace import JITTER_US, Pace
from appliance.courier.pickup import Pickup
from appliance.courier.progress import Moving, Progress
from appliance.courier.recorder_end import RecorderEnd
from appliance.courier.shelf import Shelf
from appliance.courier.targets import Target, read_targets
from appliance.courier.wanted import read_wanted
from appliance.courier.way import Way
from appliance.errors import BadInput, CardFailing, Fault, OfficeUnreachable
from appliance.intercom import Answer, Intercom, Request
from appliance.said.trusted import Office, read_office
from appliance.store.durable import Durable, FolderLock
from appliance.store.layout import Home

log: Final = logging.getLogger(__name__)
ASK_US: Final = 500_000
"""While bytes move the recorder is asked this often whether a recording began."""
TELL_US: Final = 250_000
LOOK_S: Final = 5.0
"""The longest between two turns; `go` wakes the courier at once."""
FOLLOW_US: Final = 10 * 60 * 1_000_000
"""How often receipts are looked at though none came: the days that a box keeps a session pass by themselves."""


@dataclass(frozen=True, slots=True)
class Parts:
    """`box`: this device's id. `run`: a folder in the RAM disk. `mover`: who carries to a target."""

    home: Home
    run: Path
    box: str
    clock: Clock
    durable: Durable
    way: Way
    recorder: RecorderEnd
    mover: Callable[[Target], Mover]
    board: Board
    jitter_us: int = JITTER_US
    chance: random.Random = field(default_factory=random.Random)


class Courier:
    """`turn` does everything that is due; called by `run` in one thread, and by tests with their own clock."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        home, clock = parts.home, parts.clock
        self.journal, self.marks = Journal(home, parts.durable), Marks(home, parts.durable)
        shelf, self._moving = Shelf(home), Moving()
        self._progress = Progress(shelf, self.journal, self._moving)
        self._delivery = Delivery(home, shelf, self.journal, self.marks, clock, parts.run / "parcels")
        self._pickup = Pickup(home, parts.box, parts.durable)
        self._orders = Orders(home, parts.box, shelf, self.journal, self.marks, parts.recorder, clock)
        self._paces: dict[str, Pace] = {}
        self._targets: tuple[Target, ...] = ()
        self._fault: Fault | None = None
        self._asked_us = self._followed_us = -FOLLOW_US
        self._go, self._ending = threading.Event(), threading.Event()
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._told: object = None
        self._told_us = -TELL_US

    # What other threads call.

    def take(self, request: Request) -> Answer:
        """`status`, and `go`: carry now. Raises BadInput."""
        match request:
            case {"do": "status"}:
                return self._parts.board.read()
            case {"do": "go"}:
                self._go.set()
                self._wake.put(None)
                return {}
        raise BadInput("The courier takes status, go and subscribe.")

    def end(self) -> None:
        """Break off and let `run` return; may be called from a signal, in which an Event that is waited for may not."""
        self._ending.set()
        self._wake.put(None)

    # The loop.

    def run(self) -> None:
        self._publish("waiting")
        while not self._ending.is_set():
            with suppress(queue.Empty):
                self._wake.get(timeout=self.turn())

    def turn(self) -> float:
        """Look around, and visit every store that is due; gives the seconds until the next turn."""
        if self._parts.recorder.filming():
            self._publish("recording")
            return LOOK_S
        try:
            office = self._look()
        except Fault as fault:
            self._fault = fault
            self._publish("unreachable")
            return LOOK_S
        for target in self._targets:
            if self._paces[target.store].is_due(self._now_us()) and not self._ending.is_set():
                self._visit(target, office)
        if self._now_us() - self._followed_us >= FOLLOW_US:
            self._follow(office)
        self._publish(self._state())
        return self._wait_s()

    def _wait_s(self) -> float:
        due = [pace.due_us for target in self._targets if (pace := self._paces[target.store]).due_us is not None]
        return min([LOOK_S, *(max(0, due_us - self._now_us()) / 1e6 for due_us in due)])

    def _look(self) -> Office:
        """Read whom to carry to, and whether there is a way. Raises BadInput."""
        office, now_us = read_office(self._parts.home), self._now_us()
        self._targets = read_targets(office.targets)
        asked = self._go.is_set()
        self._go.clear()
        for target in self._targets:
            fresh = Pace(self._parts.jitter_us, self._parts.chance)
            pace = self._paces.setdefault(target.store, fresh)
            pace.way(now_us, is_open=self._parts.way.open(target))
            if asked:
                pace.go(now_us)
            elif self._delivery.waiting(target):
                pace.soon(now_us)
        return office

    def _visit(self, target: Target, office: Office) -> None:
        """Carry, then pick up; and pick up, too, where a part of the card could not be read."""
        pace, failed = self._paces[target.store], None
        self._moving.begin(target.store, self._now_us())
        try:
            try:
                news = self._carry(target)
            except CardFailing as fault:
                news, failed = False, fault
            news |= self._pick_up(target, office)
        except Abandoned:
            pace.broken_off(self._now_us())
        except (Fault, OSError) as failure:
            self._fault = failure if isinstance(failure, Fault) else CardFailing("The card refused a file.")
            log.warning("store %s: %s", target.store[:8], self._fault)
            pace.failed(self._now_us())
        else:
            self._fault = failed
            pace.went_well(self._now_us(), news=news)
        finally:
            self._moving.end()

    def _carry(self, target: Target) -> bool:
        if not self._delivery.waiting(target):
            return False
        mover = self._parts.mover(target)
        self._parts.recorder.show("syncing")
        self._publish("carrying")
        try:
            return self._delivery.carry(target, mover, self._sending)
        finally:
            self._parts.recorder.show("nothing")

    def _pick_up(self, target: Target, office: Office) -> bool:
        if target.pickup is None:
            return False
        folder = self._parts.run / "pickup" / target.store
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        failed = self._fetch(target, target.pickup, folder)
        new = self._pickup.file(folder, target.store, office, self._may_go_on)
        self._orders.hand_locals(folder)
        if new or self._followed_us < 0:
            self._follow(office)
        self._delivery.again(target, read_wanted(folder))
        if failed is not None:
            raise failed
        self._delivery.renew(target)
        return bool(new)

    def _fetch(self, target: Target, pickup: str, folder: Path) -> OfficeUnreachable | None:
        """What came before a road closed, or before enough had come for once, is filed all the same."""
        try:
            self._parts.mover(target).fetch(pickup, folder, self._parts.home.inbox, lambda _moved: self._may_go_on())
        except OfficeUnreachable as fault:
            return fault
        return None

    def _follow(self, office: Office) -> None:
        self._followed_us = self._now_us()
        try:
            self._orders.follow(office)
        except CardFailing as fault:
            self._fault = fault

    def _sending(self, session: str | None, moved: int) -> bool:
        self._moving.at(session, moved)
        if self._now_us() - self._told_us >= TELL_US:
            self._publish("carrying")
        return self._may_go_on()

    def _may_go_on(self) -> bool:
        """False once a recording runs or we are to end."""
        now_us = self._now_us()
        if self._ending.is_set():
            return False
        if now_us - self._asked_us < ASK_US:
            return True
        self._asked_us = now_us
        return not self._parts.recorder.filming()

    def _state(self) -> str:
        paces = [self._paces[target.store] for target in self._targets]
        if any(pace.unreachable for pace in paces):
            return "unreachable"
        waits = any(self._delivery.waiting(target) for target in self._targets)
        return "waiting" if waits else "idle"

    def _publish(self, state: str) -> None:
        now_us = self._now_us()
        status = self._progress.status(state, self._targets, self._ways(now_us), self._fault, now_us)
        news = (state, status["sent_bytes"], status["fault"], [each["state"] for each in status["sessions"]])
        self._parts.board.put(status, changed=news != self._told)
        self._told, self._told_us = news, now_us

    def _ways(self, now_us: int) -> Mapping[str, Mapping[str, Any]]:
        """`way`: whether there is one; `due_s`: seconds until it is gone, None without a way."""
        return {
            store: {
                "way": pace.due_us is not None,
                "unreachable": pace.unreachable,
                "due_s": None if pace.due_us is None else max(0, (pace.due_us - now_us) // 1_000_000),
            }
            for store, pace in self._paces.items()
        }

    def _now_us(self) -> int:
        return self._parts.clock.monotonic_us()


@dataclass(slots=True)
class CourierProcess:
    """Starts and ends the parts of the process. `lock`: no other courier writes this journal until we end."""

    courier: Courier
    intercoms: list[Intercom]
    movers: list[Mover]
    recorder: RecorderEnd
    lock: FolderLock

    def run(self) -> int:
        """Until `courier.end()`."""
        for intercom in self.intercoms:
            intercom.open()
        try:
            self.courier.run()
        finally:
            for intercom in self.intercoms:
                intercom.close()
            for mover in self.movers:
                mover.close()
            self.recorder.close()
            self.lock.release()
        return 0
