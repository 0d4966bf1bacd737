"""Whom a file can be sealed to: a post-quantum hybrid key, an X25519 key, a passphrase.

Apart from the identities because the appliance holds only these: it can seal, and cannot open.
"""

import os
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PublicKey, Suite
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from appliance.errors import BadInput, Fault
from appliance.sealing import bech32
from appliance.sealing.header import Stanza, encode64, hkdf
from appliance.sealing.wrapping import HYBRID, SCRYPT, X25519, Recipient, wrap_once

__all__ = ["HybridRecipient", "Recipient", "ScryptRecipient", "X25519Recipient", "parse_recipient", "read_recipients"]

HYBRID_SUITE: Final = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
HYBRID_INFO: Final = b"age-encryption.org/mlkem768x25519"
HYBRID_ENC_BYTES: Final = 1088 + 32
_MLKEM_BYTES: Final = 1184

X25519_INFO: Final = b"age-encryption.org/v1/X25519"

SCRYPT_LOG_N: Final = 18
"""256 MiB and about a second of work for each guess; what `age -p` takes too."""


class HybridRecipient:
    """ML-KEM-768 with X25519 (HPKE): stays closed to a quantum computer. Text: `age1pq1...`, 1,959 characters."""

    kind: Final = HYBRID

    def __init__(self, public: bytes) -> None:
        """`public`: 1,184 bytes of ML-KEM-768 key, then 32 of X25519. Raises BadInput."""
        try:
            x25519 = _checked_x25519(public[_MLKEM_BYTES:])
            self._key = MLKEM768X25519PublicKey(MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_BYTES]), x25519)
        except ValueError:
            raise BadInput("A recipient of the post-quantum kind holds no such key.") from None
        self.text = bech32.encode("age1pq", public)

    def wrap(self, file_key: bytes) -> Stanza:
        sealed = HYBRID_SUITE.encrypt(file_key, self._key, info=HYBRID_INFO)
        return Stanza((HYBRID, encode64(sealed[:HYBRID_ENC_BYTES]).decode()), sealed[HYBRID_ENC_BYTES:])


class X25519Recipient:
    """The kind that age had first. Text: `age1...`, 62 characters."""

    kind: Final = X25519

    def __init__(self, public: bytes) -> None:
        """`public`: 32 bytes. Raises BadInput."""
        try:
            self._key = _checked_x25519(public)
        except ValueError:
            raise BadInput("A recipient of the X25519 kind holds no such key.") from None
        self._public = public
        self.text = bech32.encode("age", public)

    def wrap(self, file_key: bytes) -> Stanza:
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        key = hkdf(ephemeral.exchange(self._key), share + self._public, X25519_INFO)
        return Stanza((X25519, encode64(share).decode()), wrap_once(key, file_key))


class ScryptRecipient:
    """A passphrase. It must be the only recipient of a file (age.md), so that only who knows it can have sealed it."""

    kind: Final = SCRYPT

    def __init__(self, passphrase: str, log_n: int = SCRYPT_LOG_N) -> None:
        """`log_n`: base-two logarithm of the scrypt cost."""
        if not passphrase:
            raise BadInput("The passphrase is empty.")
        self._passphrase = passphrase.encode()
        self._log_n = log_n

    def wrap(self, file_key: bytes) -> Stanza:
        salt = os.urandom(16)
        body = wrap_once(scrypt_key(self._passphrase, salt, self._log_n), file_key)
        return Stanza((SCRYPT, encode64(salt).decode(), str(self._log_n)), body)


def scrypt_key(passphrase: bytes, salt: bytes, log_n: int) -> bytes:
    return Scrypt(b"age-encryption.org/v1/scrypt" + salt, 32, 2**log_n, 8, 1).derive(passphrase)


@lru_cache(maxsize=32)
def parse_recipient(text: str) -> HybridRecipient | X25519Recipient:
    """From `age1pq1...` or `age1...`. Raises BadInput. Remembered: each star names its session's recipient anew."""
    prefix, public = bech32.decode(text)
    if prefix == "age1pq":
        return HybridRecipient(public)
    if prefix == "age":
        return X25519Recipient(public)
    if prefix.startswith("AGE-SECRET-KEY-"):
        raise BadInput("This is a secret key, not a recipient.", "Give the line that begins with age1; hide this one.")
    raise BadInput("This is a recipient of a kind that is not known here.")


def read_recipients(text: str) -> list[HybridRecipient | X25519Recipient]:
    """One a line; empty lines and lines that begin with `#` say nothing. Raises BadInput, also if there is none."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            try:
                found.append(parse_recipient(line.strip()))
            except Fault as fault:
                raise BadInput(f"Line {number} of the recipients: {fault.what}", fault.do) from None
    if not found:
        raise BadInput("There is no recipient to seal to.")
    return found


def _checked_x25519(public: bytes) -> X25519PublicKey:
    """Raises ValueError also for a point of low order, with which every shared secret is zero."""
    key = X25519PublicKey.from_public_bytes(public)
    X25519PrivateKey.generate().exchange(key)
    return key
