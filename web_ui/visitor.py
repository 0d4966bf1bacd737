"""Who sent a request, what they may, and how a browser shows who it is: by a phone at the box, by a name at the desk.

Apart from the guard, which asks these things of box and desk alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Protocol

from appliance.errors import Fault
from web_ui.keeping import FilmLink
from web_ui.known import Known
from web_ui.phones import Phone


class Role(IntEnum):
    """STRANGER: any browser. PAIRED: it has a paired phone's cookie. UNLOCKED: it gave its PIN, and the key is here.

    At the desk nobody is PAIRED, and whoever has signed in is UNLOCKED.
    """

    STRANGER = 0
    PAIRED = 1
    UNLOCKED = 2


@dataclass(frozen=True, slots=True)
class Access:
    """`once`: a change under an op_id. `bench`: only there where the hardware is a bench.

    `use`: keeps what is unlocked unlocked; what a page asks for by itself, with nobody looking, must not.
    `screen`: the family's screen may, and no other browser, whatever its role.
    """

    role: Role
    once: bool = False
    bench: bool = False
    use: bool = True
    screen: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """What one key opens for as long as it is in memory: films, by the keeper that holds it, and what was tagged."""

    link: FilmLink
    known: Known


@dataclass(frozen=True, slots=True)
class Visitor:
    """`by`: the id of a phone, or of a member of staff; "" of a stranger. `opened`: None unless UNLOCKED.

    `phone`, and the `secret` of its cookie: at the box only. `screen`: this browser is the family's screen.
    """

    role: Role
    by: str = ""
    opened: Opened | None = None
    phone: Phone | None = None
    secret: bytes = field(default=b"", repr=False)
    screen: bool = False


class Entrance(Protocol):
    """`page`: where a browser is sent that may not see a page."""

    @property
    def page(self) -> str: ...
    def visitor(self) -> Visitor:
        """By the cookies of the request."""
        ...

    def check(self, who: Visitor, *, used: bool) -> None:
        """Raises Locked if it was too long ago that anything was used; `used`: this is a use."""
        ...

    def names(self) -> Mapping[str, str]:
        """What those who tag here are called, by their ids: phones at a box, staff at the desk."""
        ...

    def refusal(self, who: Visitor) -> Fault:
        """Why this visitor may not."""
        ...
