"""Which browser is the family's screen: one that shows a number, chosen by that number on an unlocked phone.

Apart and pure, with the time as a parameter: nothing of it is kept on the card, and a lock forgets all of it. Nobody
types a number, so none can be guessed: a stranger's browser that asks to be a screen is one number more in the list.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final

from appliance.errors import NotFound

WAITING_MOST: Final = 8
OF_ONE_MOST: Final = 2
"""Of one address: more than that are pages that were loaded anew."""
LIVES_US: Final = 5 * 60 * 1_000_000
SILENT_US: Final = 6_000_000
"""A page that has not asked for so long is closed, and its number no more in the list."""
DIGITS: Final = 4


@dataclass(slots=True)
class _Waiting:
    code: str
    address: str
    token: str = field(repr=False)
    since_us: int
    heard_us: int


class Screens:
    """At most one browser is the screen. For one thread at a time."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []
        self._taken: str | None = None

    def ask(self, address: str, now_us: int) -> tuple[str, str] | None:
        """A number to show and the token of a cookie, for a browser at this address; None: too many wait already."""
        self._forget(now_us)
        own = [each for each in self._waiting if each.address == address]
        if len(own) >= OF_ONE_MOST:
            self._waiting.remove(own[0])
        elif len(self._waiting) >= WAITING_MOST:
            return None
        new = _Waiting(self._free_code(), address, secrets.token_urlsafe(32), now_us, now_us)
        self._waiting.append(new)
        return new.code, new.token

    def code_of(self, token: str | None, now_us: int) -> str | None:
        """The number of a browser that waits, which was heard by this; None once it is over."""
        self._forget(now_us)
        for each in self._waiting:
            if token is not None and hmac.compare_digest(each.token, _plain(token)):
                each.heard_us = now_us
                return each.code
        return None

    def codes(self, now_us: int) -> list[str]:
        """All numbers that are shown on a screen now, the first to come first."""
        self._forget(now_us)
        return [each.code for each in self._waiting]

    def take(self, code: str, now_us: int) -> None:
        """From here on that one is the screen, and no other. Raises NotFound."""
        self._forget(now_us)
        chosen = next((each for each in self._waiting if each.code == code), None)
        if chosen is None:
            raise NotFound("No screen shows this number any more.", "Take the number that the screen shows now.")
        self._waiting.remove(chosen)
        self._taken = chosen.token

    def is_screen(self, token: str | None) -> bool:
        return self._taken is not None and token is not None and hmac.compare_digest(self._taken, _plain(token))

    @property
    def taken(self) -> bool:
        return self._taken is not None

    def let_go(self) -> None:
        self._taken = None

    def _forget(self, now_us: int) -> None:
        self._waiting = [
            each for each in self._waiting if now_us - each.heard_us < SILENT_US and now_us - each.since_us < LIVES_US
        ]

    def _free_code(self) -> str:
        taken = {each.code for each in self._waiting}
        while (code := f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}") in taken:
            pass
        return code


def _plain(token: str) -> str:
    """`compare_digest` takes ASCII only."""
    return token if token.isascii() else ""
