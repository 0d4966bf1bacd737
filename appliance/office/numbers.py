"""Which sessions of a device are missing as a whole, told by their numbers.

Apart and pure: a session that somebody removed before it came home leaves no other trace (FORMAT 1).
"""

from collections.abc import Collection
from typing import Final

MOST: Final = 1_000
"""No more are named at once: one absurd number in a log must not fill a report."""


def gaps(known: Collection[int]) -> list[int]:
    """The numbers from 1 to the highest known that are not; `known` are archived, erased or purged. The newest `MOST`.

    A number above the highest can be missing too; only the next one to come shows it.
    """
    present = {number for number in known if number > 0}
    highest = max(present, default=0)
    found: list[int] = []
    for number in range(highest, 0, -1):
        if len(found) == MOST or len(present) == highest:
            break
        if number not in present:
            found.append(number)
    return sorted(found)
