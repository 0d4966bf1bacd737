"""The way into a box: a paired phone's cookie, and its PIN.

Apart from the guard because the desk has another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from appliance.errors import Fault, Locked, NotPaired
from web_ui.cookies import read_cookie
from web_ui.keeping import KeeperLink, Keeping
from web_ui.phones import Phones
from web_ui.showing import Showing
from web_ui.visitor import Opened, Role, Visitor


@dataclass(frozen=True, slots=True)
class BoxEntrance:
    """All phones share one key: what the first of them opened, each of them that gives its PIN may read."""

    phones: Phones
    keeping: Keeping[KeeperLink]
    opened: Opened
    showing: Showing
    page: Final[str] = "/unlock"

    def visitor(self) -> Visitor:
        known, screen = self.phones.of_cookie(read_cookie("phone")), self.showing.is_screen(read_cookie("screen"))
        if known is None:
            return Visitor(Role.STRANGER, screen=screen)
        phone, secret = known
        if not self.keeping.is_signed_in(phone.id, read_cookie("signin")):
            return Visitor(Role.PAIRED, phone.id, None, phone, secret, screen)
        return Visitor(Role.UNLOCKED, phone.id, self.opened, phone, secret, screen)

    def check(self, who: Visitor, *, used: bool) -> None:
        self.keeping.check(used=used)

    def names(self) -> Mapping[str, str]:
        return {phone.id: phone.name for phone in self.phones.all()}

    def refusal(self, who: Visitor) -> Fault:
        if who.role is Role.STRANGER:
            return NotPaired("This phone is not paired with the box.")
        return Locked("The box is locked for this phone.")
