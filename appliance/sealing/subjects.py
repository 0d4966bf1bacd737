"""A session's or family's own key pair: made, sealed and dropped in one function.

Apart so that it can be seen on one page that the secret half never leaves it unsealed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.recipients import HybridRecipient, Recipient
from appliance.sealing.sealed import Sealed


@dataclass(frozen=True, slots=True)
class Subject:
    """What remains of a new subject: whom to seal to, the bytes of `key.age`, and those of `local.age` if wanted."""

    recipient: HybridRecipient
    key: Sealed
    local: Sealed | None


def new_subject(office: Sequence[Recipient], unlock: Recipient | None) -> Subject:
    """`office`: the office and escrow recipients; `unlock`: the box's own, None before a phone was paired."""
    identity = HybridIdentity.generate()
    line = f"{identity.text}\n".encode()
    local = None if unlock is None else seal(line, [unlock])
    return Subject(identity.recipient, seal(line, office), local)
