"""What a writer has acknowledged, as it tells it, and what of it must have survived a cut.

Apart from any writer: a stand-in prints these lines, and a real recorder's acknowledgements are put in the same form.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Literal

from tests.lab.timeline import Timeline

Kind = Literal["opened", "segment", "star", "closed"]


@dataclass(frozen=True, slots=True)
class Promise:
    """At `at_us` the writer had said that these files are safe: names below the home, and the SHA-256 of each.

    `film_us`: CLOCK_MONOTONIC of time 0 where a session was opened, of the end of the film so far for a segment or a
    close; None for a star.
    """

    kind: Kind
    at_us: int
    session: str
    files: Mapping[str, str] = field(default_factory=dict)
    film_us: int | None = None

    def line(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


def read_promises(lines: Iterable[str]) -> list[Promise]:
    return [Promise(**json.loads(line)) for line in lines if line.strip()]


def due(promises: Iterable[Promise], timeline: Timeline, length: int) -> list[Promise]:
    """Those that had been given before the log was `length` entries long."""
    return [p for p in promises if (covered := timeline.covers(p.at_us)) is not None and covered <= length]


def sync_delays_us(promises: Iterable[Promise]) -> list[int]:
    """For each segment: from the end of its film to its acknowledgement."""
    return [p.at_us - p.film_us for p in promises if p.kind == "segment" and p.film_us is not None]


def longest_segment_us(promises: Sequence[Promise]) -> int:
    """From the end of one acknowledged segment, or the start of the film, to the end of the next."""
    longest = 0
    for session in {p.session for p in promises}:
        kinds: set[Kind] = {"opened", "segment"}
        ends_us = sorted(p.film_us or 0 for p in promises if p.session == session and p.kind in kinds)
        longest = max([longest, *(after - before for before, after in pairwise(ends_us))])
    return longest


def was_filming(promises: Sequence[Promise], at_us: int) -> bool:
    """Whether a session had begun and not ended then."""
    starts = {p.session: p.film_us or 0 for p in promises if p.kind == "opened"}
    ends = {p.session: p.film_us or 0 for p in promises if p.kind == "closed"}
    return any(start_us <= at_us < ends.get(session, at_us + 1) for session, start_us in starts.items())


def film_lost_us(promises: Sequence[Promise], at_us: int, playable_us: Mapping[str, int]) -> int:
    """Film that had been taken when the cut came at `at_us`, less what can be played afterwards.

    `playable_us`: for each session the end of its last playable segment on CLOCK_MONOTONIC; absent: nothing plays.
    """
    lost = 0
    for opened in (p for p in promises if p.kind == "opened"):
        start_us = opened.film_us or 0
        ends_us = [p.film_us or 0 for p in promises if p.kind == "closed" and p.session == opened.session]
        taken_us = min([at_us, *ends_us])
        lost += max(0, taken_us - max(start_us, playable_us.get(opened.session, start_us)))
    return lost
