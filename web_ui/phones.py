"""The paired phones: what `unlock/` says of each in clear, who a cookie belongs to, and the files of a new one.

Apart from the keeper because it opens nothing: a phone is known by the hash of its cookie's secret.
"""

import base64
import binascii
import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from appliance.errors import FileTampered, Forbidden, NotFound
from appliance.store.durable import Durable
from appliance.store.layout import UNFINISHED, Home, is_id

IDENTITY: Final = "identity.age"
RECIPIENT: Final = "recipient.txt"
SECRET_BYTES: Final = 32
_COOKIE: Final = re.compile(r"([0-9a-f]{32})\.([A-Za-z0-9_-]{43})", re.ASCII)

Files = Mapping[str, bytes]
"""Names in `unlock/` and what they hold."""


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

    def keep(self, files: Files) -> Phone:
        """Write a new pairing, durable on return.

        1. the phone's `.bin`; 2. `identity.age`, now sealed to it too; 3. `recipient.txt`, from when on the recorder
        seals to it. Cut off before 2 nobody can unlock with it, and the phone never got its cookie.
        """
        with self._lock:
            self._durable.make_folder(self._folder)
            for name in sorted(files, key=lambda name: (name == RECIPIENT, name == IDENTITY)):
                self._durable.write_whole(self._folder / name, files[name])
            (new,) = (phone for name in files if (phone := _parse(name, files[name])) is not None)
            self._phones[new.id] = new
            return new

    def name_for(self, asked: str | None) -> str:
        """The name asked for, or the next free "phone 2"."""
        taken = {phone.name for phone in self.all()}
        free = (f"phone {n}" for n in range(1, len(taken) + 2))
        return asked or next(name for name in free if name not in taken)

    def revoke(self, phone_id: str) -> None:
        """Take a phone out for good. Raises NotFound, and Forbidden for the last one."""
        with self._lock:
            if phone_id not in self._phones:
                raise NotFound("There is no such phone.")
            if len(self._phones) == 1:
                raise Forbidden("This is the only phone that can unlock the box.", "Pair another phone first.")
            path = self._folder / f"{phone_id}.bin"
            del self._phones[phone_id]
            self._durable.overwrite(path)
            self._durable.remove(path)
            self._durable.sync_folder(self._folder)


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
