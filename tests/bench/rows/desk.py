"""From a sign-in at the desk to the first page and to all that was ever tagged, over HTTP; beside the bare reading."""

import statistics
import time
from dataclasses import dataclass
from typing import Any, Final

from appliance.commands.demo_desk import DemoDesk
from appliance.office.staff import Staff
from appliance.playback.keys import Keys
from appliance.playback.lanes import Lanes
from appliance.playback.places import StorePlaces
from tests.bench.context import Context
from tests.bench.row import Row
from tests.desk.archive import fill
from tests.desk.office import PASSPHRASE, Office
from tests.web.phone import Phone

FIRST_S: Final = 1.0
ALL_S: Final = 5.0
POLL_S: Final = 0.25
"""A page asks once a second while there is more to come."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Seconds: of the sign-in itself; from its answer to the first list of families; to the last of the ops."""

    sign_in_s: float
    first_s: float
    all_s: float


def measure(context: Context) -> Row:
    (sessions, ops), runs = context.pick((300, 15_000), (6, 60)), context.pick(5, 1)
    with context.scratch() as folder:
        office = Office(folder / "office")
        fill(office, sessions, ops)
        member = Staff(office.store).add("Desk", office.key, PASSPHRASE, 1)
        desk = DemoDesk(office.store.root, folder / "run", folder / "desk.log", 0)
        desk.launch()
        try:
            desk.wait_usable()
            found = [_sign_in(desk, member.id, sessions, ops) for _ in range(runs)]
        finally:
            desk.stop()
        peer_s = _bare_s(office)
    first_s = statistics.median(each.first_s for each in found)
    all_s = statistics.median(each.all_s for each in found)
    sign_in_s = statistics.median(each.sign_in_s for each in found)
    return Row(
        what=f"desk: from signed in to the first page, and to all of {sessions} sessions and {ops:,} ops",
        ours=f"{first_s:.2f} s and {all_s:.2f} s",
        peer=f"the same ops opened and verified in one process, and nothing else: {peer_s:.2f} s",
        ratio=all_s / peer_s,
        target=f"≤ {FIRST_S:.0f} s and ≤ {ALL_S:.0f} s",
        met=first_s <= FIRST_S and all_s <= ALL_S,
        figures={"first_page_s": first_s, "all_s": all_s, "sign_in_s": sign_in_s, "peer_s": peer_s},
        disk=context.disk,
        runs=runs,
        note=f"the sign-in before it takes {sign_in_s:.2f} s: scrypt with N = 2^18 and a new process",
    )


def _sign_in(desk: DemoDesk, member: str, sessions: int, ops: int) -> SignedIn:
    browser = Phone(desk.port, host=desk.host)
    asked = time.perf_counter()
    browser.done("/api/sign-in", staff=member, passphrase=PASSPHRASE)
    began = time.perf_counter()
    browser.get("/families")
    browser.read("/api/families")
    first_s = time.perf_counter() - began
    told: dict[str, Any] = {"reading": True}
    while told["reading"]:
        time.sleep(POLL_S)
        told = browser.read("/api/sessions")
    all_s = time.perf_counter() - began
    rows = told["sessions"]
    if len(rows) != sessions or sum(each["moments"] + each["stars"] for each in rows) != ops - sessions:
        raise RuntimeError("the desk lists another number of sessions or moments than there are")
    browser.done("/api/sign-out")
    browser.hang_up()
    return SignedIn(began - asked, first_s, all_s)


def _bare_s(office: Office) -> float:
    """All ops by the keeper's own reading, in this process, without pages."""
    places = StorePlaces(office.store)
    keys = Keys(places)
    keys.take(office.key)
    lanes, began = Lanes(places, keys), time.perf_counter()
    while lanes.new_ops():
        pass
    return time.perf_counter() - began
