"""Go through the list of what only a board can show: `python -m tests.board`, on the board, as root.

Stopped at any line, by a person or by the plug that it asks to pull, it goes on there when it is started again.
"""

import argparse
import contextlib
import datetime as dt
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

from tests.board.bench import Bench, Notes
from tests.board.check import Check, Mark, Outcome
from tests.board.checks import CHECKS
from tests.board.sheet import Sheet, file_name

SHEETS: Final = Path(__file__).parent / "sheets"
UNFINISHED: Final = 2


class Begun(Bench, Protocol):
    """A bench that is told which check comes."""

    def begin(self, key: str, notes: Notes) -> None: ...


def main(words: Sequence[str]) -> int:
    """0 all passed, 1 one failed, 2 something was not done."""
    options = options_parser().parse_args(words)
    if options.flashes:
        from tests.board.flashes import make_film

        make_film(options.flashes)
        return 0
    checks = [check for check in CHECKS if not options.only or check.key in options.only]
    if options.list:
        print(*(f"{check.key:20} {check.about_min:5g} min  {check.what} ({check.why})" for check in checks), sep="\n")
        return 0
    sheet = _go_dry(checks, options) if options.dry else _go_real(checks, options)
    print(f"\n{sheet.count(CHECKS)}: {sheet.write_markdown(CHECKS)}")
    marks = {sheet.lines[check.key].mark if check.key in sheet.lines else Mark.NOT_DONE for check in checks}
    return 1 if Mark.FAILED in marks else UNFINISHED if Mark.NOT_DONE in marks else 0


def options_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.board", description=__doc__)
    parser.add_argument("--list", action="store_true", help="what there is, and about how long each takes")
    parser.add_argument("--only", nargs="+", metavar="KEY", help="these only")
    parser.add_argument("--again", nargs="+", metavar="KEY", default=[], help="these once more, whatever came of them")
    parser.add_argument("--sheet", type=Path, help="the sheet (JSON; the Markdown is beside it)")
    parser.add_argument("--home", type=Path, default=Path("/var/lib/fieldreel"))
    parser.add_argument(
        "--run", type=Path, default=Path("/run/fieldreel/recorder"), help="where the recorder's socket is"
    )
    parser.add_argument(
        "--flashes", type=Path, metavar="FILE", help="make a film of flashes and beeps to play, and end"
    )
    parser.add_argument("--dry", action="store_true", help="with a board of software: shows that the list works")
    parser.add_argument("--broken", nargs="+", default=[], metavar="KEY", help="with --dry: a board that fails these")
    return parser


def go(checks: Sequence[Check], bench: Begun, sheet: Sheet) -> None:
    """Each check that has no line yet; what it raises is a failure, and the film that it began is stopped."""
    for check in (each for each in checks if each.key not in sheet.lines):
        print(f"\n{check.what} ({check.why}, about {check.about_min:g} min)")
        bench.begin(check.key, sheet.notes.setdefault(check.key, {}))
        try:
            outcome = check.act(bench)
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is told, and the next check is begun
            outcome = Outcome(Mark.FAILED, note=f"{type(failure).__name__}: {failure}")
            with contextlib.suppress(Exception):
                bench.order("stop")
        sheet.put(check.key, outcome, dt.datetime.now(tz=dt.UTC).date().isoformat())
        print(f"  {outcome.mark}  {outcome.figure}  {outcome.note}")


def _go_real(checks: Sequence[Check], options: Any) -> Sheet:
    from tests.board.real import RealBench, model, versions

    if os.geteuid() != 0:
        sys.exit("Start this as root: it stops and starts the recorder.")
    try:
        sheet = Sheet.at(options.sheet or SHEETS / file_name(model()), versions())
    except FileNotFoundError:
        sys.exit("This is no board. With --dry the list runs on a board of software.")
    for key in options.again:
        sheet.forget(key)
    with contextlib.suppress(KeyboardInterrupt):
        go(checks, RealBench(options.home, options.run, sheet.save), sheet)
    return sheet


def _go_dry(checks: Sequence[Check], options: Any) -> Sheet:
    """A pulled plug ends the script here as there; it is started again on the sheet that is on the disk."""
    from tests.board.dry import MODEL, DryBench, PlugPulled, World

    path, board = options.sheet or Path("dry-sheet.json"), {"model": f"NO BOARD: a dry run ({MODEL})"}
    world, sheet = World(frozenset(options.broken)), Sheet.at(path, board)
    for key in options.again:
        sheet.forget(key)
    while True:
        try:
            go(checks, DryBench(world, sheet.save), sheet)
        except PlugPulled:
            world.reboot()
            sheet = Sheet.at(path, board)
        else:
            return sheet


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
