"""`fieldreel verify`: is this session whole, and as it was signed? Needs no secret key.

Apart from `open`, which asks the same first: here it is asked alone, for the archive and for whoever doubts.
"""

import argparse
import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from appliance.commands import Subparsers
from appliance.commands.account import Account, Progress, lane_account
from appliance.commands.passphrase import add_passphrase, load_identities
from appliance.errors import BadInput, WrongKey
from appliance.office.register import read_register
from appliance.playback.reader import session_identities
from appliance.sealing.certificates import check_certificate, check_signature
from appliance.sealing.ops import known_writers, open_op
from appliance.sealing.sealed import Sealed
from appliance.store.archive import Store
from appliance.store.finder import SegmentFinder
from appliance.store.layout import LOG
from appliance.store.verify import SayProgress, Verdict, no_progress, verify_session
from appliance.store.verify_lane import LaneVerdict, verify_lane

_PEM: Final = ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----")
_ED25519: Final = bytes.fromhex("302a300506032b6570032100")


def add(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("verify", help="is this session whole, and as it was signed?")
    add_session(parser)
    parser.add_argument("--lane", type=Path, metavar="LANE", help="a lane's folder: its ops are examined too")
    parser.add_argument("-i", "--identity", type=Path, metavar="IDENTITY_FILE", help="such as office.key; for --lane")
    add_passphrase(parser)
    parser.set_defaults(run=run)


def add_session(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("session", type=Path, metavar="SESSION", help="the session's folder")
    parser.add_argument(
        "--device", type=Path, metavar="DEVICE_PUB", help="device.pub of the device that recorded it, from a register"
    )


def run(args: argparse.Namespace) -> int:
    """0: sound. 1: not, and the first line names the first file that is wrong."""
    if args.lane is not None and args.identity is None:
        raise BadInput("To look into a lane a key is needed.", "Give it with -i, such as -i office.key.")
    progress = Progress("Checking")
    told = verify(args.session, args.device, progress)
    progress.end()
    print(told)
    if args.lane is None:
        return int(not told.verdict.sound)
    lane = _examine_lane(args, told.verdict)
    print(lane_account(args.lane.resolve().name, lane))
    return int(not (told.verdict.sound and lane.sound))


def verify(session: Path, device: Path | None = None, progress: SayProgress = no_progress) -> Account:
    """Verify with the project's own checks. Raises NotASession; BadInput if `device` is no public key."""
    public = device_key(session, device)
    return Account(verify_session(session, check_signature, check_certificate, public, progress), public is not None)


def device_key(session: Path, given: Path | None) -> str | None:
    """The public key, in base64, of the device given, or else of the home in which the session lies; else None.

    In a store at the office it is that of the device that the log names, as the register has it. Raises BadInput if the
    file is not a public key as provisioning writes it, or the register does not know the device.
    """
    root = session.resolve().parent.parent
    if given is None and Store(root).facts.is_file():
        return _registered(Store(root), session)
    path = given or root / "device" / "device.pub"
    return None if given is None and not path.is_file() else public_key(path)


def _registered(store: Store, session: Path) -> str | None:
    try:
        opened = SegmentFinder(session / LOG).opened()
    except OSError:
        opened = None
    if opened is None:
        return None  # verifying has more to say about such a log
    known = read_register(store).get(str(opened.certificate.get("device")))
    if known is None:
        raise BadInput("The register does not know the device of this session.", "Give its device.pub with --device.")
    return known.device_public


def public_key(path: Path) -> str:
    """The Ed25519 public key in a PEM file, in base64. Raises BadInput."""
    try:
        begin, *middle, end = path.read_text(encoding="ascii").splitlines()
        key = base64.b64decode("".join(middle), validate=True)
    except (OSError, ValueError):
        raise BadInput(f"{path.name} cannot be read as a device's public key.") from None
    if (begin, end) != _PEM or key[:-32] != _ED25519:
        raise BadInput(f"{path.name} is not a device's public key.")
    return base64.b64encode(key[-32:]).decode("ascii")


def _examine_lane(args: argparse.Namespace, verdict: Verdict) -> LaneVerdict:
    """With the keys at hand: ops about this session, and those sealed to the agency."""
    identities = load_identities(args.identity, args.passphrase_fd)
    own = session_identities(args.session, identities)
    check = known_writers(_certificates(args.lane, verdict))
    facts = verdict.facts

    def open_one(n: int, sealed: Sealed) -> Mapping[str, Any]:
        place = {"lane": args.lane.resolve().name, "n": n}
        about = {"subject": facts.opened.session} if facts else {}
        try:
            return open_op(sealed, own, check, {**place, **about})
        except WrongKey:
            return open_op(sealed, identities, check, {**place, "subject": "agency"})

    return verify_lane(args.lane, open_one)


def _certificates(lane: Path, verdict: Verdict) -> list[Mapping[str, Any]]:
    """Of the session's device alone: what its log carries, and what lies in the lane's home."""
    if verdict.facts is None:
        return []
    own = verdict.facts.opened.certificate
    found = [own]
    for path in sorted((lane.resolve().parent.parent / "device").glob("*.cert")):
        certificate = _certificate(path)
        if certificate.get("device_public") == own.get("device_public"):
            found.append(certificate)
    return found


def _certificate(path: Path) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise BadInput(f"{path.name} cannot be read as a certificate.") from None
    return content if isinstance(content, dict) else {}
