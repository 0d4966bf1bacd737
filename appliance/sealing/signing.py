"""The `device/` folder of FORMAT 7: a writer's key read from it, and the whole of it made at provisioning.

Apart from `certificates` because it holds secret keys and touches the disk.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from appliance.errors import BadInput
from appliance.sealing.certificates import certify, check_certificate, check_signature, device_id, public_text
from appliance.sealing.keyfiles import sync_folder, write_new
from appliance.sealing.recipients import HybridRecipient, read_recipients

__all__ = ["WriterKey", "check_certificate", "check_signature", "make_device"]


class WriterKey:
    """One writer's signing key with the device's certificate for it; a `sealing.sealed.Signer`."""

    def __init__(self, key: Ed25519PrivateKey, certificate: Mapping[str, Any]) -> None:
        """Raises BadInput if the certificate is not genuine or is for another key."""
        self._key = key
        self._certificate = dict(certificate)
        if not check_certificate(certificate) or certificate["public"] != self.public:
            raise BadInput("The certificate of a signing key is not for this key.")

    @classmethod
    def load(cls, device_dir: Path, writer: str) -> "WriterKey":
        """From `<writer>.key` and `<writer>.cert`. Raises BadInput if one is absent, broken or not the writer's."""
        try:
            key = load_pem_private_key((device_dir / f"{writer}.key").read_bytes(), None)
            certificate = json.loads((device_dir / f"{writer}.cert").read_bytes())
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
            raise BadInput("The signing key of {writer} is missing or cannot be read.", writer=writer) from None
        if not isinstance(key, Ed25519PrivateKey) or not isinstance(certificate, dict):
            raise BadInput("The signing key of {writer} is of another kind.", writer=writer)
        if certificate.get("writer") != writer:
            raise BadInput("The certificate of {writer} is another writer's.", writer=writer)
        return cls(key, certificate)

    @property
    def certificate(self) -> Mapping[str, Any]:
        return self._certificate

    @property
    def public(self) -> str:
        return public_text(self._key)

    def sign(self, message: bytes) -> bytes:
        return self._key.sign(message)


def make_device(device_dir: Path, writers: Sequence[str], recipients_text: str) -> str:
    """Makes `device_dir` whole or not at all and gives the device id; folder 0700, files 0600.

    Raises BadInput if the folder exists or a recipient is not of the post-quantum kind.
    """
    if not all(isinstance(recipient, HybridRecipient) for recipient in read_recipients(recipients_text)):
        raise BadInput(
            "A recipient is not of the post-quantum kind: what is sealed to it could be opened by a quantum computer.",
            "Make the keys with `fieldreel keys office` or `age-keygen -pq`; such recipients begin with age1pq1.",
        )
    if device_dir.exists():
        raise BadInput("This device has keys already; other keys would make its lanes and sessions strangers'.")
    unfinished = device_dir.with_name(device_dir.name + ".tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    device_key = Ed25519PrivateKey.generate()
    for name, data in _files(device_key, writers, recipients_text).items():
        write_new(unfinished / name, data)
    sync_folder(unfinished)
    unfinished.rename(device_dir)
    sync_folder(device_dir.parent)
    return device_id(device_key.public_key().public_bytes_raw())


def _files(device_key: Ed25519PrivateKey, writers: Sequence[str], recipients_text: str) -> dict[str, bytes]:
    public = device_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    files = {"device.key": _pem(device_key), "device.pub": public, "recipients.txt": recipients_text.encode()}
    for writer in writers:
        key = Ed25519PrivateKey.generate()
        certificate = certify(device_key, writer, public_text(key))
        files[f"{writer}.key"] = _pem(key)
        files[f"{writer}.cert"] = json.dumps(certificate, separators=(",", ":")).encode() + b"\n"
    return files


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
