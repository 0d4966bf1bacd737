"""Ed25519 signatures and the device's word for its writers' keys (FORMAT 6 and 7), without touching a disk.

Apart from sealing to somebody because it says who wrote, and never who can read.
"""

import base64
import binascii
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def check_signature(public: str, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is genuine; false, too, for whatever is no key or no signature."""
    key = _public_key(public) if isinstance(public, str) else None
    if key is None:
        return False
    try:
        key.verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def check_certificate(certificate: Mapping[str, Any]) -> bool:
    """Whether the device id is its key's and the device's key signed the writer's; never raises."""
    texts = [certificate.get(name) for name in ("device", "device_public", "writer", "public", "signature")]
    if certificate.get("v") != 1 or not all(isinstance(text, str) for text in texts):
        return False
    device, device_public, writer, public, signature = (str(text) for text in texts)
    raw, signed = _raw_public(device_public), from_base64(signature)
    if raw is None or signed is None or _raw_public(public) is None or device != device_id(raw):
        return False
    return check_signature(device_public, certificate_message(device, writer, public), signed)


def certify(device_key: Ed25519PrivateKey, writer: str, public: str) -> dict[str, Any]:
    """The device's word that `public` is this writer's key."""
    device_public = device_key.public_key().public_bytes_raw()
    device = device_id(device_public)
    return {
        "v": 1,
        "device": device,
        "device_public": to_base64(device_public),
        "writer": writer,
        "public": public,
        "signature": to_base64(device_key.sign(certificate_message(device, writer, public))),
    }


def certificate_message(device: str, writer: str, public: str) -> bytes:
    return f"fieldreel certificate v1\n{device}\n{writer}\n{public}\n".encode("utf-8", "surrogatepass")


def device_id(device_public: bytes) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the device's raw public key."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(device_public)
    return digest.finalize().hex()[:16]


def device_of_public(public: str) -> str | None:
    """The device id of a device's public key in base64; None for what is no key."""
    raw = _raw_public(public)
    return None if raw is None else device_id(raw)


def public_text(key: Ed25519PrivateKey) -> str:
    return to_base64(key.public_key().public_bytes_raw())


def to_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str | bytes) -> bytes | None:
    """None for what `to_base64` cannot have made: a key or a signature has one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data) == (text.encode("ascii") if isinstance(text, str) else text) else None


def _raw_public(text: str) -> bytes | None:
    raw = from_base64(text) if isinstance(text, str) else None
    return raw if raw is not None and len(raw) == 32 else None


@lru_cache(maxsize=64)
def _public_key(text: str) -> Ed25519PublicKey | None:
    """Remembered: thousands of ops come from a handful of writers."""
    raw = _raw_public(text)
    try:
        return None if raw is None else Ed25519PublicKey.from_public_bytes(raw)
    except ValueError:
        return None
