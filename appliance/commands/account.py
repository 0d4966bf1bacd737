"""A verdict in plain words, and how far a long command has come.

Apart because `verify` and `open` both say it, and people compare what they say.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from appliance.clock import utc_text
from appliance.store.lines import GapLine
from appliance.store.verify import Facts, Verdict
from appliance.store.verify_lane import LaneVerdict

_ENDS: Final = {"interrupted": "by a power cut or a crash, and was recovered", None: "not yet"}


class Progress:
    """`Checking  45 %` on the terminal, rewritten in place; nothing where standard error is no terminal."""

    def __init__(self, doing: str) -> None:
        self._doing, self._told = doing, -1

    def __call__(self, done: int, total: int) -> None:
        percent = 100 * done // max(1, total)
        if percent != self._told and sys.stderr.isatty():
            print(f"\r{self._doing} {percent:3d} %", end="", file=sys.stderr, flush=True)
            self._told = percent

    def end(self) -> None:
        if self._told >= 0:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True)
class Account:
    """A verdict that tells itself, the first wrong file in the first line. `checked`: the device's key was known."""

    verdict: Verdict
    checked: bool

    def __str__(self) -> str:
        verdict = self.verdict
        lines = [f"{finding.file} {finding.what.rstrip('.')}." for finding in verdict.findings]
        lines.append("This session is sound." if verdict.sound else "This session is not sound.")
        if verdict.facts is not None:
            lines += _facts(verdict.facts, sound=verdict.sound, checked=self.checked)
        return "\n".join(lines)


def _facts(facts: Facts, *, sound: bool, checked: bool) -> list[str]:
    opened, device = facts.opened, facts.opened.certificate.get("device")
    known = "which is the one given" if checked else "which was not checked against a register"
    said = "" if sound else "What its log says, which cannot be relied on:"
    lines = [
        said,
        f"  recorded  {utc_text(opened.utc_ms)} (clock: {opened.utc_source}), session {opened.number} of its device",
        f"  signed    by device {device}, {known if sound else 'as it says'}",
        f"  film      {duration(facts.film_ms)} in {facts.segments} segments, {facts.bytes / 1e6:.1f} MB",
        f"  ended     {_ENDS.get(facts.reason, facts.reason)}",
        *(f"  gap       {_gap(gap)}" for gap in _joined(facts.gaps)),
        *(f"  absent    second {n}, in progress when the power went" for n in facts.absent if sound),
    ]
    return [line for line in lines if line]


def _joined(gaps: Sequence[GapLine]) -> list[GapLine]:
    """The log tells a long silence second by second; people want it once."""
    joined: list[GapLine] = []
    for gap in sorted(gaps, key=lambda gap: (gap.what, gap.why, gap.pts_ms)):
        last = joined[-1] if joined else None
        if last is not None and (last.what, last.why, last.end_ms) == (gap.what, gap.why, gap.pts_ms):
            joined[-1] = replace(last, dur_ms=last.dur_ms + gap.dur_ms)
        else:
            joined.append(gap)
    return sorted(joined, key=lambda gap: gap.pts_ms)


def _gap(gap: GapLine) -> str:
    what = {"all": "picture and sound", "picture": "picture", "sound": "sound"}.get(gap.what, gap.what)
    return f"at {duration(gap.pts_ms)}, {duration(gap.dur_ms)} without {what} ({gap.why})"


def duration(ms: int) -> str:
    """`1 h 02 min 03 s`, `2 min 03 s`, `45 s`; below ten seconds with tenths."""
    if ms < 10_000:
        return f"{ms / 1000:.1f} s"
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02d} min {seconds:02d} s"
    return f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"


def lane_account(name: str, lane: LaneVerdict) -> str:
    lines = [f"{finding.file} {finding.what.rstrip('.')}." for finding in lane.findings]
    lines.append(f"The lane {name} is {'' if lane.sound else 'not '}sound: {lane.ops} ops.")
    lines.append(f"  {lane.opened} opened and genuine, the others not opened: forged, or sealed to other keys.")
    return "\n".join(lines)
