"""From the stop to the first picture of the replay, in a browser."""

import statistics
from typing import Final

from tests.bench.context import Context
from tests.bench.row import Row
from tests.bench.screen import screened

TARGET_MS: Final = 1_000


def measure(context: Context) -> Row:
    spent_ms = screened(context).first_ms
    return Row(
        what="stop to the first picture of the replay, in Chromium",
        ours=f"{statistics.median(spent_ms):.0f} ms, {max(spent_ms):.0f} at most",
        target=f"≤ {TARGET_MS:,} ms",
        met=max(spent_ms) <= TARGET_MS,
        figures={"first_picture_ms": statistics.median(spent_ms), "first_picture_max_ms": max(spent_ms)},
        disk=context.disk,
        runs=len(spent_ms),
        note=f"{context.profile.height}p30; the session is closed and signed, then the player's page opened",
    )
