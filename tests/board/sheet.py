"""The result sheet of one board: durable after each line, told as JSON and as Markdown.

Apart because a pulled plug is part of the list: what was found before must be there afterwards.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from appliance.store.durable import write_whole
from tests.board.bench import Notes
from tests.board.check import Check, Mark, Outcome


@dataclass(slots=True)
class Sheet:
    """`board`: what it is and which versions run on it. `lines` by a check's key; `notes` of checks in progress."""

    path: Path
    board: dict[str, str]
    lines: dict[str, Outcome] = field(default_factory=dict)
    days: dict[str, str] = field(default_factory=dict)
    notes: dict[str, Notes] = field(default_factory=dict)

    @classmethod
    def at(cls, path: Path, board: Mapping[str, str]) -> "Sheet":
        """The one that is there, gone on with, or a new one; of the board as it is now."""
        sheet = cls(path, dict(board))
        if path.exists():
            found = json.loads(path.read_text(encoding="utf-8"))
            sheet.lines = {key: Outcome(**{**line, "mark": Mark(line["mark"])}) for key, line in found["lines"].items()}
            sheet.days, sheet.notes = found["days"], found["notes"]
        return sheet

    def put(self, key: str, outcome: Outcome, day: str) -> None:
        self.lines[key], self.days[key] = outcome, day
        self.notes.pop(key, None)
        self.save()

    def forget(self, key: str) -> None:
        self.lines.pop(key, None)
        self.days.pop(key, None)
        self.notes.pop(key, None)
        self.save()

    def save(self) -> None:
        lines = {key: asdict(line) for key, line in self.lines.items()}
        whole = {"v": 1, "board": self.board, "lines": lines, "days": self.days, "notes": self.notes}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.path, (json.dumps(whole, indent=2, ensure_ascii=False) + "\n").encode())

    def markdown(self, checks: Sequence[Check]) -> str:
        """Checks without an outcome are told as not done."""
        rows = ["| what | why a board | result | figure | limit | note |", "| --- | --- | --- | --- | --- | --- |"]
        for check in checks:
            line = self.lines.get(check.key, Outcome(Mark.NOT_DONE))
            cells = (check.what, check.why, _loud(line.mark), line.figure, line.limit, line.note)
            rows.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
        board = [f"- {name}: {value}" for name, value in self.board.items()]
        days = sorted(self.days.values())
        when = f"{days[0]} to {days[-1]}" if days else "never"
        head = f"# Result sheet: {self.board['model']}"
        return "\n".join([head, "", *board, f"- measured: {when}", f"- {self.count(checks)}", "", *rows]) + "\n"

    def count(self, checks: Sequence[Check]) -> str:
        marks = [self.lines.get(check.key, Outcome(Mark.NOT_DONE)).mark for check in checks]
        return ", ".join(f"{marks.count(mark)} {mark}" for mark in Mark)

    def write_markdown(self, checks: Sequence[Check]) -> Path:
        path = self.path.with_suffix(".md")
        write_whole(path, self.markdown(checks).encode())
        return path


def file_name(model: str) -> str:
    """Of a sheet: "raspberry-pi-4-model-b-rev-1.4.json"."""
    return re.sub(r"[^a-z0-9.]+", "-", model.lower()).strip("-") + ".json"


def _loud(mark: Mark) -> str:
    return f"**{mark}**" if mark is Mark.FAILED else str(mark)


def _cell(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ")
