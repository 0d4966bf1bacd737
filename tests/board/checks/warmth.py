"""Heat and hours: a closed case in a warm room, and a night of film.

Apart because they take longest; they come almost last, and each may be left out for today.
"""

from dataclasses import dataclass
from typing import Final

from tests.board.bench import Bench, Refused, Status, film
from tests.board.check import Check, Mark, Outcome, answered, judged

HOUR_S: Final = 3_600.0
ONE_FILM_S: Final = 1_500.0
"""Below the length at which a film ends by itself."""
HOT_C: Final = 80.0


@dataclass
class Worst:
    """Of everything that was seen."""

    temperature_c: float = 0.0
    faults: frozenset[str] = frozenset()
    dropped: int = 0

    def watch(self, told: Status) -> None:
        self.temperature_c = max(self.temperature_c, told["health"]["temperature_c"] or 0.0)
        self.faults |= {fault["code"] for fault in told["faults"]}
        self.dropped = max(self.dropped, int(told["dropped_pictures"]))


def thermal(bench: Bench) -> Outcome:
    if not bench.yes("Is the box in its closed case, in a room of 28 °C?"):
        return Outcome(Mark.NOT_DONE, limit=f"≤ {HOT_C:g} °C")
    worst = Worst()
    _hours(bench, 2, worst)
    told = ", ".join(sorted(worst.faults)) or "no fault"
    outcome = judged(worst.temperature_c, "°C", most=HOT_C, note=told)
    hot = "box-hot" in worst.faults or worst.dropped > 0
    return outcome if not hot else Outcome(Mark.FAILED, outcome.figure, outcome.limit, told)


def soak(bench: Bench) -> Outcome:
    """Eight hours, in films of 25 minutes; every one must be whole."""
    if not bench.yes("Film for eight hours now?"):
        return Outcome(Mark.NOT_DONE, limit="8 h, every film whole")
    worst = Worst()
    sessions = _hours(bench, 8, worst)
    bad = [session for session in sessions if not bench.kept(session).sound]
    return answered(not bad and not worst.dropped, "8 h, every film whole", f"{len(sessions)} films", f"{len(bad)} bad")


def _hours(bench: Bench, hours: float, worst: Worst) -> list[str]:
    end_s = bench.now_s() + bench.long_s(hours * HOUR_S)
    sessions: list[str] = []
    while bench.now_s() < end_s:
        sessions.append(film(bench, min(ONE_FILM_S, end_s - bench.now_s()), worst.watch))
        if len(set(sessions)) < len(sessions):
            raise Refused("a film came twice")
    return sessions


CHECKS: Final = (
    Check("thermal", "two hours in a closed case at 28 °C", "only a case gets hot", 125, thermal),
    Check("soak", "eight hours of film", "what shows after hours only", 480, soak),
)
