"""Locked or unlocked: the keeper's link, which phones have signed in, and when all of it is forgotten by itself.

Apart so that what ends an unlock can be read on one page: a lock, a death of the keeper, five minutes without use,
power that stays low.
"""

import hmac
import secrets
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, Final, Generic, Protocol, TypeVar

from appliance.clock import Clock
from appliance.errors import Locked, TooOften, worded
from web_ui.limits import Tries

IDLE_US: Final = 5 * 60 * 1_000_000
LOW_POWER_US: Final = 10 * 1_000_000


class PhoneFiles(Protocol):
    """What becomes of `unlock/`: write these whole, in this order, then remove those. `pairing`: the phone's id."""

    @property
    def pairing(self) -> str: ...
    @property
    def write(self) -> Mapping[str, bytes]: ...
    @property
    def remove(self) -> Sequence[str]: ...


class FilmLink(Protocol):
    """The process that holds an opening key. Everything raises Locked when there is none, or none any more."""

    @property
    def unlocked(self) -> bool: ...
    def lock(self) -> None: ...
    def playable(self, session: str) -> bool: ...
    def init(self, session: str) -> bytes: ...
    def segment(self, session: str, n: int) -> bytes: ...
    def frame(self, session: str, pts_ms: int, width: int | None) -> bytes: ...
    def pts(self, session: str, n: int) -> Sequence[int]: ...
    def ops(self) -> Sequence[dict[str, Any]]: ...


class KeeperLink(FilmLink, Protocol):
    """A box's; `pin` and `secret` are wiped by whoever takes them. Only `unlock` and `first` work while locked."""

    def unlock(self, pairing_bin: bytes, identity_age: bytes, pin: bytearray, secret: bytearray) -> None:
        """Raises WrongKey, and is as it was before."""
        ...

    def first(self, pin: bytearray, secret: bytearray, name: str) -> PhoneFiles: ...
    def add_phone(self, pin: bytearray, secret: bytearray, name: str) -> PhoneFiles: ...
    def revoke_phone(self, pairing: str) -> PhoneFiles: ...


L = TypeVar("L", bound=FilmLink)


WRONG_PIN: Final = worded("The PIN was wrong a moment ago.")


class Keeping(Generic[L]):
    """Who may read now by one key. `on_lock` is called after every lock, so that what was opened goes with the key.

    `on_unlock` is called whenever somebody has signed in. It locks by itself after `idle_us` without use.
    `wrong`: what somebody is told who must wait after a wrong PIN or passphrase.
    """

    def __init__(
        self,
        link: L,
        clock: Clock,
        *,
        on_unlock: Callable[[], None],
        on_lock: Callable[[], None],
        idle_us: int = IDLE_US,
        wrong: str = WRONG_PIN,
    ) -> None:
        self.link: Final = link
        self.wrong: Final = wrong
        self._clock, self._on_unlock, self._on_lock = clock, on_unlock, on_lock
        self._idle_us = idle_us
        self._signed_in: dict[str, str] = {}
        self._used_us = clock.monotonic_us()
        self._low_since_us: int | None = None
        self._tries = Tries()
        self._lock = Lock()

    @property
    def unlocked(self) -> bool:
        return self.link.unlocked

    @property
    def locks_in_s(self) -> int | None:
        """Seconds until it locks for want of use; None while it is locked."""
        if not self.unlocked:
            return None
        return max(0, self._used_us + self._idle_us - self._clock.monotonic_us()) // 1_000_000

    def try_opening(self, who: str, opening: Callable[[], None]) -> str:
        """A token for the cookie of whoever opened. Raises WrongKey, and TooOften while it must wait after a wrong one.

        `opening`: brings the key, or raises WrongKey.
        """
        wait_s = self._tries.begin(who, self._clock.monotonic_us())
        if wait_s:
            raise too_often(self.wrong, wait_s)
        opening()
        self._tries.right(who)
        return self.sign_in(who)

    def sign_in(self, phone_id: str) -> str:
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._signed_in[phone_id] = token
            self._used_us, self._low_since_us = self._clock.monotonic_us(), None
        self._on_unlock()
        return token

    def is_signed_in(self, phone_id: str, token: str | None) -> bool:
        known = self._signed_in.get(phone_id)
        if known is None or token is None or not self.unlocked:
            return False
        return hmac.compare_digest(known.encode(), token.encode(errors="replace"))

    def sign_out(self, phone_id: str) -> None:
        with self._lock:
            self._signed_in.pop(phone_id, None)

    def check(self, *, used: bool) -> None:
        """Raises Locked, also if it was too long ago that anything was used; `used`: this is a use."""
        self.tick()
        if not self.unlocked:
            raise Locked("The box is locked.")
        if used:
            self._used_us = self._clock.monotonic_us()

    def lock(self) -> None:
        with self._lock:
            self._signed_in.clear()
            self._low_since_us = None
        self.link.lock()
        self._on_lock()

    def tick(self, undervoltage: bool | None = None) -> None:
        """Lock if it is time; `undervoltage` as the machine says now, None where nobody was asked."""
        now_us = self._clock.monotonic_us()
        if not self.unlocked:
            if self._signed_in:
                self.lock()  # the keeper died
            return
        if undervoltage is not None:
            since_us = now_us if self._low_since_us is None else self._low_since_us
            self._low_since_us = since_us if undervoltage else None
        low = self._low_since_us is not None and now_us - self._low_since_us > LOW_POWER_US
        if low or now_us - self._used_us > self._idle_us:
            self.lock()


def too_often(what: str, wait_s: float) -> TooOften:
    wait = max(1, round(wait_s + 0.499))
    fault = TooOften(what, "Wait {wait} s, then try again.", wait=wait)
    fault.wait_s = wait
    return fault
