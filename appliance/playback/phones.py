"""Who may unlock: what becomes of the files in `unlock/` as phones come and go (FORMAT 9).

Apart because the keeper says what to write and may not write; the web writes it and can read none of it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from appliance.errors import CardFailing, FileTampered, NotFound
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.unlock import NewPairing, Pairing, read_pairing, seal_identity
from appliance.store.layout import Home

IDENTITY: Final = "identity.age"
RECIPIENT: Final = "recipient.txt"
PAIRING_SUFFIX: Final = ".bin"


@dataclass(frozen=True, slots=True)
class Phones:
    """What to do in `unlock/` after a phone came or went: write these files whole, in this order, then remove those.

    The order matters when the power goes in between: a phone counts as paired from its own file on, which is the last
    to be written. `pairing`: the id of the phone.
    """

    pairing: str
    write: Mapping[str, bytes]
    remove: Sequence[str] = ()


def read_pairings(home: Home) -> list[Pairing]:
    """The paired phones as their files tell in clear, oldest first; a file that is none does not count."""
    found = []
    try:
        for path in home.unlock.glob(f"*{PAIRING_SUFFIX}"):
            with suppress(FileTampered, FileNotFoundError):
                pairing = read_pairing(path.read_bytes())
                if path.name == pairing.id + PAIRING_SUFFIX:
                    found.append(pairing)
    except OSError as error:
        raise CardFailing("The card does not tell which phones are paired.") from error
    return sorted(found, key=lambda pairing: (pairing.made, pairing.id))


def with_first_phone(identity: HybridIdentity, new: NewPairing) -> Phones:
    recipient = f"{identity.recipient.text}\n".encode("ascii")
    sealed = seal_identity(identity, [new.recipient])
    return Phones(new.id, {IDENTITY: sealed.data, RECIPIENT: recipient, new.id + PAIRING_SUFFIX: new.data})


def with_phone(identity: HybridIdentity, paired: Sequence[Pairing], new: NewPairing) -> Phones:
    sealed = seal_identity(identity, [*(pairing.recipient for pairing in paired), new.recipient])
    return Phones(new.id, {IDENTITY: sealed.data, new.id + PAIRING_SUFFIX: new.data})


def without_phone(identity: HybridIdentity, paired: Sequence[Pairing], gone: str) -> Phones:
    """Raises NotFound. Without any phone left the unlock identity goes too: nothing could open it."""
    rest = [pairing.recipient for pairing in paired if pairing.id != gone]
    if len(rest) == len(paired):
        raise NotFound("No such phone is paired.")
    if not rest:
        return Phones(gone, {}, (gone + PAIRING_SUFFIX, RECIPIENT, IDENTITY))
    return Phones(gone, {IDENTITY: seal_identity(identity, rest).data}, (gone + PAIRING_SUFFIX,))
