"""How a phone comes to be trusted: somebody at the box pressed the recessed button, and one phone may pair.

Apart because it is the only way in.
"""

import secrets
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from appliance.errors import Fault, FileTampered, PairingClosed, RecorderGone
from web_ui.keeping import KeeperLink, Keeping
from web_ui.phones import SECRET_BYTES, Phone, Phones
from web_ui.recorder import Recorder


@dataclass(slots=True)
class Pairing:
    """One press pairs one phone: `_spent_us` is the end of the window that was used up."""

    recorder: Recorder
    phones: Phones
    keeping: Keeping[KeeperLink]
    _spent_us: int = 0
    _lock: Lock = field(default_factory=Lock)

    def open_s(self) -> int:
        """For how many seconds a phone may pair now; 0 too where the recorder does not answer."""
        try:
            status = self.recorder.ask("status")
        except RecorderGone:
            return 0
        return max(0, _until_us(status) - int(status["now_us"])) // 1_000_000 if self._is_new(status) else 0

    def pair(self, pin: str, name: str | None) -> tuple[Phone, bytes, str]:
        """The new phone, its cookie's secret, and its sign-in. Raises PairingClosed, RecorderGone."""
        with self._lock:
            status = self.recorder.ask("status")
            if not self._is_new(status):
                raise PairingClosed("The box does not wait for a phone.")
            known = self.phones.all()
            if known and not self.keeping.unlocked:
                raise PairingClosed(
                    "Another phone is paired, and the box is locked.", "Unlock with that phone, then pair this one."
                )
            secret = secrets.token_bytes(SECRET_BYTES)
            phone = self._come(pin, secret, self.phones.name_for(name), first=not known)
            self._spent_us = _until_us(status)
            return phone, secret, self.keeping.sign_in(phone.id)

    def revoke(self, phone_id: str) -> None:
        """Shut a phone out for good. Raises NotFound, Locked, and Forbidden for the last one."""
        with self._lock:
            self.phones.check_revocable(phone_id)
            self.phones.apply(self.keeping.link.revoke_phone(phone_id))
            self.keeping.sign_out(phone_id)

    def _come(self, pin: str, secret: bytes, name: str, *, first: bool) -> Phone:
        """Lock if the files of the first cannot be written: nobody could open what is sealed from then on."""
        link = self.keeping.link
        make = link.first if first else link.add_phone
        files = make(bytearray(pin, "ascii"), bytearray(secret), name)
        try:
            phone = self.phones.apply(files)
        except Fault:
            if first:
                self.keeping.lock()
            raise
        if phone is None:
            raise FileTampered("The keeper gave no file for the new phone.")
        return phone

    def _is_new(self, status: dict[str, Any]) -> bool:
        return _until_us(status) > self._spent_us


def _until_us(status: dict[str, Any]) -> int:
    """End of the window on CLOCK_MONOTONIC; the recorder says None as soon as it is over."""
    return int(status["pairing_until_us"] or 0)
