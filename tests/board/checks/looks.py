"""What the box sees in a real room: a covered lens, and the clock it starts with.

Apart because bounds that were drawn from drawn rooms are tried on a real one here.
"""

from typing import Final

from tests.board.bench import Bench, Status
from tests.board.check import Check, Outcome, answered, judged

HAND_S: Final = 60.0
TOLD_S: Final = 10.0
"""The five seconds that are promised, and those that a hand takes to get there."""
SURE: Final = frozenset({"rtc", "phone", "network"})


def covered(bench: Bench) -> Outcome:
    bench.order("start")
    bench.wait(5)
    took_s = bench.until("cover", _covered, HAND_S)
    bench.until("uncover", lambda told: not _covered(told), HAND_S)
    bench.order("stop")
    if took_s is None:
        return answered(False, "told", "not told")
    return judged(round(took_s, 1), "s", most=TOLD_S, note="the time of the hand is in it")


def clock(bench: Bench) -> Outcome:
    """Ask after a start without a network: what keeps the time then is a chip with a battery."""
    source = str(bench.status()["health"]["utc_source"])
    return answered(source in SURE, "rtc, phone or network", source)


def _covered(told: Status) -> bool:
    return any(fault["code"] == "lens-covered" for fault in told["faults"])


CHECKS: Final = (
    Check("covered", "a covered lens is told", "bounds drawn from drawn rooms", 1, covered),
    Check("clock", "the box knows the time after a start", "only a board has its clock chip", 0.1, clock),
)
