"""Keys that the tests of this folder share: making one costs more than most of the tests."""

from collections.abc import Callable

from appliance.sealing.identities import HybridIdentity, X25519Identity
from appliance.sealing.recipients import ScryptRecipient

OFFICE = HybridIdentity.generate()
ESCROW = HybridIdentity.generate()
STRANGER = HybridIdentity.generate()
OLD_KIND = X25519Identity.generate()


def cheap(passphrase: str) -> ScryptRecipient:
    """A passphrase at a cost that only a test may take."""
    return ScryptRecipient(passphrase, log_n=4)


def says(passphrase: str) -> Callable[[], str]:
    return lambda: passphrase


def never() -> str:
    raise AssertionError("a passphrase was asked for")
