"""`fieldreel provision`: makes a box ready to go out, at the office: its keys, Wi-Fi, certificate, settings and papers.

Apart from `keys` and `office`, whose steps it takes in one go: whoever hands out boxes does this once for each.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from appliance.captive import ADDRESS, Policy
from appliance.clock import SystemClock
from appliance.commands import Subparsers
from appliance.commands.keys import read_recipient_files
from appliance.commands.office import add_targets, trust
from appliance.commands.passphrase import add_passphrase, read_passphrase
from appliance.errors import BadInput, CardFailing
from appliance.provisioning.card import DOMAIN, Laid, Order, lay_out, utc_now
from appliance.provisioning.papers import LANGUAGES, Paper, print_papers
from appliance.sealing.authority import Pages, compared, make_authority, open_key, read_certificate, sealed_key
from appliance.sealing.keyfiles import write_new

CARD: Final = "fieldreel"
"""The folder that is copied onto the card's first partition; the box takes it in at its next start."""
PRINT: Final = "print"
RENEWABLE: Final = ("wifi", "certificate")


def add(subparsers: Subparsers) -> None:
    kinds = subparsers.add_parser("provision", help="make a box ready to go out").add_subparsers(required=True)
    _add_authority(kinds)
    _add_box(kinds)
    _add_papers(kinds)


def run(args: argparse.Namespace) -> int:
    return int(args.run(args))


def _add_authority(kinds: Subparsers) -> None:
    ca = kinds.add_parser("ca", help="once for an office, offline: what its phones trust, for its boxes only")
    ca.add_argument("-o", "--output", required=True, type=Path, metavar="office-ca.key")
    ca.add_argument("--name", required=True, help="the agency's, as phones will show it")
    ca.add_argument("--domain", default=DOMAIN, help=f"what its boxes' names end in (default: {DOMAIN})")
    add_passphrase(ca)
    ca.set_defaults(run=run_authority)


def _add_box(kinds: Subparsers) -> None:
    box = kinds.add_parser("box", help="the folder for a box's card, and what is printed for it")
    box.add_argument("output", type=Path, metavar="OUT")
    box.add_argument("--recipient-file", required=True, action="append", type=Path, help="office.pub and escrow.pub")
    box.add_argument("--country", required=True, help="whose Wi-Fi rules hold: two letters, such as NL")
    box.add_argument("--ca", type=Path, metavar="office-ca.key", help="its .pem lies beside it")
    box.add_argument("--certificate", type=Path, help="instead of --ca: PEM for a real name, with the chain")
    box.add_argument("--certificate-key", type=Path, help="its key: PEM without a passphrase")
    box.add_argument("--name", help="the box's name in addresses (default: boxXXXX under --domain)")
    box.add_argument("--domain", default=DOMAIN, help="as it was given to `provision ca`")
    box.add_argument("--ssid", help="the Wi-Fi's name; nobody's (default: fieldreel-XXXX)")
    box.add_argument("--captive", choices=list(Policy), default=Policy.HONEST, help="what phones hear of the internet")
    box.add_argument("--tag-set", action="append", type=Path, default=[], help="one of the agency's own; repeatable")
    box.add_argument("--transport", type=Path, metavar="rclone.conf", help="this box's own credentials")
    box.add_argument("--store", action="append", type=Path, default=[], help="a store that the box believes")
    add_targets(box)
    box.add_argument("--renew", action="append", choices=RENEWABLE, default=[], help="make this anew; repeatable")
    _add_printing(box)
    add_passphrase(box)
    box.set_defaults(run=run_box)


def _add_papers(kinds: Subparsers) -> None:
    papers = kinds.add_parser("papers", help="print again what goes with a box, from its folder")
    papers.add_argument("output", type=Path, metavar="OUT", help="as it was given to `provision box`")
    _add_printing(papers)
    papers.set_defaults(run=run_papers)


def _add_printing(parser: argparse.ArgumentParser) -> None:
    several = "repeatable (default: English)"
    parser.add_argument("--language", action="append", choices=LANGUAGES, default=[], help=several)
    parser.add_argument("--no-print", action="store_true", help="no papers now: they need a Chromium")


