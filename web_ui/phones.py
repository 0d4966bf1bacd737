"""The paired phones: what `unlock/` says of each in clear, who a cookie belongs to, and the files of a new one.

Apart from the keeper because it opens nothing: a phone is known by the hash of its cookie's secret.
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from appliance.errors import FileTampered, Forbidden, NotFound
from appliance.store.durable import Durable
from appliance.store.layout import UNFINISHED, Home, is_id
from web_ui.keeping import PhoneFiles

IDENTITY: Final = "identity.age"
SECRET_BYTES: Final = 32
_COOKIE: Final = re.compile(r"([0-9a-f]{32})\.([A-Za-z0-9_-]{43})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Phone:
    """`made_ms`: UTC. `secret_sha256`: of the cookie's secret."""

    id: str
    name: str
    made_ms: int
    secret_sha256: str


class Phones:
    """Reads `unlock/` once and is its only writer; used by many threads."""

    def __init__(self, home: Home, durable: Durable | None = None) -> None:
        self._folder, self._durable = home.unlock, durable or Durable()
        self._lock = Lock()
        for path in self._folder.glob(f"*{UNFINISHED}"):
            path.unlink()
        self._phones = {phone.id: phone for path in self._folder.glob("*.bin") if (phone := _read(path)) is not None}

    def all(self) -> list[Phone]:
        """In the order of their pairing; none while the unlock identity does not exist."""
        if not (self._folder / IDENTITY).exists():
            return []
        return sorted(self._phones.values(), key=lambda phone: (phone.made_ms, phone.id))

    def of_cookie(self, cookie: str | None) -> "tuple[Phone, bytes] | None":
        """Whose cookie it is, and its secret; None for any other text."""
        match = _COOKIE.fullmatch(cookie or "")
        phone = self._phones.get(match[1]) if match else None
        if match is None or phone is None:
            return None
        try:
            secret = base64.b64decode(match[2] + "=", altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        return (phone, secret) if hmac.compare_digest(sha256(secret).hexdigest(), phone.secret_sha256) else None

    def cookie(self, phone: Phone, secret: bytes) -> str:
        return f"{phone.id}.{base64.urlsafe_b64encode(secret).decode().rstrip('=')}"

    def sealed_of(self, phone: Phone) -> tuple[bytes, bytes]:
        """The phone's `.bin` and `identity.age`, for the keeper to open."""
        try:
            return (self._folder / f"{phone.id}.bin").read_bytes(), (self._folder / IDENTITY).read_bytes()
        except OSError:
            raise FileTampered("A file of this pairing is missing.", "Pair this phone anew.") from None

    def apply(self, files: PhoneFiles) -> Phone | None:
        """What the keeper made of a phone that came or went, written and removed in its order; durable on return.

        The phone that came, None where one went. Whoever is not in `unlock/` any more is out at once.
        """
        with self._lock:
            self._durable.make_folder(self._folder)
            for name, content in files.write.items():
                self._durable.write_whole(self._folder / name, content)
            for name in files.remove:
                self._phones.pop(name.removesuffix(".bin"), None)
                self._durable.overwrite(self._folder / name)
                self._durable.remove(self._folder / name)
            self._durable.sync_folder(self._folder)
            found = (_parse(name, content) for name, content in files.write.items())
            new = next((phone for phone in found if phone is not None and phone.id == files.pairing), None)
            if new is not None:
                self._phones[new.id] = new
            return new

    def name_for(self, asked: str | None) -> str:
        """The name asked for, or the next free "phone 2"."""
        taken = {phone.name for phone in self.all()}
        free = (f"phone {n}" for n in range(1, len(taken) + 2))
        return asked or next(name for name in free if name not in taken)

    def check_revocable(self, phone_id: str) -> None:
        """Raises NotFound, and Forbidden for the last phone: without one nothing kept on this box would ever open."""
        if phone_id not in self._phones:
            raise NotFound("There is no such phone.")
        if len(self._phones) == 1:
            raise Forbidden("This is the only phone that can unlock the box.", "Pair another phone first.")


def described(phones: Sequence[Phone], this: str | None) -> list[dict[str, object]]:
    return [{"id": p.id, "name": p.name, "made_ms": p.made_ms, "this": p.id == this} for p in phones]


def _read(path: Path) -> Phone | None:
    return _parse(path.name, path.read_bytes())


def _parse(name: str, content: bytes) -> Phone | None:
    """The phone of a `.bin`; None for any other file, and for one that was spoiled."""
    stem, dot, kind = name.partition(".")
    if (dot + kind) != ".bin" or not is_id(stem):
        return None
    try:
        told = json.loads(content)
        phone = Phone(told["pairing"], str(told["name"]), int(told["made"]), str(told["secret_sha256"]))
    except (ValueError, KeyError, TypeError):
        return None
    return phone if phone.id == stem else None
