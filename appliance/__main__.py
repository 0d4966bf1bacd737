"""The command `fieldreel`: one sub-command a task, each in its own module of `commands`."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Final

from appliance.errors import Fault

COMMANDS: Final = (
    "demo",
    "recorder",
    "lamp-out",
    "web",
    "join",
    "courier",
    "net",
    "clock",
    "firstboot",
    "ingest",
    "desk",
    "office",
    "staff",
    "provision",
    "keys",
    "seal",
    "unseal",
    "open",
    "verify",
)
"""Each is imported where it is asked for: all of them take a second of a fast processor, most a quarter of it [m]."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit 0 done; 1 a Fault, told on stderr as what happened and what to do; 2 wrong options."""
    asked = sys.argv[1:] if arguments is None else arguments
    chosen = _parser(asked[:1] if asked and asked[0] in COMMANDS else COMMANDS).parse_args(asked)
    try:
        return int(chosen.run(chosen))
    except Fault as fault:
        print(f"{fault.code}: {fault.what}\n  {fault.do}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser(names: Iterable[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fieldreel", description="Records a home visit, seals it, carries it home.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name in names:
        command(name).add(commands)
    return parser


def command(name: str) -> ModuleType:
    return import_module(f"appliance.commands.{name.replace('-', '_')}")


if __name__ == "__main__":
    sys.exit(main())
