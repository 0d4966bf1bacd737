"""The opening key at rest: the unlock identity sealed to each paired phone, and each phone's own behind PIN and cookie.

Apart because nothing but the keeper may open what these functions make; bytes in and out, no disk (FORMAT 9).
"""

import hashlib
import hmac
import json
import os
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appliance.errors import BadInput, FileTampered, WrongKey
from appliance.sealing.age import open_sealed, seal
from appliance.sealing.certificates import from_base64, to_base64
from appliance.sealing.identities import HybridIdentity, parse_identity, read_identities
from appliance.sealing.recipients import HybridRecipient, parse_recipient
from appliance.sealing.sealed import Sealed

Octets = bytes | bytearray | memoryview
"""Secrets come in what can be wiped by whoever owns it."""
SECRET_BYTES: Final = 32
"""Of the secret in the phone's cookie."""
FILE_BYTES: Final = 16 * 1024
"""A longer file is no pairing of ours."""

_INFO: Final = b"fieldreel pairing v1"
_KEYS: Final = ("v", "pairing", "name", "made", "recipient", "secret_sha256", "kdf", "board", "sealed")
_KDF_KEYS: Final = ("name", "memory_kib", "lanes", "passes", "salt")
_ID: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PIN: Final = re.compile(rb"[0-9]{4,12}")
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_NAME_LETTERS: Final = 64
_MADE_MOST: Final = 1 << 53


@dataclass(frozen=True, slots=True)
class Work:
    """What one guess of a PIN costs (Argon2id, RFC 9106): 64 MiB and three passes, 0.13 s on a desktop core.

    The PIN is the weaker half: it slows down whoever holds both the box and the phone, and nobody else needs it.
    """

    memory_kib: int = 65_536
    lanes: int = 1
    passes: int = 3

    @property
    def bearable(self) -> bool:
        return 1 <= self.lanes <= 4 and 8 * self.lanes <= self.memory_kib <= 262_144 and 1 <= self.passes <= 10


@dataclass(frozen=True, slots=True)
class Pairing:
    """What a pairing file tells in clear. `made`: UTC in ms; `board`: the board's secret is needed too."""

    id: str
    name: str
    made: int
    recipient: HybridRecipient
    secret_sha256: str
    work: Work
    salt: bytes
    board: bool
    sealed: bytes
    head: bytes

    def fits(self, secret: Octets) -> bool:
        """Whether a cookie's secret is this phone's; says nothing about the PIN."""
        return hmac.compare_digest(hashlib.sha256(secret).hexdigest(), self.secret_sha256)


@dataclass(frozen=True, slots=True)
class NewPairing:
    """`data`: the bytes of `<id>.bin`; `recipient`: whom the unlock identity must be sealed to for this phone."""

    id: str
    data: bytes
    recipient: HybridRecipient


def make_pairing(
    pin: Octets,
    secret: Octets,
    name: str,
    *,
    made: int,
    board: Octets = b"",
    work: Work = Work(),
) -> NewPairing:
    """A phone's own identity, wrapped and dropped. Raises BadInput for a PIN, name or secret that none can be."""
    if not _PIN.fullmatch(pin):
        raise BadInput("A PIN is 4 to 12 digits.")
    if len(secret) != SECRET_BYTES or not _is_name(name) or not 0 <= made < _MADE_MOST:
        raise BadInput("A phone is paired with a name of up to 64 letters and a secret of 32 bytes.")
    identity, pairing, salt = HybridIdentity.generate(), secrets.token_hex(16), os.urandom(_SALT_BYTES)
    head = _head(
        {
            "v": 1,
            "pairing": pairing,
            "name": name,
            "made": made,
            "recipient": identity.recipient.text,
            "secret_sha256": hashlib.sha256(secret).hexdigest(),
            "kdf": {
                "name": "argon2id",
                "memory_kib": work.memory_kib,
                "lanes": work.lanes,
                "passes": work.passes,
                "salt": to_base64(salt),
            },
            "board": bool(board),
        }
    )
    nonce = os.urandom(_NONCE_BYTES)
    key = _wrapping_key(pairing, work, salt, pin=pin, secret=secret, board=board)
    sealed = nonce + ChaCha20Poly1305(key).encrypt(nonce, identity.text.encode("ascii"), head)
    wipe(key)
    return NewPairing(pairing, _with_sealed(head, sealed), identity.recipient)


