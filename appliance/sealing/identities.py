"""What opens a sealed file: the secret halves of the three kinds of recipients.

Apart because what holds one of these can read: the recorder meets them in `subjects` only, for the time of one call.
"""

import io
import os
import re
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from appliance.errors import BadInput, FileTampered
from appliance.sealing import age, bech32
from appliance.sealing.header import Stanza, hkdf, read_header
from appliance.sealing.recipients import (
    HYBRID_ENC_BYTES,
    HYBRID_INFO,
    HYBRID_SUITE,
    X25519_INFO,
    HybridRecipient,
    X25519Recipient,
    scrypt_key,
)
from appliance.sealing.sealed import Sealed
from appliance.sealing.wrapping import HYBRID, SCRYPT, X25519, Identity, share_of, unwrap_once

__all__ = ["HybridIdentity", "Identity", "ScryptIdentity", "X25519Identity", "parse_identity", "read_identities"]

SEED_BYTES: Final = 32
SCRYPT_LOG_N_MOST: Final = 22
"""A costlier passphrase stanza is refused, as age does: it would hold the machine for minutes."""


class HybridIdentity:
    """Text: `AGE-SECRET-KEY-PQ-1...`, of a 32-byte seed that SHAKE-256 expands to both secret keys."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise BadInput("A secret key of the post-quantum kind has the wrong length.")
        self._seed = seed
        xof = hashes.Hash(hashes.SHAKE256(96))
        xof.update(seed)
        expanded = xof.finalize()
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self._x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key = MLKEM768X25519PrivateKey(mlkem, self._x25519)
        self._public = mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> "HybridIdentity":
        return cls(os.urandom(SEED_BYTES))

    @property
    def recipient(self) -> HybridRecipient:
        return HybridRecipient(self._public)

    @property
    def text(self) -> str:
        return bech32.encode("AGE-SECRET-KEY-PQ-", self._seed)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        if stanza.kind != HYBRID:
            return None
        enc = share_of(stanza, 2, HYBRID_ENC_BYTES)
        try:
            return HYBRID_SUITE.decrypt(enc + stanza.body, self._key, info=HYBRID_INFO)
        except InvalidTag:
            _agree(self._x25519, enc[-32:])
            return None


class X25519Identity:
    """Text: `AGE-SECRET-KEY-1...`, of the 32-byte scalar."""

    def __init__(self, scalar: bytes) -> None:
        if len(scalar) != SEED_BYTES:
            raise BadInput("A secret key of the X25519 kind has the wrong length.")
        self._scalar = scalar
        self._key = X25519PrivateKey.from_private_bytes(scalar)
        self._public = self._key.public_key().public_bytes_raw()

    @classmethod
    def generate(cls) -> "X25519Identity":
        return cls(os.urandom(SEED_BYTES))

    @property
    def recipient(self) -> X25519Recipient:
        return X25519Recipient(self._public)

    @property
    def text(self) -> str:
        return bech32.encode("AGE-SECRET-KEY-", self._scalar)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        if stanza.kind != X25519:
            return None
        share = share_of(stanza, 2, 32)
        return unwrap_once(hkdf(_agree(self._key, share), share + self._public, X25519_INFO), stanza.body)


class ScryptIdentity:
    """A passphrase; costs about a second and 256 MiB for a stanza of ours."""

    def __init__(self, passphrase: str) -> None:
        self._passphrase = passphrase.encode()

    def unwrap(self, stanza: Stanza) -> bytes | None:
        if stanza.kind != SCRYPT:
            return None
        salt = share_of(stanza, 3, 16)
        if not re.fullmatch(r"[1-9][0-9]?", stanza.arguments[2]) or int(stanza.arguments[2]) > SCRYPT_LOG_N_MOST:
            raise FileTampered("The head of the sealed file asks for more work than any passphrase of ours.")
        return unwrap_once(scrypt_key(self._passphrase, salt, int(stanza.arguments[2])), stanza.body)


def parse_identity(text: str) -> HybridIdentity | X25519Identity:
    """From `AGE-SECRET-KEY-PQ-1...` or `AGE-SECRET-KEY-1...`. Raises BadInput, which never repeats the text."""
    prefix, secret = bech32.decode(text)
    if prefix == "AGE-SECRET-KEY-PQ-":
        return HybridIdentity(secret)
    if prefix == "AGE-SECRET-KEY-":
        return X25519Identity(secret)
    raise BadInput("This is not a secret key of a kind that is known here.")


def read_identities(data: bytes, passphrase: Callable[[], str]) -> list[Identity]:
    """The identities of an identity file, or of one that was sealed by a passphrase, which is asked for only then.

    Raises BadInput (no identity file), WrongKey (wrong passphrase), FileTampered.
    """
    if data.startswith(b"-----BEGIN AGE"):
        raise BadInput("The key file is armored text.", "Make it binary first: age -d without -a reads both.")
    if data.startswith(b"age-encryption.org/"):
        if read_header(io.BytesIO(data)).stanzas[0].kind != SCRYPT:
            raise BadInput("The key file is sealed to another key, not by a passphrase.")
        data = age.open_sealed(Sealed.found(data), [ScryptIdentity(passphrase())])
    return _read_plain(data)


def _read_plain(data: bytes) -> list[Identity]:
    try:
        lines = data.decode("ascii").splitlines()
    except UnicodeDecodeError:
        raise BadInput("This is not a key file.") from None
    found: list[Identity] = [parse_identity(line.strip()) for line in lines if line.strip() and line[0] != "#"]
    if not found:
        raise BadInput("The key file holds no key.")
    return found


def _agree(key: X25519PrivateKey, share: bytes) -> bytes:
    """Refuses a share of low order, whose secret everyone knows (age.md wants an error; HPKE alone only says no)."""
    try:
        return key.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError:
        raise FileTampered("The head of the sealed file holds a share that gives no secret.") from None
