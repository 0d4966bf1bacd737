"""The best moments of a film: where most of what people saw lies close together, ready as soon as the film is stopped.

Apart from the fold and pure: which clips are offered must be the same on every screen, and can be argued about here.

- What a parent marked ("that one") weighs most, then a word or a star of each further coder; several taps of one coder
  close together weigh more than one. A note adds a little: somebody had something to say.
- Around the place that weighs most a clip is cut: the stretches of all moments near it, but no more than LONGEST_MS.
  Then the next, among what is left and outside of all clips before it. At most five, for three to five tiny clips are
  what a shared review has time for.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from appliance.practice.hidden import Hidden, merged
from appliance.practice.moments import Moment
from appliance.visit.tags import THAT_ONE

MOST: Final = 5
NEAR_MS: Final = 6_000
"""Taps this close to one another mean the same thing that happened: half of what a tap reaches back and on."""
LONGEST_MS: Final = 30_000
SHORTEST_MS: Final = 2_000
"""What is shorter, after hidden film and other clips were left out, is no clip; a moment trimmed so is."""

WEIGHT, CODER_WEIGHT, NOTE_WEIGHT, PARENT_WEIGHT = 2, 3, 1, 12


@dataclass(frozen=True, slots=True)
class Best:
    """A clip of the film, in_ms < out_ms; `pts_ms`: the place in it that weighs most, for a still.

    `moments`: the ids of those that it is made of, `tags`: theirs, each once, the most frequent first; `coders`: how
    many people saw them; `parent`: whether a parent marked one.
    """

    in_ms: int
    out_ms: int
    pts_ms: int
    moments: tuple[str, ...]
    tags: tuple[str, ...]
    coders: int
    parent: bool
    weight: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """A moment with where it was: its tap, moved into its stretch where that was trimmed away from it."""

    at_ms: int
    moment: Moment


def best_moments(
    moments: Iterable[Moment], film_ms: int, hidden: Sequence[Hidden] = (), most: int = MOST
) -> list[Best]:
    """At most so many, in film order; none touches another or a hidden stretch, and none goes beyond the film."""
    shut = [(each.in_ms, film_ms if each.out_ms is None else each.out_ms) for each in merged(hidden)]
    left = sorted((_seen(each, film_ms) for each in moments), key=lambda seen: (seen.at_ms, seen.moment.id))
    left = [each for each in left if each.at_ms < film_ms and not _within(each.at_ms, shut)]
    found: list[Best] = []
    while left and len(found) < most:
        heart, near = _heaviest(left)
        clip = _clip(heart, near, shut, film_ms)
        taken = {each.moment.id for each in near}
        if clip is not None:
            found.append(clip)
            shut.append((clip.in_ms, clip.out_ms))
        left = [each for each in left if each.moment.id not in taken and not _within(each.at_ms, shut)]
    return sorted(found, key=lambda each: each.in_ms)


def _seen(moment: Moment, film_ms: int) -> _Seen:
    return _Seen(max(moment.in_ms, min(moment.pts_ms, moment.out_ms - 1, max(film_ms - 1, 0))), moment)


def _within(at_ms: int, shut: Iterable[tuple[int, int]]) -> bool:
    return any(in_ms <= at_ms < out_ms for in_ms, out_ms in shut)


def _heaviest(left: Sequence[_Seen]) -> tuple[_Seen, Sequence[_Seen]]:
    """The moment around which most was seen, and all those near it; the earliest of equals."""
    times = [each.at_ms for each in left]

    def near(each: _Seen) -> Sequence[_Seen]:
        return left[bisect_left(times, each.at_ms - NEAR_MS) : bisect_right(times, each.at_ms + NEAR_MS)]

    heart = max(left, key=lambda each: (_weight(near(each)), -each.at_ms))
    return heart, near(heart)


def _weight(near: Sequence[_Seen]) -> int:
    coders = {each.moment.by for each in near}
    notes, parents = sum(bool(each.moment.note) for each in near), sum(map(_parents, near))
    taps = sum(len(each.moment.taps) for each in near)
    return WEIGHT * taps + CODER_WEIGHT * (len(coders) - 1) + NOTE_WEIGHT * notes + PARENT_WEIGHT * parents


def _parents(seen: _Seen) -> bool:
    return THAT_ONE in seen.moment.tags


def _clip(heart: _Seen, near: Sequence[_Seen], shut: Iterable[tuple[int, int]], film_ms: int) -> Best | None:
    """The stretches of all moments near, as far as they are one piece around the heart of it that may be shown."""
    own, half_ms = heart.moment, LONGEST_MS // 2
    in_ms = max(min(each.moment.in_ms for each in near), heart.at_ms - half_ms)
    out_ms = min(max(each.moment.out_ms for each in near), heart.at_ms + half_ms, film_ms)
    for from_ms, to_ms in shut:
        in_ms = max(in_ms, to_ms) if to_ms <= heart.at_ms else in_ms
        out_ms = min(out_ms, from_ms) if from_ms > heart.at_ms else out_ms
    if out_ms - in_ms < min(SHORTEST_MS, own.out_ms - own.in_ms):
        return None
    return _best(in_ms, out_ms, heart, near)


def _best(in_ms: int, out_ms: int, heart: _Seen, near: Sequence[_Seen]) -> Best:
    counts: dict[str, int] = {}
    for each in near:
        for tag in each.moment.tags:
            counts[tag] = counts.get(tag, 0) + 1
    tags = tuple(sorted(counts, key=lambda tag: (-counts[tag], tag)))
    coders = len({each.moment.by for each in near})
    parent = any(map(_parents, near))
    return Best(in_ms, out_ms, heart.at_ms, tuple(e.moment.id for e in near), tags, coders, parent, _weight(near))
