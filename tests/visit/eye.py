"""How an eye measures a lamp: changes in a second, and the dark."""

from collections.abc import Sequence

from appliance.panel.panel import Colour

SECOND_US = 1_000_000
CHANGES_A_SECOND = 6
"""Three flashes, each a pair of opposing changes (WCAG 2.3.1)."""
Stretch = tuple[int, Colour]
"""From when a colour is seen, and which."""


def without_repeats(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Only where the colour changes, and the beginning."""
    return [
        stretch for place, stretch in enumerate(stretches) if place == 0 or stretch[1] is not stretches[place - 1][1]
    ]


def most_changes_in_a_second(stretches: Sequence[Stretch]) -> int:
    """Changes in the fullest second, both its ends counted in."""
    changes = [at_us for at_us, _ in stretches[1:]]
    return max((sum(first <= at <= first + SECOND_US for at in changes) for first in changes), default=0)


def longest_dark_us(stretches: Sequence[Stretch], until_us: int) -> int:
    ends = [at_us for at_us, _ in stretches[1:]] + [until_us]
    dark = (end - at for (at, colour), end in zip(stretches, ends, strict=True) if colour is Colour.OFF)
    return max(dark, default=0)
