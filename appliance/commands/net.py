"""`fieldreel net`: keeps the box's radio where it belongs, under systemd."""

import argparse
import threading
from pathlib import Path
from typing import Any

from appliance.commands.program import begin
from appliance.config import read_box_config


def add(commands: Any) -> None:
    parser = commands.add_parser("net", help="the box's own Wi-Fi, or the office's (the box runs this)")
    parser.add_argument("--config", type=Path, help="TOML file with the settings of this appliance")
    parser.add_argument("--run", dest="run_dir", type=Path, help="where the sockets are, on a RAM disk")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit 0 told to end. The radio stays where it is: phones need not notice a restart."""
    from appliance.networking import build_net

    config = read_box_config(args.config).with_(run=args.run_dir)
    stopping = threading.Event()
    begin(stopping.set)
    build_net(config)(stopping)
    return 0
