"""How often something was seen, as rates per ten minutes of film: the only figure by which two films can be compared.

Apart from counting because a count of a long film beside one of a short film misleads (PRACTICE, principle 7).
"""

from collections.abc import Iterable, Mapping
from typing import Final

from appliance.practice.moments import Moment

TEN_MINUTES_MS: Final = 600_000
LEAST_MS: Final = 120_000
"""Of less film than this a rate says nothing: one tap in ten seconds would be sixty."""


def rates(moments: Iterable[Moment], shown_ms: int) -> Mapping[str, float | None]:
    """For each tag, the most frequent first: how often in ten minutes of film; None of a film too short to say so.

    `shown_ms`: how much film there is, without pauses and without what is hidden. Each moment counts once, however
    often a tap lengthened it.
    """
    counts: dict[str, int] = {}
    for moment in moments:
        for tag in moment.tags:
            counts[tag] = counts.get(tag, 0) + 1
    ordered = sorted(counts, key=lambda tag: (-counts[tag], tag))
    if shown_ms < LEAST_MS:
        return dict.fromkeys(ordered)
    return {tag: round(counts[tag] * TEN_MINUTES_MS / shown_ms, 1) for tag in ordered}
