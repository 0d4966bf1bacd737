"""`fieldreel desk`: the office's pages, on one small machine whose staff use browsers.

Apart from what it starts, as `fieldreel web` is.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from appliance.commands import web
from appliance.config import Config, read_config
from appliance.errors import NotASession
from appliance.store.archive import Store

SERVER = "web_ui.desk.serve"
DESK = Config(bind="127.0.0.1:8048", hosts=("desk.localhost",), site="desk", run=Path("/run/fieldreel-desk"))


def add(commands: Any) -> None:
    parser = commands.add_parser("desk", help="serve the office's pages over a store")
    _options(parser)
    parser.set_defaults(run=run)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("store", type=Path, metavar="STORE", help="the office's store (FORMAT.md section 12)")
    web.add_serving(parser)


def run(args: argparse.Namespace) -> int:
    """Never returns: this process becomes the server. Raises Faults for what cannot be served."""
    config_of(args)
    os.execv(  # noqa: S606 - our own module
        sys.executable, [sys.executable, "-m", SERVER, str(args.store), *web.arguments_of(args)]
    )


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fieldreel desk")
    _options(parser)
    return parser.parse_args(arguments)


def config_of(args: argparse.Namespace) -> Config:
    """Raises BadInput, and NotASession where there is no store."""
    if not Store(args.store).facts.is_file():
        raise NotASession("This folder is not an office's store.", "Give the folder that holds store.json.")
    base = read_config(args.config, DESK) if args.config else DESK
    return web.with_serving(base, args).with_(home=args.store)
