"""`fieldreel office`: stores at the office, the boxes that they know, and what a box must know of them.

Apart from `ingest`, which runs day and night: this is done by hand, when something comes or goes.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from appliance.clock import SystemClock
from appliance.commands import Subparsers
from appliance.commands.keys import read_recipient_files
from appliance.commands.verify import public_key
from appliance.courier.targets import read_targets
from appliance.errors import BadInput
from appliance.office.facts import make_store, public_of, read_facts
from appliance.office.register import mark_lost, read_register, register_device
from appliance.office.sheet import erasure_receipt
from appliance.said.trusted import OFFICE, Office, read_office, read_target, write_office
from appliance.store.archive import Store
from appliance.store.layout import Home


def add(subparsers: Subparsers) -> None:
    kinds = subparsers.add_parser("office", help="stores, and the boxes that they know").add_subparsers(required=True)
    make = kinds.add_parser("make", help="a new store, with signing keys of its own")
    make.add_argument("store", type=Path, metavar="STORE")
    make.add_argument("--name", required=True, help="what staff call it, such as 'office disk 1'")
    make.add_argument("--recipient-file", required=True, action="append", type=Path, help="office.pub and escrow.pub")
    make.add_argument("--beside", action="append", type=Path, default=[], help="another store whose desk it obeys, too")
    make.add_argument("--copies", action="append", type=Path, default=[], help="a folder with copies of keys: a backup")
    make.set_defaults(run=run_make)
    known = kinds.add_parser("add", help="let a store know a box: its drop is taken in from now on")
    known.add_argument("store", type=Path, metavar="STORE")
    known.add_argument("device", type=Path, metavar="DEVICE", help="device.pub of the box, or the box's home")
    known.add_argument("--name", required=True, help="what stands on the box; nobody's name")
    known.set_defaults(run=run_add)
    trust = kinds.add_parser("trust", help="let a box know its stores: it believes them from now on, and no others")
    trust.add_argument("stores", nargs="+", type=Path, metavar="STORE")
    trust.add_argument("--home", required=True, type=Path, help="the box's home")
    add_targets(trust)
    trust.set_defaults(run=run_trust)
    lost = kinds.add_parser("lost", help="a box is lost: nothing that comes in its name is taken in any more")
    lost.add_argument("store", type=Path, metavar="STORE")
    lost.add_argument("device", metavar="DEVICE_ID")
    lost.set_defaults(run=run_lost)
    receipt = kinds.add_parser("receipt", help="what was destroyed of an erased session or family, to print")
    receipt.add_argument("store", type=Path, metavar="STORE")
    receipt.add_argument("id", metavar="ID", help="of the session, the family or the order")
    receipt.add_argument("--html", action="store_true")
    receipt.set_defaults(run=run_receipt)


def add_targets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--receipts", type=int, help="how many stores must hold a session before it goes (default: all)"
    )
    parser.add_argument("--target", action="append", default=[], metavar="JSON", help="where to carry to; repeatable")


def run_make(args: argparse.Namespace) -> int:
    recipients = read_recipient_files(args.recipient_file)
    beside = tuple(Store(path.resolve()) for path in args.beside)
    copies = tuple(str(path.resolve()) for path in args.copies)
    facts = make_store(Store(args.store), args.name, "".join(f"{each}\n" for each in recipients), beside, copies)
    print(f"Store {facts.store} ({facts.name}). Let it know its boxes: fieldreel office add {args.store} DEVICE.")
    return 0


def run_add(args: argparse.Namespace) -> int:
    store = Store(args.store)
    read_facts(store)
    home = Home(args.device).device / "device.pub"
    public = public_key(home if home.is_file() else args.device)
    entry = register_device(store, public, args.name, SystemClock().utc_ms())
    print(f"Device {entry.device} ({entry.name}) carries to {store.drop(entry.device)}.")
    return 0


def run_trust(args: argparse.Namespace) -> int:
    if not (args.home / "device").is_dir():
        raise BadInput("There is no box in this home.", "Provision it first: fieldreel provision box.")
    trust(args.home, args.stores, args.receipts, args.target)
    office = read_office(Home(args.home))
    print(f"The box believes {len(office.stores)} store(s); a session goes from it once {office.receipts} hold it.")
    if office.receipts == 1:
        print("One store is one disk: if it fails, what boxes have purged is gone.")
    return 0


def trust(home: Path, paths: Sequence[Path], receipts: int | None, targets: Sequence[str]) -> bool:
    """Let the box in `home` believe these stores and no others; whether that was new to it. Raises BadInput."""
    stores = {read_facts(Store(path)).store: public_of(Store(path)) for path in paths}
    wanted = len(stores) if receipts is None else receipts
    if not 1 <= wanted <= len(stores):
        raise BadInput(f"{wanted} receipts can not come from {len(stores)} store(s).")
    told = tuple(read_target(text) for text in targets)
    read_targets(told)  # what is wrong with one is better said here than by a courier at night
    office = Office(stores, frozenset(stores.values()), wanted, told)
    path = Home(home).device / OFFICE
    if path.is_file() and path.read_bytes() == office.line():
        return False
    write_office(Home(home), office)
    return True


def run_lost(args: argparse.Namespace) -> int:
    store = Store(args.store)
    entry = mark_lost(store, args.device, SystemClock().utc_ms())
    print(f"Nothing of device {entry.device} ({entry.name}) is taken in any more.")
    print("Take its credentials away as well: its key for the drop, its key for the outbox.")
    return 0


def run_receipt(args: argparse.Namespace) -> int:
    store = Store(args.store)
    read_facts(store)
    print(erasure_receipt(store, args.id, {**read_register(store)}, html=args.html))
    return 0


def run(args: argparse.Namespace) -> int:
    return int(args.run(args))
