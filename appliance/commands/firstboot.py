"""`fieldreel firstboot`: at each start of a box, before everything else: what was provisioned, the Wi-Fi, swap.

Apart from the programs that run all day because it alone runs as root, for a second, without a network.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from appliance.boot.card import FOLDER, Taken, take_in
from appliance.boot.secrecy import leaks
from appliance.commands import Subparsers
from appliance.config import read_box_config
from appliance.errors import Fault
from appliance.network.laying_out import Places, lay_out


def add(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("firstboot", help="take in what was provisioned (the box runs this at its start)")
    parser.add_argument("--config", type=Path, help="TOML file with the settings of this appliance")
    parser.add_argument("--card", type=Path, default=FOLDER, help="where provisioning's folder lies")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 1 where something is to be put right by somebody; the rest was done all the same."""
    well = all([_done(lambda: _take_in(args)), _done(lambda: _lay_out(args))])
    found = list(leaks())
    for sentence in found:
        print(sentence, file=sys.stderr)
    return int(not well or bool(found))


def _take_in(args: argparse.Namespace) -> None:
    taken = take_in(args.card, read_box_config(args.config).home)
    if taken is not Taken.NOTHING:
        print(f"Taken in: {taken.value}.")


def _lay_out(args: argparse.Namespace) -> None:
    """Read anew: what was taken in may say what phones are told."""
    lay_out(read_box_config(args.config), Places())


def _done(step: Callable[[], None]) -> bool:
    try:
        step()
    except Fault as fault:
        print(f"{fault.code}: {fault.what}\n  {fault.do}", file=sys.stderr)
        return False
    return True
