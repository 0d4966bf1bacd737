"""`fieldreel keys`: the office's and the escrow's key pair, and the `device/` folder of an appliance.

Apart because it is run by hand, seldom, and best on a machine without a network: it alone makes keys that last.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from appliance.commands import Subparsers
from appliance.commands.passphrase import add_passphrase, read_passphrase
from appliance.errors import BadInput, CardFailing
from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity, read_identities
from appliance.sealing.keyfiles import write_new
from appliance.sealing.recipients import ScryptRecipient, read_recipients
from appliance.sealing.signing import make_device

WRITERS: Final = ("recorder", "web")


def add(subparsers: Subparsers) -> None:
    kinds = subparsers.add_parser("keys", help="make keys: office, escrow, device").add_subparsers(required=True)
    for name, what in (("office", "opens all footage"), ("escrow", "the same, kept away for the day that is lost")):
        pair = kinds.add_parser(name, help=f"a key pair that {what}: NAME.key under a passphrase, NAME.pub")
        pair.add_argument("-o", "--output", required=True, type=Path, metavar=f"{name}.key")
        add_passphrase(pair)
        pair.set_defaults(run=run_pair)
    device = kinds.add_parser("device", help="the signing keys and recipients of one appliance")
    device.add_argument("--home", required=True, type=Path, help="the appliance's home folder")
    device.add_argument("--recipient-file", required=True, action="append", type=Path, help="office.pub and escrow.pub")
    device.set_defaults(run=run_device)


def run(args: argparse.Namespace) -> int:
    return int(args.run(args))


def run_pair(args: argparse.Namespace) -> int:
    """The key file first, tried with its passphrase, then the recipient: one without the other opens nothing."""
    key_path: Path = args.output
    public_path = key_path.with_suffix(".pub")
    if public_path == key_path or key_path.exists() or public_path.exists():
        raise BadInput("The key file or the .pub beside it stands there already; keys are never written over.")
    passphrase = read_passphrase(args.passphrase_fd, "New passphrase: ", twice=True)
    identity = HybridIdentity.generate()
    write_new(key_path, seal(f"{identity.text}\n".encode(), [ScryptRecipient(passphrase)]).data)
    (again,) = read_identities(key_path.read_bytes(), lambda: passphrase)
    if not isinstance(again, HybridIdentity) or again.text != identity.text:
        raise CardFailing("The key file does not open again.", "Throw it away and use another disk.")
    write_new(public_path, f"{identity.recipient.text}\n".encode(), 0o644)
    print(f"{key_path} is the secret key; keep it, and its passphrase apart from it. Nothing can restore either.")
    print(f"{public_path} is the recipient; give it to every appliance.")
    return 0


def run_device(args: argparse.Namespace) -> int:
    recipients = read_recipient_files(args.recipient_file)
    try:
        args.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as failure:
        raise BadInput(f"The home cannot be used: {failure.strerror}.") from None
    device = make_device(args.home / "device", WRITERS, "".join(f"{text}\n" for text in recipients))
    print(f"Device {device} seals to {len(recipients)} recipient(s).")
    if len(recipients) == 1:
        print("There is no second recipient: if the office key is lost, so is all footage.")
    return 0


def read_recipient_files(paths: Sequence[Path]) -> list[str]:
    """Every recipient in these files once. Raises BadInput."""
    try:
        texts = [path.read_text(encoding="ascii") for path in paths]
    except UnicodeDecodeError:
        raise BadInput("A recipient file holds something else than recipients.") from None
    except OSError as failure:
        raise BadInput(f"A recipient file cannot be read: {failure.strerror}.") from None
    return list(dict.fromkeys(recipient.text for text in texts for recipient in read_recipients(text)))
