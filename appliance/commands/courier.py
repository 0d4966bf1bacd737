"""`fieldreel courier`: carries sealed footage home, under systemd or on a bench."""

import argparse
from typing import Any

from appliance.commands.program import add_places, begin
from appliance.config import read_box_config


def add(commands: Any) -> None:
    parser = commands.add_parser("courier", help="carry sealed footage home to the office (the box runs this)")
    add_places(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 told to end; 1 with the Fault named."""
    from appliance.carrying import build_courier  # loads what other commands need not wait for

    config = read_box_config(args.config, args.home).with_(run=args.run_dir, hardware=args.hardware)
    process = build_courier(config)
    begin(process.courier.end)
    return process.run()
