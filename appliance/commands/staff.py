"""`fieldreel staff`: who may sign in at the desk, each by a copy of the office key under a passphrase of their own.

Apart from the desk because it needs the office key itself, which the desk never sees.
"""

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from appliance.commands import Subparsers
from appliance.commands.passphrase import NEW_VARIABLE, add_passphrase, load_identities, read_passphrase
from appliance.errors import NotASession
from appliance.office.staff import Staff
from appliance.sealing.staff import office_identity
from appliance.store.archive import Store

AFTER = """\
{name} can no longer sign in; their copy of the office key was destroyed here.
What must be done besides:
 - backups of the store may still hold staff/{id}.key: remove it there too;
 - whoever copied that file and knows its passphrase can go on opening what was sealed to this office key. If that must
   be feared, make a new office key (fieldreel keys office), give its recipient to every box, and add all staff anew;
   what was sealed before stays open to the old key: that cannot be taken back;
 - take back keys of doors, accounts on the desk's machine, and phones paired with a box."""


def add(subparsers: Subparsers) -> None:
    kinds = subparsers.add_parser("staff", help="who may sign in at the desk").add_subparsers(required=True)
    new = kinds.add_parser("add", help="give somebody a copy of the office key under a passphrase of their own")
    _store(new)
    new.add_argument("--name", required=True, help="how the desk calls them; it stands in clear in the store")
    new.add_argument("-i", "--identity", required=True, type=Path, metavar="office.key")
    add_passphrase(new)
    new.add_argument(
        "--new-passphrase-fd",
        type=int,
        metavar="N",
        help=f"their passphrase, one line; else from {NEW_VARIABLE}, else typed, by them",
    )
    new.set_defaults(run=run_add)
    gone = kinds.add_parser("remove", help="a leaver: destroy their copy, and say what else must be done")
    _store(gone)
    gone.add_argument("--name", required=True, help="their name, or their id")
    gone.set_defaults(run=run_remove)
    listed = kinds.add_parser("list", help="who may sign in, and who has left")
    _store(listed)
    listed.set_defaults(run=run_list)


def run_add(args: argparse.Namespace) -> int:
    staff = _staff(args.store)
    identity = office_identity(load_identities(args.identity, args.passphrase_fd))
    asked = f"New passphrase of {args.name}: "
    passphrase = read_passphrase(args.new_passphrase_fd, asked, twice=True, variable=NEW_VARIABLE)
    member = staff.add(args.name, identity, passphrase, _utc_ms())
    print(f"{member.name} ({member.id}) can sign in with their own passphrase, which nothing can restore.")
    return 0


def run_remove(args: argparse.Namespace) -> int:
    member = _staff(args.store).remove(args.name, _utc_ms())
    print(AFTER.format(name=member.name, id=member.id))
    return 0


def run_list(args: argparse.Namespace) -> int:
    for member in _staff(args.store).members():
        since = f"since {_day(member.added)}" if member.left is None else f"left {_day(member.left)}"
        print(f"{member.id}  {member.name}, {since}")
    return 0


def _store(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("store", type=Path, metavar="STORE", help="the office's store")


def _staff(root: Path) -> Staff:
    store = Store(root)
    if not store.facts.is_file():
        raise NotASession("This folder is not an office's store.", "Give the folder that holds store.json.")
    return Staff(store)


def _utc_ms() -> int:
    return time.time_ns() // 1_000_000


def _day(utc_ms: int) -> str:
    return datetime.fromtimestamp(utc_ms / 1000, UTC).strftime("%Y-%m-%d")
