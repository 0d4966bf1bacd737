"""What one measurement gives: a line of the table, and its figures for the JSON file.

Apart so that a row module says what it measures and nothing about how that is shown.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """`figures`: every number of the row, unit in its name. `disk`: the file system that was written to, or "none".

    `peer`: who else did the same in this run, and how it fared. `ratio`: ours over the peer's, None where the two do
    not do the same. `met`: None where no target is set. `runs`: how many measurements stand behind a figure.
    """

    what: str
    ours: str
    figures: Mapping[str, float]
    disk: str
    runs: int
    peer: str = ""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None
    note: str = ""


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all values do not exceed."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def p50_p99(values: Sequence[float]) -> tuple[float, float]:
    return statistics.median(values), percentile(values, 0.99)
