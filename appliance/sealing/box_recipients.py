"""Whom this box seals keys to: the office and escrow, and itself once a phone was paired.

Apart because recorder and web each make subjects, a session or a family, and must never disagree on this.
"""

from pathlib import Path

from appliance.errors import BadInput
from appliance.sealing.recipients import HybridRecipient, Recipient, parse_recipient, read_recipients


def office_recipients(device: Path) -> tuple[Recipient, ...]:
    """Those of `device/recipients.txt`. Raises BadInput where it is missing or names one that is not post-quantum."""
    try:
        found = read_recipients((device / "recipients.txt").read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        raise BadInput("device/recipients.txt is missing.", "Provision the box: fieldreel keys device.") from None
    if not found or not all(isinstance(recipient, HybridRecipient) for recipient in found):
        raise BadInput("The office's recipients must be post-quantum ones (age1pq1...).", "Provision the box anew.")
    return tuple(found)


def unlock_recipient(unlock: Path) -> Recipient | None:
    """That of `unlock/recipient.txt`; None before a phone was paired."""
    path = unlock / "recipient.txt"
    return parse_recipient(path.read_text(encoding="ascii").strip()) if path.exists() else None
