"""The types of what may touch a disk or leave for the office: bytes of a whole age v1 file, and signatures.

Apart and without cryptography, so that `store` and `courier` can demand them without being able to make them;
tests/test_architecture.py holds that only `sealing` constructs `Sealed`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Sealed:
    """One whole age v1 file; made by `sealing.age.seal`, or taken off a disk as it is by `found`."""

    data: bytes

    @classmethod
    def found(cls, data: bytes) -> "Sealed":
        """Bytes that came off a disk as a sealed file; whether they open is for whoever holds the identity."""
        return cls(data)

    def __len__(self) -> int:
        return len(self.data)


class Signer(Protocol):
    """One writer's Ed25519 signing key, certified by the device key."""

    @property
    def certificate(self) -> Mapping[str, Any]:
        """The device's word for this key, as FORMAT.md section "Certificates" has it (JSON object)."""
        ...

    @property
    def public(self) -> str:
        """The raw 32-byte public key in standard base64 (44 characters)."""
        ...

    def sign(self, message: bytes) -> bytes:
        """64 bytes of Ed25519 signature over `message`."""
        ...


CheckSignature = Callable[[str, bytes, bytes], bool]
"""(public key in base64, message, signature) -> whether it is genuine; never raises for malformed input."""
