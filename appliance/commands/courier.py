"""`fieldreel courier`: carries sealed footage home, under systemd or on a bench."""

import argparse
import logging
import signal
from pathlib import Path
from typing import Any

from appliance.config import read_box_config


def add(commands: Any) -> None:
    parser = commands.add_parser("courier", help="carry sealed footage home to the office (the box runs this)")
    parser.add_argument("--config", type=Path, help="TOML file with the settings of this appliance")
    parser.add_argument("--home", type=Path, help="where everything is kept (FORMAT.md section 1)")
    parser.add_argument("--run", dest="run_dir", type=Path, help="where the sockets are, on a RAM disk")
    parser.add_argument("--hardware", choices=["pi", "bench"])
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 told to end; 1 with the Fault named."""
    from appliance.carrying import build_courier  # loads what other commands need not wait for

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    config = read_box_config(args.config, args.home)
    process = build_courier(config.with_(home=args.home, run=args.run_dir, hardware=args.hardware))
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: process.courier.end())
    return process.run()
