"""`fieldreel ingest`: takes in what boxes have carried to a store. Needs no opening key.

Apart from `office`: this is what runs at the office day and night, under systemd or a timer.
"""

import argparse
import logging
import signal
import sys
import threading
from pathlib import Path

from appliance.clock import SystemClock, utc_text
from appliance.commands import Subparsers
from appliance.courier.rclone_program import find_rclone
from appliance.errors import Fault, Forbidden
from appliance.office.far import Far
from appliance.office.ingest import Ingest
from appliance.office.report import Report
from appliance.store.archive import Store


def add(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("ingest", help="take in what boxes have carried to a store (the office runs this)")
    parser.add_argument("store", type=Path, metavar="STORE")
    parser.add_argument("--watch", type=float, metavar="SECONDS", help="do it again so often, until told to end")
    parser.add_argument("--from", dest="place", metavar="REMOTE", help="drop and outbox lie there, as rclone names it")
    parser.add_argument("--rclone-config", type=Path, help="rclone's file with the credentials for it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0: all that came is as it should be. 1: not, and the first line of each finding names the file."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    ingest = Ingest(Store(args.store), SystemClock("rtc"))
    far = None if args.place is None else Far(ingest.store, find_rclone(), args.place.rstrip("/"), args.rclone_config)
    if args.watch is None:
        report = _round(ingest, far)
        tell(report)
        return int(bool(report.findings))
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    told = ""
    while not stopping.is_set():
        told = _one_of_many(ingest, far, told)
        stopping.wait(args.watch)
    return 0


def _round(ingest: Ingest, far: Far | None) -> Report:
    if far is None:
        return ingest.round()
    far.fetch()
    report = ingest.round()
    far.clear()
    return report


def _one_of_many(ingest: Ingest, far: Far | None, told: str) -> str:
    """A round that is told only if it differs from the one before; a Fault ends the round and not the watching."""
    try:
        report = _round(ingest, far)
    except Forbidden:
        return told  # another one is at it
    except Fault as fault:
        print(f"{fault.code}: {fault}", file=sys.stderr, flush=True)
        return fault.code
    news = f"{report.findings}{report.gaps}{report.asked}"
    if news != told or report.taken or report.erased or report.removed:
        tell(report)
    return news


def tell(report: Report) -> None:
    print(f"{utc_text(report.at)}  {len(report.taken)} session(s) taken in, {len(report.erased)} erased", flush=True)
    for taken in report.taken:
        print(f"  taken in   session {taken.number} of device {taken.device}: {taken.session}")
    for erased in report.erased:
        print(f"  erased     {erased}")
    for device, sessions in report.waiting.items():
        print(f"  on its way {len(sessions)} session(s) of device {device}")
    for device, numbers in report.gaps.items():
        print(f"  missing    of device {device}: session(s) {', '.join(map(str, numbers))}")
    for asked in report.asked:
        print(f"  asked      {asked}: its box, which has it no more, wants it erased. Decide at the desk.")
    for place in report.removed:
        print(f"  removed    {place}: rubbish for 30 days")
    for found in report.findings:
        print(f"  finding    {found.file} {found.what}", flush=True)
