"""What a session is for and how long it should be.

Apart and pure: the lengths are the practice's, not the machine's (PRACTICE.md, "Panel and lamp").
"""

import re
from dataclasses import dataclass
from enum import Enum

from appliance.errors import BadInput

MINUTE_US = 60_000_000
FAMILY_CODE = re.compile(r"[A-Z]{1,3}-[0-9]{1,6}", re.ASCII)
VISIT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class Purpose(Enum):
    FILM = "film"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Lengths:
    """Minutes of film: `target` None means no target; `limit` is where the recording stops by itself."""

    target_min: int | None
    limit_min: int


LENGTHS = {Purpose.FILM: Lengths(10, 60), Purpose.REVIEW: Lengths(None, 120)}
AGAIN_MIN, CHIME_MIN = 5, 15
"""Minutes past the target: the swaps are shown again; the chime sounds."""


@dataclass(frozen=True, slots=True)
class Arming:
    """What the next press is for. `family`: a code such as F-017, never a name, or None when not yet known.

    `visit`: the id of the op that began the visit (FORMAT 8); None where nobody said that there is one.
    """

    family: str | None = None
    purpose: Purpose = Purpose.FILM
    discreet: bool = False
    target_min: int | None = None
    visit: str | None = None

    @classmethod
    def read(cls, request: dict[str, object]) -> "Arming":
        """From an `arm` request; raises BadInput and names the field that cannot be taken."""
        family = request.get("family")
        if family is not None and not (isinstance(family, str) and FAMILY_CODE.fullmatch(family)):
            raise BadInput("A family is known by a code such as F-017.")
        try:
            purpose = Purpose(request.get("purpose", "film"))
        except ValueError:
            raise BadInput("The purpose is either film or review.") from None
        discreet = request.get("discreet", False)
        if not isinstance(discreet, bool):
            raise BadInput("Discreet is either true or false.")
        target = request.get("target_min")
        if target is not None and not (type(target) is int and 1 <= target <= LENGTHS[purpose].limit_min):
            raise BadInput("The length target is 1 to {n} minutes.", n=LENGTHS[purpose].limit_min)
        visit = request.get("visit")
        if visit is not None and not (isinstance(visit, str) and VISIT.fullmatch(visit)):
            raise BadInput("A visit is known by the UUID of its op.")
        return cls(family, purpose, discreet, target, visit)

    @property
    def facts(self) -> dict[str, object]:
        """What the session's op says of it (FORMAT 8)."""
        told: dict[str, object] = {"family": self.family, "purpose": self.purpose.value, "discreet": self.discreet}
        return told if self.visit is None else {**told, "visit": self.visit}

    @property
    def next(self) -> "Arming":
        """For the film after this one: a visit may have many; what was said for one film only is done with it."""
        return self if self.visit is not None else Arming()

    @property
    def target_us(self) -> int | None:
        minutes = LENGTHS[self.purpose].target_min if self.target_min is None else self.target_min
        return None if minutes is None else minutes * MINUTE_US

    @property
    def limit_us(self) -> int:
        return LENGTHS[self.purpose].limit_min * MINUTE_US
