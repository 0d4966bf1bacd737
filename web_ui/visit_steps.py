"""The way through a visit: which steps are done, and the one that comes next.

Apart and pure, so that every page and phone leads to the same one. Nothing here holds up a recording.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from web_ui.visiting import Present

STEPS: Final = ("ready", "family", "consent", "framing", "film", "watch", "remote", "close")


@dataclass(frozen=True, slots=True)
class Way:
    """`done`: in the order of STEPS. `next`: what the home of the visit leads to."""

    done: tuple[str, ...]
    next: str


def way(present: Present | None, passed: Collection[str], *, filming: bool, now_ms: int) -> Way:
    """A film that runs comes before anything else. `passed`: where somebody has been; consent may be left for later."""
    done = {step for step in passed if step != "consent"}
    if present is not None:
        done |= {"family"}
        done |= {"consent"} if answered(present, now_ms) else set()
        done |= {"film"} if present.filmed and not filming else set()
    if filming:
        following = "film"
    elif present is not None and refused(present) and not present.filmed:
        following = "close"
    else:
        following = next(step for step in STEPS if step not in done and step not in passed)
    return Way(tuple(step for step in STEPS if step in done), following)


def answered(present: Present, now_ms: int) -> bool:
    """Whether somebody was asked: consent to record is good and the child was asked, or the answer is no."""
    return refused(present) or (present.says is not None and present.may(present.purpose, now_ms))


def refused(present: Present) -> bool:
    """Whether the child said no, or consent to record was withheld or withdrawn."""
    consent = present.consents.get(present.purpose)
    return present.says == "no" or (consent is not None and not consent.given)