def open_pairing(data: bytes, pin: Octets, secret: Octets, board: Octets = b"") -> HybridIdentity:
    """The phone's identity. Raises WrongKey (PIN, secret or board is another) or FileTampered."""
    pairing = read_pairing(data)
    if not pairing.fits(secret):
        raise WrongKey("This phone is not the one that was paired.", "Pair this phone anew.")
    board = board if pairing.board else b""
    key = _wrapping_key(pairing.id, pairing.work, pairing.salt, pin=pin, secret=secret, board=board)
    nonce, body = pairing.sealed[:_NONCE_BYTES], pairing.sealed[_NONCE_BYTES:]
    try:
        text = ChaCha20Poly1305(key).decrypt(nonce, body, pairing.head)
    except InvalidTag:
        raise WrongKey("The PIN is wrong.", "Try again, slowly: each wrong PIN makes the next wait longer.") from None
    finally:
        wipe(key)
    identity = parse_identity(text.decode("ascii"))
    if not isinstance(identity, HybridIdentity) or identity.recipient.text != pairing.recipient.text:
        raise FileTampered("A pairing holds another phone's key.")
    return identity


def read_pairing(data: bytes) -> Pairing:
    """What stands in clear; that it was not changed is known only once it is opened. Raises FileTampered."""
    try:
        told = json.loads(data.decode()) if len(data) <= FILE_BYTES else None
        return _shape(told, data)
    except (ValueError, KeyError, TypeError, RecursionError, BadInput):
        raise FileTampered("This is not the file of a paired phone.") from None


def seal_identity(identity: HybridIdentity, recipients: Sequence[HybridRecipient]) -> Sealed:
    """The bytes of `identity.age`: the unlock identity for the phones that have these recipients."""
    return seal(f"{identity.text}\n".encode("ascii"), recipients)


def open_identity(sealed: Sealed, phone: HybridIdentity) -> HybridIdentity:
    """The unlock identity. Raises WrongKey (it is not sealed to this phone any more) or FileTampered."""
    try:
        (identity,) = read_identities(open_sealed(sealed, [phone]), _no_passphrase)
    except (ValueError, BadInput):
        raise FileTampered("The unlock key is not one.") from None
    if not isinstance(identity, HybridIdentity):
        raise FileTampered("The unlock key is of another kind.")
    return identity


def wipe(buffer: bytearray) -> None:
    """Zeros over a secret that is no longer needed. Copies that Python made on the way are not reached."""
    buffer[:] = bytes(len(buffer))


def _wrapping_key(
    pairing: str,
    work: Work,
    salt: bytes,
    *,
    pin: Octets,
    secret: Octets,
    board: Octets,
) -> bytearray:
    """HKDF-SHA-256 of Argon2id(PIN), the cookie's secret and the board's; to be wiped."""
    slow = Argon2id(salt=salt, length=32, iterations=work.passes, lanes=work.lanes, memory_cost=work.memory_kib)
    material, key = bytearray(32), bytearray(32)
    slow.derive_into(cast("bytes", pin), material)  # takes any buffer
    material += secret
    material += board
    HKDF(hashes.SHA256(), 32, None, _INFO + pairing.encode("ascii")).derive_into(cast("bytes", material), key)
    wipe(material)
    return key


def _head(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _with_sealed(head: bytes, sealed: bytes) -> bytes:
    return b'%b,"sealed":"%b"}' % (head[:-1], to_base64(sealed).encode("ascii"))


_TYPES: Final = {"v": int, "made": int, "kdf": dict, "board": bool}
_KDF_TYPES: Final = {"name": str, "salt": str}


def _shape(told: Any, data: bytes) -> Pairing:
    """Raises ValueError, KeyError, TypeError or BadInput for what `make_pairing` cannot have written."""
    kdf = told["kdf"]
    _check(type(told) is dict and all(type(told[key]) is _TYPES.get(key, str) for key in _KEYS))
    _check(tuple(kdf) == _KDF_KEYS and all(type(kdf[key]) is _KDF_TYPES.get(key, int) for key in _KDF_KEYS))
    salt, sealed = from_base64(kdf["salt"]), from_base64(told["sealed"])
    recipient, work = parse_recipient(told["recipient"]), Work(kdf["memory_kib"], kdf["lanes"], kdf["passes"])
    head = _head({key: told[key] for key in _KEYS[:-1]})
    if salt is None or sealed is None or not isinstance(recipient, HybridRecipient):
        raise ValueError
    _check(told["v"] == 1 and kdf["name"] == "argon2id" and work.bearable)
    _check(_ID.fullmatch(told["pairing"]) and _SHA256.fullmatch(told["secret_sha256"]) and _is_name(told["name"]))
    _check(0 <= told["made"] < _MADE_MOST and len(salt) == _SALT_BYTES and len(sealed) > _NONCE_BYTES + _TAG_BYTES)
    _check(_with_sealed(head, sealed) == data)
    return Pairing(
        told["pairing"],
        told["name"],
        told["made"],
        recipient,
        told["secret_sha256"],
        work,
        salt,
        told["board"],
        sealed,
        head,
    )


def _check(right: object) -> None:
    if not right:
        raise ValueError


def _is_name(name: object) -> bool:
    return isinstance(name, str) and 0 < len(name) <= _NAME_LETTERS and name.isprintable()


def _no_passphrase() -> str:
    raise BadInput("The unlock key asks for a passphrase; none was ever set.")
