"""`fieldreel seal`: any file -> a whole age v1 file.

Apart so that sealing can be tried, and checked against other tools, without a recording.
"""

import argparse

from appliance.commands import Subparsers
from appliance.commands.ends import Output, reading
from appliance.sealing.age import seal_stream
from appliance.sealing.recipients import parse_recipient


def add(subparsers: Subparsers) -> None:
    parser = subparsers.add_parser("seal", help="seal a file to recipients (age v1)")
    parser.add_argument("-r", "--recipient", action="append", required=True, help="age1pq1... or age1...; repeatable")
    parser.add_argument("input", metavar="IN", help='file to seal, "-" for standard input')
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help='sealed file, "-" for standard output')
    parser.add_argument("--force", action="store_true", help="write over OUT if it stands there")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Leaves a whole sealed file or none."""
    recipients = [parse_recipient(text) for text in args.recipient]
    output = Output(args.output, force=args.force, unlike=args.input)
    try:
        with reading(args.input) as source:
            seal_stream(source, output, recipients)
        output.close()
    except BaseException:
        output.discard()
        raise
    return 0
