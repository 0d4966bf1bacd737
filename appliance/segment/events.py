"""What comes out of the segment station.

Apart because the film makes them and the Segmenter hands them on.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Init:
    """`ftyp` + `moov`; once, before everything else."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Segment:
    """`moof` + `mdat`. `pts_ms` is the end of the segment or gap before. `end_us`: CLOCK_MONOTONIC of its end."""

    n: int
    pts_ms: int
    dur_ms: int
    data: bytes
    end_us: int


@dataclass(frozen=True, slots=True)
class Gap:
    """`what`: "all" (nothing is in the film for so long) or "sound" (silence is). `why`: as FORMAT.md section 4."""

    pts_ms: int
    dur_ms: int
    what: str
    why: str


Event = Init | Segment | Gap
