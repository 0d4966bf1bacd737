"""From a star asked for to its being durable, while the box records; beside a bare synced write of as many bytes."""

import time

from tests.bench.box import Box, running_box
from tests.bench.context import Context
from tests.bench.row import Row
from tests.bench.synced import MS, acknowledged


def measure(context: Context) -> Row:
    stars = context.pick(200, 6)
    with context.scratch() as folder, running_box(folder, context.profile) as box:
        box.start()
        found = acknowledged(lambda _n: _star_ms(box), box.home, "recorder", folder / "peer", stars)
        sync_ms = box.line.ask("status")["film"]["sync_ms"]
        box.stop()
    what = f"star to durable acknowledgement over the intercom, while recording {context.profile.height}p30"
    return found.row(context, "star", what, sync_ms)


def _star_ms(box: Box) -> float:
    began = time.perf_counter()
    box.change("star")
    return (time.perf_counter() - began) * MS
