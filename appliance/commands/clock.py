"""`fieldreel clock`: says where the box's time is from, and takes it from a phone, under systemd or on a bench."""

import argparse
import threading
from typing import Any

from appliance.commands.program import add_places, begin
from appliance.config import read_box_config


def add(commands: Any) -> None:
    parser = commands.add_parser("clock", help="what time it is, and who says so (the box runs this)")
    add_places(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 told to end. The time stays as it is, and the word where it is from."""
    from appliance.timing import build_clock

    config = read_box_config(args.config, args.home).with_(run=args.run_dir, hardware=args.hardware)
    stopping = threading.Event()
    begin(stopping.set)
    build_clock(config)(stopping)
    return 0
