"""One line of the sheet: what is tried, why it takes a board, how, and what came of it.

Apart because checks, sheet and tests share these words.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.board.bench import Bench


class Mark(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not done"


@dataclass(frozen=True, slots=True)
class Outcome:
    """`figure` and `limit` as people read them, units included."""

    mark: Mark
    figure: str = ""
    limit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """`why`: why no other machine can show it. `about_min`: minutes it takes. `act` may raise anything."""

    key: str
    what: str
    why: str
    about_min: float
    act: "Callable[[Bench], Outcome]"


def judged(
    value: float | None, unit: str, *, most: float | None = None, least: float | None = None, note: str = ""
) -> Outcome:
    """By a figure and its bounds, both of which may be met; None was not measured."""
    bounds = [f"{sign} {bound:g} {unit}" for sign, bound in (("≥", least), ("≤", most)) if bound is not None]
    if value is None:
        return Outcome(Mark.NOT_DONE, limit=", ".join(bounds), note=note)
    good = (most is None or value <= most) and (least is None or value >= least)
    return Outcome(Mark.PASSED if good else Mark.FAILED, f"{value:g} {unit}", ", ".join(bounds), note)


def answered(good: bool | None, limit: str, figure: str = "", note: str = "") -> Outcome:
    """By a person's word, or by a plain yes or no; None: nobody looked."""
    mark = {True: Mark.PASSED, False: Mark.FAILED, None: Mark.NOT_DONE}[good]
    return Outcome(mark, figure or {True: "yes", False: "no", None: ""}[good], limit, note)
