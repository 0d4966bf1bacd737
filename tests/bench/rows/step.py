"""Whether a seek and a step show the picture that is meant, and how soon; beside adding 1/30 s to the time."""

from collections.abc import Sequence
from typing import Final

from tests.bench.context import Context
from tests.bench.pages import p50_p95
from tests.bench.row import Row
from tests.bench.screen import Move, screened

TARGET_MS: Final = 60.0


def measure(context: Context) -> Row:
    found = screened(context)
    step_ms, step_p95_ms = p50_p95([each.ms for each in found.steps])
    seek_ms, seek_p95_ms = p50_p95([each.ms for each in found.seeks])
    added_ms, _ = p50_p95([each.ms for each in found.added])
    exact = _exact([*found.seeks, *found.steps])
    return Row(
        what=f"the picture meant after a seek and a step, {context.profile.height}p30, by the number in it",
        ours=f"{100 * exact:.0f} % of {len(found.seeks)} seeks and {len(found.steps)} steps both ways; "
        f"a step {step_ms:.0f} ms, p95 {step_p95_ms:.0f} ms",
        peer=f"`currentTime += 1/30`: {100 * _exact(found.added):.0f} % of {len(found.added)}, {added_ms:.0f} ms",
        ratio=step_ms / added_ms,
        target=f"100 %; step p95 ≤ {TARGET_MS:.0f} ms",
        met=exact == 1 and step_p95_ms <= TARGET_MS,
        figures={
            "exact_share": exact,
            "step_ms": step_ms,
            "step_p95_ms": step_p95_ms,
            "seek_ms": seek_ms,
            "seek_p95_ms": seek_p95_ms,
            "peer_exact_share": _exact(found.added),
            "peer_ms": added_ms,
        },
        disk=context.disk,
        runs=len(found.steps),
        note=f"a seek anywhere in the film {seek_ms:.0f} ms, p95 {seek_p95_ms:.0f} ms",
    )


def _exact(moves: Sequence[Move]) -> float:
    return sum(each.exact for each in moves) / len(moves)
