"""`fieldreel unseal`: an age v1 file -> what was sealed.

Apart from `open`, which knows sessions: this one knows a single file.
"""

import argparse
from pathlib import Path

from appliance.commands import Subparsers
from appliance.commands.ends import Output, reading
from appliance.commands.passphrase import add_passphrase, load_identities
from appliance.errors import FileTampered
from appliance.sealing.age import open_stream


def add(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("unseal", help="open a sealed file (age v1) with a key")
    parser.add_argument(
        "-i", "--identity", required=True, type=Path, metavar="IDENTITY_FILE", help="such as office.key"
    )
    parser.add_argument("input", metavar="IN", help='sealed file, "-" for standard input')
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help='opened file, "-" for standard output')
    parser.add_argument("--force", action="store_true", help="write over OUT if it stands there")
    add_passphrase(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes authentic bytes only: all of them, or those before the fault, and then says how many."""
    output = Output(args.output, force=args.force, unlike=args.input)
    identities = load_identities(args.identity, args.passphrase_fd)
    try:
        with reading(args.input) as source:
            open_stream(source, output, identities)
    except FileTampered as fault:
        if output.written_bytes:
            output.close()
            do = f"The {output.written_bytes} bytes before the fault are authentic and were written. {fault.do}"
            raise type(fault)(fault.what, do) from None
        raise
    output.close()
    return 0
