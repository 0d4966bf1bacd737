"""The rows, in the order of the table: a module each, whose `measure(context)` gives one Row."""

from collections.abc import Callable
from typing import Final

from tests.bench.context import Context
from tests.bench.row import Row
from tests.bench.rows import (
    card,
    courier,
    desk,
    first_picture,
    first_segment,
    lateness,
    live_edge,
    memory,
    open_and_seek,
    sealing,
    segment_seal_sync,
    star,
    step,
    stop,
    tap,
    unlock,
)

Measure = Callable[[Context], Row]

ROWS: Final[dict[str, Measure]] = {
    module.__name__.rpartition(".")[2]: module.measure
    for module in (
        segment_seal_sync,
        memory,
        open_and_seek,
        star,
        tap,
        first_segment,
        stop,
        first_picture,
        live_edge,
        step,
        unlock,
        desk,
        lateness,
        sealing,
        courier,
        card,
    )
}
"""By name; a new row is a new module, named here."""
