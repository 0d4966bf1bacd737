"""A series of power cuts of one recording, each looked at, and the figures of all of them.

Apart from the tests because the controls and the long run take the same series and expect something else of it.
"""

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from appliance.sealing.identities import HybridIdentity
from tests.lab.blocklog import BlockLog
from tests.lab.promises import Promise, due, film_lost_us, longest_segment_us, sync_delays_us, was_filming
from tests.powercut.aftermath import Aftermath, look

HOME = "home"


@dataclass
class Series:
    """What all cuts of one recording came to. `film_lost_us`: of each cut while filming; `worst`: the troubles
    of the first bad cuts."""

    seed: int
    promises: Sequence[Promise]
    segment_us: int
    widest_us: int
    cuts: int = 0
    bad_cuts: int = 0
    stars_lost: int = 0
    seconds: float = 0.0
    film_lost_us: list[int] = field(default_factory=list)
    worst: list[str] = field(default_factory=list)

    @property
    def delays_us(self) -> list[int]:
        return sync_delays_us(self.promises)

    @property
    def loss_limit_us(self) -> int:
        """The second in progress, the slowest sync of the run, and what the clock of the cuts may be wrong by."""
        return self.segment_us + max(self.delays_us) + 2 * self.widest_us

    def report(self) -> str:
        told = Counter(p.kind for p in self.promises)
        return "\n".join(
            [
                f"{self.cuts} power cuts (seed {self.seed}), {self.seconds / max(1, self.cuts) * 1000:.0f} ms each: "
                f"{self.bad_cuts} bad, {self.stars_lost} acknowledged stars lost",
                f"  written: {told['segment']} segments, {told['star']} stars, {told['opened']} sessions",
                f"  film lost   {spread_ms(self.film_lost_us)}, {len(self.film_lost_us)} cuts while filming",
                f"  sync delay  {spread_ms(self.delays_us)}",
                f"  limit       {self.loss_limit_us / 1000:.0f} ms: segment {self.segment_us / 1000:.0f}, "
                f"slowest sync {max(self.delays_us) / 1000:.0f}, clock {2 * self.widest_us / 1000:.0f}",
                *(f"  {line}" for line in self.worst),
            ]
        )


def spread_ms(values_us: Sequence[int]) -> str:
    """Median, 95th percentile and most, in ms."""
    if not values_us:
        return "none"
    ordered = sorted(values_us)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    return (
        f"median {statistics.median(ordered) / 1000:.0f} ms, p95 {p95 / 1000:.0f} ms, max {ordered[-1] / 1000:.0f} ms"
    )


def take(lab: BlockLog, promises: Sequence[Promise], office: HybridIdentity, *, seed: int, number: int) -> Series:
    """Cut `number` times and look at what is left each time."""
    series = Series(seed, promises, longest_segment_us(promises), lab.timeline.widest_us)
    started = time.monotonic()
    for cut in lab.cuts(seed, number):
        owed = due(promises, lab.timeline, cut.length)
        found = _look(cut.folder, cut.trouble, owed, office, Random(f"{seed} {cut.length}"))
        series.cuts += 1
        series.stars_lost += found.stars_lost
        if was_filming(promises, cut.at_us) or found.troubles:
            series.film_lost_us.append(film_lost_us(promises, cut.at_us, found.playable_us))
        if found.troubles:
            series.bad_cuts += 1
            series.worst += [f"cut at entry {cut.length}: {t}" for t in found.troubles[:2]][: 8 - len(series.worst)]
    series.seconds = time.monotonic() - started
    return series


def _look(
    folder: Path | None, trouble: str, owed: Sequence[Promise], office: HybridIdentity, chance: Random
) -> Aftermath:
    if folder is None:
        return Aftermath([trouble], stars_lost=sum(p.kind == "star" for p in owed))
    return look(folder / HOME, owed, office, chance)
