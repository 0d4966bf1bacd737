"""The command `fieldreel`: one sub-command a task, each in its own module of `commands`."""

import argparse
import sys
from collections.abc import Sequence

from appliance.commands import (
    clock,
    courier,
    demo,
    desk,
    firstboot,
    ingest,
    join,
    keys,
    lamp_out,
    net,
    office,
    provision,
    recorder,
    seal,
    staff,
    unseal,
    verify,
    web,
)
from appliance.commands import open as open_
from appliance.errors import Fault

COMMANDS = (
    demo,
    recorder,
    lamp_out,
    web,
    join,
    courier,
    net,
    clock,
    firstboot,
    ingest,
    desk,
    office,
    staff,
    provision,
    keys,
    seal,
    unseal,
    open_,
    verify,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Exit 0 done; 1 a Fault, told on stderr as what happened and what to do; 2 wrong options."""
    parser = argparse.ArgumentParser(prog="fieldreel", description="Records a home visit, seals it, carries it home.")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add(commands)
    chosen = parser.parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except Fault as fault:
        print(f"{fault.code}: {fault.what}\n  {fault.do}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
