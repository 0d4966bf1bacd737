"""Rows as a table: for a terminal, or in Markdown for the README.

Apart because the same rows also go to a JSON file, where nothing is rounded.
"""

import textwrap
from collections.abc import Sequence
from typing import Final

from tests.bench.row import Row

HEADINGS: Final = ("what", "ours", "peer in the same run", "ratio", "target", "met", "on")
WIDTHS: Final = (32, 24, 30, 6, 18, 3, 20)


def markdown(rows: Sequence[Row], machine: str) -> str:
    """One line of the table for each row, and below it what the rows say beside their figures."""
    lines = [_piped(HEADINGS), _piped(["---"] * len(HEADINGS))]
    notes = [row.note for row in rows if row.note]
    for row in rows:
        mark = f" [{notes.index(row.note) + 1}]" if row.note else ""
        lines.append(_piped(_cells(row, mark, machine)))
    return "\n".join([*lines, "", *(f"{number}. {note}" for number, note in enumerate(notes, 1))]) + "\n"


def terminal(row: Row, machine: str) -> str:
    """One row as it comes, each cell wrapped in its column."""
    cells = [textwrap.wrap(cell, width) for cell, width in zip(_cells(row, "", machine), WIDTHS, strict=True)]
    depth = max(map(len, cells))
    lines = [
        "  ".join(
            (cell[line] if line < len(cell) else "").ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)
        )
        for line in range(depth)
    ]
    note = textwrap.wrap(row.note, sum(WIDTHS), initial_indent="    ", subsequent_indent="    ")
    return "\n".join(line.rstrip() for line in [*lines, *note])


def head() -> str:
    return "  ".join(heading[:width].ljust(width) for heading, width in zip(HEADINGS, WIDTHS, strict=True)).rstrip()


def _cells(row: Row, mark: str, machine: str) -> tuple[str, ...]:
    ratio = "" if row.ratio is None else f"{row.ratio:.2g}"
    met = {None: "", True: "yes", False: "NO"}[row.met]
    where = machine if row.disk == "none" else f"{row.disk}, {machine}"
    return row.what + mark, row.ours, row.peer, ratio, row.target, met, where


def _piped(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
