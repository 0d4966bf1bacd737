"""Which session a tap falls into, and where in its film.

Apart and pure: a tap carries the boot and the monotonic time that the phone believes in, and may arrive much later.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

NEAR_US: Final = 10_000_000
"""How far outside a film a tap may lie and still be meant for it: at the first picture or at the stop."""


@dataclass(frozen=True, slots=True)
class Span:
    """A session on the monotonic clock of its boot. `film_ms`: its length, None where it is not known to end."""

    session: str
    boot: str
    start_us: int
    film_ms: int | None

    def pts_ms(self, at_us: int) -> int:
        """Media time of a moment on the clock, clamped to the film."""
        return self.clamp((at_us - self.start_us) // 1000)

    def clamp(self, pts_ms: int) -> int:
        return max(0, pts_ms if self.film_ms is None else min(pts_ms, self.film_ms))

    def away_us(self, at_us: int) -> int:
        """How far outside the film this is, 0 inside."""
        end_us = at_us if self.film_ms is None else self.start_us + self.film_ms * 1000
        return max(0, self.start_us - at_us, at_us - end_us)


def place(spans: Iterable[Span], boot: str, at_us: int) -> Span | None:
    """The film of this boot that holds the time, else the nearest; the later of two equally near; None if none is."""
    fitting = [span for span in spans if span.boot == boot and span.away_us(at_us) <= NEAR_US]
    return min(fitting, key=lambda span: (span.away_us(at_us), -span.start_us), default=None)
