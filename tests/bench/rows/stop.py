"""From a stop to the session closed, signed and durable."""

import statistics
import time
from typing import Final

from appliance.clock import SystemClock
from tests.bench.box import Box, running_box
from tests.bench.context import Context
from tests.bench.row import Row

MS: Final = 1000


def measure(context: Context) -> Row:
    takes, film_s = context.pick((7, 2.5), (1, 0.5))
    with context.scratch() as folder, running_box(folder, context.profile) as box:
        spent_ms = [_take_ms(box, film_s + take / takes) for take in range(takes)]
    return Row(
        what="stop to session closed and signed",
        ours=f"{statistics.median(spent_ms):.0f} ms, {max(spent_ms):.0f} at most",
        figures={"closed_ms": statistics.median(spent_ms), "closed_max_ms": max(spent_ms)},
        disk=context.disk,
        runs=takes,
        note="the second in progress is kept: it is sealed and written first",
    )


def _take_ms(box: Box, film_s: float) -> float:
    box.start()
    time.sleep(film_s)
    began_us = SystemClock().monotonic_us()
    box.change("stop")
    _, closed_us = box.wait(lambda status: status["state"] == "ready")
    return (closed_us - began_us) / MS
