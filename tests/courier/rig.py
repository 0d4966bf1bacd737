"""A courier in this process: a real home, a real office, a stand-in recorder on a real socket, time moved by hand."""

import random
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from appliance.board import Board
from appliance.courier.courier import Courier, Parts
from appliance.courier.folder import FolderMover
from appliance.courier.mover import Mover, Watch
from appliance.courier.recorder_end import RecorderEnd
from appliance.courier.way import BenchWay
from appliance.errors import BadInput, Forbidden, OfficeUnreachable
from appliance.intercom import Answer, Intercom, Request
from appliance.office.facts import public_of
from appliance.said.trusted import Office, write_office
from appliance.store.durable import Durable
from appliance.store.layout import Home
from appliance.store.parcels import read_name
from tests.office.rig import CarryingBox, OfficeRig
from tests.store.stopping import no_syncs


class StandInRecorder:
    """Answers as a recorder does; `asked` is what it was asked to change. `refuses`: verbs it does not know."""

    def __init__(self, run: Path, home: Home) -> None:
        self.state, self.shown, self.home = "ready", "nothing", home
        self.asked: list[Request] = []
        self.refuses: set[str] = set()
        self.holds = False
        self._lock = threading.Lock()
        self._intercom = Intercom(run / "recorder.sock", self._take)

    def open(self) -> None:
        self._intercom.open()

    def close(self) -> None:
        self._intercom.close()

    def verbs(self, verb: str) -> list[Request]:
        with self._lock:
            return [each for each in self.asked if each["do"] == verb]

    def _take(self, request: Request) -> Answer:
        if request["do"] == "status":
            return {"state": self.state, "lamp": {"says": "syncing" if self.shown == "syncing" else "ready"}}
        with self._lock:
            self.asked.append(request)
        if request["do"] in self.refuses:
            raise BadInput("The recorder does not know how to do this.")
        match request:
            case {"do": "show", "what": str(what)}:
                self.shown = what
            case {"do": "purge", "session": str(session)}:
                if self.holds:
                    raise Forbidden("The office put a hold on this session.")
                shutil.rmtree(self.home.session(session), ignore_errors=True)
            case {"do": "obey"}:
                return {"erased": [], "held": ["0" * 32] if self.holds else []}
        return {}


class FlakyMover:
    """A FolderMover that can be told to fail before, or after, any put, and to call someone in the middle of one."""

    def __init__(self) -> None:
        self._folder = FolderMover()
        self.fails: list[str] = []
        """What happens to the next puts: "before", "after" (the file is there, but that was not heard), or "well"."""
        self.during: Callable[[], None] = lambda: None
        self.put_names: list[str] = []
        self.fetches_badly = False

    def put(self, source: Path, remote: str, name: str, watch: Watch) -> None:
        self.put_names.append(name)
        what = self.fails.pop(0) if self.fails else "well"
        if what == "before":
            raise OfficeUnreachable("The bench's road is closed.")

        def looking(moved: int) -> bool:
            self.during()
            return watch(moved)

        self._folder.put(source, remote, name, looking)
        if what == "after":
            raise OfficeUnreachable("The bench's road closed at the end.")

    def fetch(self, remote: str, folder: Path, held: Path, watch: Watch) -> None:
        self._folder.fetch(remote, folder, held, watch)
        if self.fetches_badly:
            raise OfficeUnreachable("The bench's road closed before all had come.")

    def close(self) -> None:
        """Nothing was started."""


class CourierRig:
    """`again` is a new courier process in the same home. Stores' targets need the network, which `way` switches."""

    def __init__(self, folder: Path, run: Path, *stores: OfficeRig) -> None:
        self.run, self.offices = run, stores
        self.box = CarryingBox(folder / "home", 31)
        self.home = self.box.home
        self.clock, self.way, self.mover = self.box.clock, BenchWay(mounts=set()), FlakyMover()
        self.recorder, self.end = StandInRecorder(run, self.home), RecorderEnd(run / "recorder.sock")
        self.home.device.mkdir(parents=True)
        for office in stores:
            office.know(self.box)
            office.drop(self.box).mkdir(parents=True, exist_ok=True)
        self.trust()
        self.again()

    def trust(self, receipts: int = 1, pickup: bool = True) -> None:
        targets: list[dict[str, Any]] = [
            {
                "store": office.facts.store,
                "remote": str(office.drop(self.box)),
                "pickup": str(office.store.outbox(self.box.device)) if pickup else None,
                "needs": "network",
            }
            for office in self.offices
        ]
        publics = {office.facts.store: public_of(office.store) for office in self.offices}
        write_office(self.home, Office(publics, frozenset(publics.values()), receipts, tuple(targets)))

    def again(self, durable: Durable | None = None) -> Courier:
        self.end.close()
        self.end = RecorderEnd(self.run / "recorder.sock")
        mover: Mover = self.mover
        self.courier = Courier(
            Parts(
                self.home,
                self.run,
                self.box.device,
                self.clock,
                durable or Durable(no_syncs()),
                self.way,
                self.end,
                lambda _target: mover,
                Board(),
                jitter_us=0,
                chance=random.Random(1),
            )
        )
        return self.courier

    def turn(self, seconds: float = 0) -> dict[str, Any]:
        """One turn after so much time; gives the status then."""
        self.clock.advance(ms=int(seconds * 1000))
        self.courier.turn()
        return dict(self.courier.take({"do": "status"}))

    def until(self, done: Callable[[dict[str, Any]], Any], turns: int = 50, seconds: float = 60) -> dict[str, Any]:
        for _ in range(turns):
            status = self.turn(seconds)
            if done(status):
                return status
        raise AssertionError(status)

    def dropped(self, office: OfficeRig | None = None) -> dict[str, list[int]]:
        """What stands whole in the drop, and with which attempts."""
        found: dict[str, list[int]] = {}
        drop = (office or self.offices[0]).drop(self.box)
        for path in sorted(drop.iterdir()) if drop.is_dir() else ():
            name = read_name(path.name)
            assert name is not None, path.name
            found.setdefault(f"{name.what.text}~{name.sha256}", []).append(name.attempt)
        return found


@contextmanager
def courier_rig(folder: Path, run: Path, stores: int = 1) -> Iterator[CourierRig]:
    rig = CourierRig(folder, run, *(OfficeRig(folder / f"store-{n}") for n in range(stores)))
    rig.recorder.open()
    try:
        yield rig
    finally:
        rig.end.close()
        rig.recorder.close()
