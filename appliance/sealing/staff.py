"""A person's own copy of the office key: sealed by that person's passphrase, so that each sign-in has a name.

Apart from key files in general because a desk takes nothing but one post-quantum identity under a passphrase.
"""

from appliance.errors import BadInput, FileTampered
from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity, Identity, read_identities
from appliance.sealing.recipients import ScryptRecipient
from appliance.sealing.sealed import Sealed

PASSPHRASE_LEAST = 12
"""Characters: with scrypt's second for each guess, what a thief of the file must try is out of reach."""


def office_identity(identities: "list[Identity]") -> HybridIdentity:
    """The one identity of an office key file. Raises BadInput for anything else."""
    if len(identities) != 1 or not isinstance(identities[0], HybridIdentity):
        raise BadInput("An office key holds exactly one key, of the post-quantum kind.")
    return identities[0]


def seal_office_key(identity: HybridIdentity, passphrase: str) -> Sealed:
    """The same format as `fieldreel keys office` makes. Raises BadInput for a passphrase that is too short."""
    if len(passphrase) < PASSPHRASE_LEAST:
        raise BadInput(
            "A passphrase has at least {n} characters; four or five plain words are good.", n=PASSPHRASE_LEAST
        )
    return seal(f"{identity.text}\n".encode(), [ScryptRecipient(passphrase)])


def open_office_key(data: bytes, passphrase: "bytes | bytearray | memoryview") -> HybridIdentity:
    """Raises WrongKey, and FileTampered for what is no such copy. Takes a second and 256 MiB."""
    if not data.startswith(b"age-encryption.org/"):
        raise FileTampered("This person's copy of the office key is not sealed.")
    try:
        text = bytes(passphrase).decode()
        return office_identity(read_identities(data, lambda: text))
    except (BadInput, UnicodeDecodeError):
        raise FileTampered("This person's copy of the office key is not one.") from None
