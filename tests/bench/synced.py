"""What is acknowledged once it is durable, while the box records; beside a bare write of as many bytes, and its sync.

Apart because two rows tell of it.
"""

import os
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tests.bench.context import Context
from tests.bench.row import Row, p50_p99

MS: Final = 1e3
TARGET_MS: Final = 30.0
APART_S: Final = (0.01, 0.12)
"""They come at random between two segments: this is how long to wait before the next, at least and at most."""


@dataclass(frozen=True, slots=True)
class Synced:
    """Milliseconds of each acknowledgement, and of a synced write of `op_bytes` between it and the next."""

    ours: list[float]
    peer: list[float]
    op_bytes: int

    def row(self, context: Context, name: str, what: str, sync_ms: Mapping[str, Any], note: str = "") -> Row:
        """`sync_ms`: of the segments meanwhile, as the recorder tells it."""
        ours_ms, ours_p99_ms = p50_p99(self.ours)
        peer_ms, peer_p99_ms = p50_p99(self.peer)
        return Row(
            what=what,
            ours=f"{ours_ms:.1f} ms, p99 {ours_p99_ms:.1f} ms",
            peer=f"`write` and `fsync` of as many bytes ({self.op_bytes}) to a file there: "
            f"{peer_ms:.1f} ms, p99 {peer_p99_ms:.1f} ms",
            ratio=ours_ms / peer_ms,
            target=f"p99 ≤ {TARGET_MS:.0f} ms",
            met=ours_p99_ms <= TARGET_MS,
            figures={
                f"{name}_ms": ours_ms,
                f"{name}_p99_ms": ours_p99_ms,
                f"{name}_max_ms": max(self.ours),
                "peer_ms": peer_ms,
                "peer_p99_ms": peer_p99_ms,
                "op_bytes": self.op_bytes,
                "segment_sync_ms": sync_ms["median"],
                "segment_sync_max_ms": sync_ms["max"],
            },
            disk=context.disk,
            runs=len(self.ours),
            note=f"{note}sealing and syncing each segment meanwhile: "
            f"{sync_ms['median']:.0f} ms, {sync_ms['max']:.0f} at most",
        )


def acknowledged(act: Callable[[int], float], home: Path, writer: str, path: Path, count: int) -> Synced:
    """`act` does the nth and gives its milliseconds; `path`: the peer's file."""
    ours, peer = list[float](), list[float]()
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for n in range(count):
        time.sleep(random.uniform(*APART_S))
        ours.append(act(n))
        time.sleep(random.uniform(*APART_S))
        peer.append(write_ms(fd, op_bytes(home, writer)))
    os.close(fd)
    return Synced(ours, peer, op_bytes(home, writer))


def write_ms(fd: int, size: int) -> float:
    data = os.urandom(size)
    began = time.perf_counter()
    os.write(fd, data)
    os.fsync(fd)
    return (time.perf_counter() - began) * MS


def op_bytes(home: Path, writer: str) -> int:
    """Length of the writer's newest sealed op."""
    return max((home / "lanes" / writer).glob("*.op.age")).stat().st_size
