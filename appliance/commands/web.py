"""`fieldreel web`: the pages for phones, under systemd or on a bench.

Apart from what it starts: the pages import the appliance, never the other way round, so this becomes that process.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from appliance.config import Config, read_box_config

SERVER = "web_ui.serve"
TEXTS = ("hardware", "bind", "join_bind", "site", "certificate", "certificate_key")
PATHS = ("config", "home", "run_dir")
NAMES = {"run_dir": "--run"}


def add(commands: Any) -> None:
    parser = commands.add_parser("web", help="serve the pages for phones (the box runs this)")
    add_options(parser)
    parser.set_defaults(run=run)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", type=Path, help="where everything is kept (FORMAT.md section 1)")
    parser.add_argument("--hardware", choices=["pi", "bench"])
    parser.add_argument("--join-bind", help="ADDRESS:PORT of the page on joining, which another process serves")
    add_serving(parser)


def add_serving(parser: argparse.ArgumentParser) -> None:
    """How pages are served, those of a box or of a desk."""
    parser.add_argument("--config", type=Path, help="TOML file with the settings of this machine")
    parser.add_argument("--run", dest="run_dir", type=Path, help="where the sockets are")
    parser.add_argument("--bind", help="ADDRESS:PORT to listen on")
    parser.add_argument("--host", dest="hosts", action="append", help="a name by which browsers may ask; repeatable")
    parser.add_argument("--site", help="a word in the names of the cookies: box or desk")
    parser.add_argument("--certificate", help="PEM file; without it the pages are served over plain HTTP")
    parser.add_argument("--certificate-key", help="its private key")


def run(args: argparse.Namespace) -> int:
    """Never returns: this process becomes the server. Raises BadInput for options that cannot be served."""
    config_of(args)
    os.execv(sys.executable, [sys.executable, "-m", SERVER, *arguments_of(args)])  # noqa: S606 - our own module


def arguments_of(args: argparse.Namespace) -> list[str]:
    """The options again, as `parse` takes them."""
    told = {name: getattr(args, name, None) for name in (*PATHS, *TEXTS)}
    given = {name: value for name, value in told.items() if value is not None}
    options = [(NAMES.get(name, f"--{name.replace('_', '-')}"), str(value)) for name, value in given.items()]
    options += [("--host", host) for host in args.hosts or ()]
    return [part for option in options for part in option]


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="fieldreel web")
    add_options(parser)
    return parser.parse_args(arguments)


def config_of(args: argparse.Namespace) -> Config:
    return with_serving(read_box_config(args.config, args.home), args)


def with_serving(config: Config, args: argparse.Namespace) -> Config:
    texts = {name: getattr(args, name, None) for name in TEXTS}
    hosts = tuple(args.hosts) if args.hosts else None
    return config.with_(run=args.run_dir, hosts=hosts, **texts)