def run_authority(args: argparse.Namespace) -> int:
    """The key file first, tried with its passphrase, then the certificate."""
    key_path, public_path = args.output, args.output.with_suffix(".pem")
    if public_path == key_path or key_path.exists() or public_path.exists():
        raise BadInput("The key file or the .pem beside it stands there already; keys are never written over.")
    made = make_authority(args.name, args.domain, ADDRESS, utc_now(SystemClock().utc_ms()))
    passphrase = read_passphrase(args.passphrase_fd, "New passphrase: ", twice=True)
    write_new(key_path, sealed_key(made, passphrase))
    if open_key(key_path.read_bytes(), made.certificate, lambda: passphrase) != made:
        raise CardFailing("The key file does not open again.", "Throw it away and use another disk.")
    write_new(public_path, made.certificate, 0o644)
    facts = read_certificate(made.certificate)
    print(f"{key_path} is the secret key; keep it offline, and its passphrase apart from it.")
    print(f"{public_path} is what the agency's phones are to trust, until {facts.until:%Y-%m-%d}.")
    print(f"Its SHA-256 begins with {compared(facts.sha256)}.")
    print(f"It can vouch for names that end in {args.domain} and for {ADDRESS}, and for nothing else.")
    return 0


def run_box(args: argparse.Namespace) -> int:
    home = args.output / CARD
    laid = lay_out(home, _order(args), utc_now(SystemClock().utc_ms()))
    if args.store and trust(home, args.store, args.receipts, args.target):
        laid.changed.append("device/office.json")
    for line in _told(laid, args.store):
        print(line)
    return _print(args, laid)


def run_papers(args: argparse.Namespace) -> int:
    return _print(args, Laid.found(args.output / CARD))


def _order(args: argparse.Namespace) -> Order:
    own, authority = _own(args), None
    if args.ca is not None:
        authority = _read(args.ca.with_suffix(".pem"))
    if (own is None) == (authority is None):
        raise BadInput("Give either --ca, or --certificate with --certificate-key and --name.")

    def opened() -> Pages:
        prompt = f"Passphrase of {args.ca.name}: "
        return open_key(_read(args.ca), authority or b"", lambda: read_passphrase(args.passphrase_fd, prompt))

    return Order(
        recipients=read_recipient_files(args.recipient_file),
        country=args.country,
        captive=Policy(args.captive),
        ssid=args.ssid,
        host=args.name,
        domain=args.domain,
        authority=authority,
        open_authority=opened,
        own=own,
        tag_sets={path.name: _read(path) for path in args.tag_set},
        transport=None if args.transport is None else _read(args.transport),
        renew=frozenset(args.renew),
    )


def _own(args: argparse.Namespace) -> Pages | None:
    if args.certificate is None and args.certificate_key is None:
        return None
    if args.certificate is None or args.certificate_key is None or args.name is None:
        raise BadInput("A certificate from elsewhere comes with --certificate-key and --name.")
    return Pages(_read(args.certificate_key), _read(args.certificate))


def _told(laid: Laid, stores: Sequence[Path]) -> list[str]:
    lines = [f"wrote {name}" for name in laid.changed] or ["Nothing had to be changed."]
    lines.append(f"Device {laid.device}: Wi-Fi {laid.wifi.ssid if laid.wifi else ''}, page {laid.page}")
    if laid.fingerprint:
        lines.append(f"Phones trust the authority whose SHA-256 begins with {compared(laid.fingerprint)}.")
    lines += laid.notes
    if not stores:
        lines.append("It believes no store yet, so nothing is carried: fieldreel office trust.")
    else:
        lines.append(f"Let each store know it: fieldreel office add STORE {laid.home.root}.")
    return lines


def _print(args: argparse.Namespace, laid: Laid) -> int:
    if args.no_print:
        return 0
    paper = Paper.of(laid)
    folder = args.output / PRINT
    for name in print_papers(paper, args.language or ["en"], folder):
        print(f"printed {PRINT}/{name}")
    return 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as failure:
        raise BadInput(f"{path.name} cannot be read: {failure.strerror}.") from None
