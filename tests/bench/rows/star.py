"""From a star asked for to its being durable, while the box records; beside a bare synced write of as many bytes."""

import os
import random
import time
from pathlib import Path
from typing import Final

from tests.bench.box import Box, running_box
from tests.bench.context import Context
from tests.bench.row import Row, p50_p99
from tests.bench.synced import MS, op_bytes, write_ms

TARGET_MS: Final = 30.0
APART_S: Final = (0.01, 0.12)
"""Stars come at random between two segments: this is how long to wait before the next, at least and at most."""


def measure(context: Context) -> Row:
    stars = context.pick(200, 6)
    with context.scratch() as folder, running_box(folder, context.profile) as box:
        box.start()
        ours, peer = _stars(box, folder / "peer", stars)
        sync_ms = box.line.ask("status")["film"]["sync_ms"]
        sealed_bytes = op_bytes(box.home, "recorder")
        box.stop()
    ours_ms, ours_p99_ms = p50_p99(ours)
    peer_ms, peer_p99_ms = p50_p99(peer)
    return Row(
        what=f"star to durable acknowledgement over the intercom, while recording {context.profile.height}p30",
        ours=f"{ours_ms:.1f} ms, p99 {ours_p99_ms:.1f} ms",
        peer=f"`write` and `fsync` of as many bytes ({sealed_bytes}) to a file there: "
        f"{peer_ms:.1f} ms, p99 {peer_p99_ms:.1f} ms",
        ratio=ours_ms / peer_ms,
        target=f"p99 ≤ {TARGET_MS:.0f} ms",
        met=ours_p99_ms <= TARGET_MS,
        figures={
            "star_ms": ours_ms,
            "star_p99_ms": ours_p99_ms,
            "star_max_ms": max(ours),
            "peer_ms": peer_ms,
            "peer_p99_ms": peer_p99_ms,
            "op_bytes": sealed_bytes,
            "segment_sync_ms": sync_ms["median"],
            "segment_sync_max_ms": sync_ms["max"],
        },
        disk=context.disk,
        runs=stars,
        note=f"sealing and syncing each segment meanwhile: {sync_ms['median']:.0f} ms, {sync_ms['max']:.0f} at most",
    )


def _stars(box: Box, path: Path, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each star, and of a synced write between it and the next."""
    ours, peer = [], []
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for _ in range(count):
        time.sleep(random.uniform(*APART_S))
        ours.append(_star_ms(box))
        time.sleep(random.uniform(*APART_S))
        peer.append(write_ms(fd, op_bytes(box.home, "recorder")))
    os.close(fd)
    return ours, peer


def _star_ms(box: Box) -> float:
    began = time.perf_counter()
    box.change("star")
    return (time.perf_counter() - began) * MS
