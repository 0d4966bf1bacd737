"""`make bench`: measures every row, prints the table, and writes it with all figures to artefacts/bench.json."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from tests.bench import machine, table
from tests.bench.context import Context
from tests.bench.row import Row
from tests.bench.rows import ROWS

ARTEFACTS: Final = Path(__file__).resolve().parents[2] / "artefacts"


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 measured, whether targets are met or not: a shared machine must not fail a build by being slow."""
    asked = _read(arguments)
    asked.folder.mkdir(parents=True, exist_ok=True)
    about = {**machine.versions(), "processor": machine.processor(), "quick": asked.quick}
    named = _short(about)
    rows: list[Row] = []
    found: list[dict[str, Any]] = []
    _say(f"{named}; {_long(about)}")
    _say(table.head())
    with tempfile.TemporaryDirectory(prefix="bench-", dir=asked.folder) as name:
        context = Context(Path(name), asked.quick)
        for row_name in asked.only or ROWS:
            load = _load(asked.quick)
            began = time.monotonic()
            rows.append(ROWS[row_name](context))
            found.append({"row": row_name, **asdict(rows[-1]), **load, "took_s": time.monotonic() - began})
            _say(table.terminal(rows[-1], named))
    asked.json.parent.mkdir(parents=True, exist_ok=True)
    asked.json.write_text(json.dumps({"machine": about, "rows": found}, indent=2) + "\n", encoding="utf-8")
    summary = f"{_long(about)}. {_busy(found)}"
    _say(summary)
    if asked.markdown:
        print(table.markdown(rows, named) + f"\n{summary}")
    return 0


def _read(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--quick", action="store_true", help="small films and few runs: shows that every row runs")
    parser.add_argument("--markdown", action="store_true", help="print the table for the README to standard output")
    parser.add_argument("--only", action="append", choices=list(ROWS), help="this row (may be given again)")
    parser.add_argument("--folder", type=Path, default=ARTEFACTS, help="where films go: the disk that is measured")
    parser.add_argument("--json", type=Path, default=ARTEFACTS / "bench.json")
    return parser.parse_args(arguments)


def _load(quick: bool) -> dict[str, float]:
    """How busy others keep the machine just before a row."""
    load = {"load_average": machine.load_average(), "busy_share": machine.busy_share(0.1 if quick else 2.0)}
    if load["busy_share"] > machine.BUSY_SHARE:
        _say(f"! others keep {100 * load['busy_share']:.0f} % of this machine busy: the next row is worse than it is")
    return load


def _short(about: Mapping[str, Any]) -> str:
    return f"{about['processor']}, Python {about['python']}, cryptography {about['cryptography']}"


def _long(about: Mapping[str, Any]) -> str:
    names = ("linux", "ffmpeg", "av", "numpy", "opencv-python")
    return ", ".join(f"{name} {about[name]}" for name in names)


def _busy(found: list[dict[str, Any]]) -> str:
    shares = [100 * row["busy_share"] for row in found]
    loads = [row["load_average"] for row in found]
    busy = (
        " The machine was busy: take these figures as upper bounds." if max(shares) > 100 * machine.BUSY_SHARE else ""
    )
    share = f"{min(shares):.0f} to {max(shares):.0f} % of the cores"
    return f"Others at work before a row: {share}, load {min(loads):.1f} to {max(loads):.1f}.{busy}"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
