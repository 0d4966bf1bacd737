"""What sealing asks of any recipient and any identity, and the wrapping that two kinds of them share.

Apart so that `age` can seal and open without knowing one kind of key.
"""

from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from appliance.errors import FileTampered
from appliance.sealing.header import Stanza, decode64

HYBRID: Final = "mlkem768x25519"
X25519: Final = "X25519"
SCRYPT: Final = "scrypt"
FILE_KEY_BYTES: Final = 16
WRAPPED_BYTES: Final = FILE_KEY_BYTES + 16
_NONCE: Final = bytes(12)  # age.md fixes it: a wrapping key is used once


class Recipient(Protocol):
    """Whom something is sealed to."""

    @property
    def kind(self) -> str:
        """The stanza's first argument; it says which recipients may stand in one file."""
        ...

    def wrap(self, file_key: bytes) -> Stanza:
        """A fresh stanza that only this recipient's identity can unwrap."""
        ...


class Identity(Protocol):
    """What opens that which was sealed to its recipient."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """The file key; None if the stanza is for another. Raises FileTampered if it is malformed."""
        ...


def wrap_once(key: bytes, file_key: bytes) -> bytes:
    return ChaCha20Poly1305(key).encrypt(_NONCE, file_key, None)


def unwrap_once(key: bytes, body: bytes) -> bytes | None:
    try:
        return ChaCha20Poly1305(key).decrypt(_NONCE, body, None)
    except InvalidTag:
        return None


def share_of(stanza: Stanza, arguments: int, share_bytes: int) -> bytes:
    """The stanza's second argument, after its shape was checked.

    The body's length is checked before it is decrypted, so that no stanza can be right for two keys (age.md,
    "partitioning oracle").
    """
    if len(stanza.arguments) != arguments or len(stanza.body) != WRAPPED_BYTES:
        raise FileTampered("The head of the sealed file holds a key of the wrong shape.")
    share = decode64(stanza.arguments[1])
    if len(share) != share_bytes:
        raise FileTampered("The head of the sealed file holds a key of the wrong length.")
    return share
