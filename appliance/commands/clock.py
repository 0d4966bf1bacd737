"""`fieldreel clock`: says where the box's time is from, and takes it from a phone, under systemd or on a bench."""

import argparse
import logging
import signal
import threading
from pathlib import Path
from typing import Any

from appliance.config import read_box_config


def add(commands: Any) -> None:
    parser = commands.add_parser("clock", help="what time it is, and who says so (the box runs this)")
    parser.add_argument("--config", type=Path, help="TOML file with the settings of this appliance")
    parser.add_argument("--home", type=Path, help="where everything is kept (FORMAT.md section 1)")
    parser.add_argument("--run", dest="run_dir", type=Path, help="where the sockets are, on a RAM disk")
    parser.add_argument("--hardware", choices=["pi", "bench"])
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 told to end. The time stays as it is, and the word where it is from."""
    from appliance.timing import build_clock

    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    config = read_box_config(args.config, args.home).with_(run=args.run_dir, hardware=args.hardware)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    build_clock(config)(stopping)
    return 0
