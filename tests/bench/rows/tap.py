"""From a phone's tap to its being durable, while the box records; beside a bare synced write of as many bytes."""

import os
import random
import time
import uuid
from pathlib import Path
from typing import Any, Final

from appliance.sealing.identities import HybridIdentity
from tests.bench.context import Context
from tests.bench.pages import box_with_pages, paired
from tests.bench.row import Row, p50_p99
from tests.bench.synced import MS, op_bytes, write_ms
from tests.process.box import Box, now_us
from tests.web.phone import Phone

TARGET_MS: Final = 30.0
ERROR_MS: Final = 2
APART_S: Final = (0.01, 0.12)
"""Taps come at random between two segments."""


def measure(context: Context) -> Row:
    taps = context.pick(200, 6)
    with context.scratch() as folder, box_with_pages(folder, context.profile, HybridIdentity.generate()) as box:
        phone = paired(box)
        box.start_film()
        ours, peer = _taps(box, phone, folder / "peer", taps)
        sync_ms = box.status()["film"]["sync_ms"]
        sealed_bytes = op_bytes(box.home, "web")
        phone.hang_up()
        box.stop_film()
    ours_ms, ours_p99_ms = p50_p99(ours)
    peer_ms, peer_p99_ms = p50_p99(peer)
    return Row(
        what=f"a phone's tap to its durable acknowledgement over HTTP, while recording {context.profile.height}p30",
        ours=f"{ours_ms:.1f} ms, p99 {ours_p99_ms:.1f} ms",
        peer=f"`write` and `fsync` of as many bytes ({sealed_bytes}) to a file there: "
        f"{peer_ms:.1f} ms, p99 {peer_p99_ms:.1f} ms",
        ratio=ours_ms / peer_ms,
        target=f"p99 ≤ {TARGET_MS:.0f} ms",
        met=ours_p99_ms <= TARGET_MS,
        figures={
            "tap_ms": ours_ms,
            "tap_p99_ms": ours_p99_ms,
            "tap_max_ms": max(ours),
            "peer_ms": peer_ms,
            "peer_p99_ms": peer_p99_ms,
            "op_bytes": sealed_bytes,
            "segment_sync_ms": sync_ms["median"],
            "segment_sync_max_ms": sync_ms["max"],
        },
        disk=context.disk,
        runs=taps,
        note="three syncs each: a line of `ids`, the op, its folder; "
        f"sealing and syncing each segment meanwhile: {sync_ms['median']:.0f} ms, {sync_ms['max']:.0f} at most",
    )


def _taps(box: Box, phone: Phone, path: Path, count: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each tap, and of a synced write between it and the next."""
    boot, ours, peer = phone.read("/api/clock")["boot"], list[float](), list[float]()
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for n in range(count):
        time.sleep(random.uniform(*APART_S))
        ours.append(_tap_ms(phone, boot, "star" if n % 3 else "moment"))
        time.sleep(random.uniform(*APART_S))
        peer.append(write_ms(fd, op_bytes(box.home, "web")))
    os.close(fd)
    return ours, peer


def _tap_ms(phone: Phone, boot: str, kind: str) -> float:
    op: dict[str, Any] = {"id": str(uuid.uuid4()), "kind": kind, "boot": boot, "at_us": now_us(), "error_ms": ERROR_MS}
    began = time.perf_counter()
    told = phone.done("/api/ops", ops=[op])
    took_ms = (time.perf_counter() - began) * MS
    if told["acked"] != [op["id"]]:
        raise RuntimeError(f"the tap was not acknowledged: {told}")
    return took_ms
