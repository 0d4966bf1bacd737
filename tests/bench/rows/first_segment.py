"""From a finger on the button to the first second of film that would survive a power cut."""

import statistics
import time
from typing import Final

from appliance.clock import SystemClock
from tests.bench.box import Box, running_box
from tests.bench.context import Context
from tests.bench.row import Row

MS: Final = 1000
TAP_S: Final = 0.05


def measure(context: Context) -> Row:
    takes = context.pick(7, 2)
    with context.scratch() as folder, running_box(folder, context.profile) as box:
        spent = [_take_ms(box) for _ in range(takes)]
    durable_ms, picture_ms = (statistics.median(each) for each in zip(*spent, strict=True))
    return Row(
        what="press to first durable segment",
        ours=f"{durable_ms:.0f} ms, {max(each[0] for each in spent):.0f} at most",
        figures={
            "durable_ms": durable_ms,
            "durable_max_ms": max(each[0] for each in spent),
            "first_picture_ms": picture_ms,
            "first_picture_max_ms": max(each[1] for each in spent),
        },
        disk=context.disk,
        runs=takes,
        note=f"1,000 ms of it are the segment's own length; the first picture is taken {picture_ms:.0f} ms after the "
        "press",
    )


def _take_ms(box: Box) -> tuple[float, float]:
    """Milliseconds from the finger's touch to the first segment acknowledged, and to the first picture."""
    pressed_us = SystemClock().monotonic_us()
    box.finger(down=True)
    time.sleep(TAP_S)
    box.finger(down=False)
    status, durable_us = box.wait(lambda status: status["film"] and status["film"]["acked_ms"])
    box.stop()
    return (durable_us - pressed_us) / MS, (status["film"]["start_us"] - pressed_us) / MS
