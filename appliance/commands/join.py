"""`fieldreel join`: the page by which a phone finds the box's pages, over plain HTTP, and nothing else of the box.

Apart from `web` because whoever can read what goes over plain HTTP must find nothing there: no cookie, no key, no home.
"""

import argparse
import os
import sys
from typing import Any

from appliance.commands.web import add_options, arguments_of, config_of

SERVER = "web_ui.join_serve"


def add(commands: Any) -> None:
    parser = commands.add_parser("join", help="serve the page on joining, over plain HTTP (the box runs this)")
    add_options(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Never returns: this process becomes the server. Raises BadInput for settings that cannot be served."""
    config_of(args)
    os.execv(sys.executable, [sys.executable, "-m", SERVER, *arguments_of(args)])  # noqa: S606 - our own module
