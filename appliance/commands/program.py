"""What every program of a box takes on its command line, and how each is told to end.

Apart from the commands because recorder, courier, network and clock are begun and ended alike, by systemd or on a
bench.
"""

import argparse
import logging
import signal
from collections.abc import Callable
from pathlib import Path


def add_places(parser: argparse.ArgumentParser) -> None:
    """`config`, `home`, `run_dir` and `hardware`, each None where it is not given."""
    parser.add_argument("--config", type=Path, help="TOML file with the settings of this appliance")
    parser.add_argument("--home", type=Path, help="where everything is kept (FORMAT.md section 1)")
    parser.add_argument("--run", dest="run_dir", type=Path, help="where the sockets are, on a RAM disk")
    parser.add_argument("--hardware", choices=["pi", "bench"])


def begin(end: Callable[[], object]) -> None:
    """From here on it logs, and `end` is called where somebody asks the process to end."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end())
