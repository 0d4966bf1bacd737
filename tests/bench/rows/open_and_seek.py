"""Opening a random second of a long session, beside opening one whole sealed file of the same film."""

import os
import random
import statistics
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, get_args

from appliance.clock import SystemClock
from appliance.playback.reader import SessionReader
from appliance.sealing.identities import HybridIdentity
from appliance.store.durable import Durable, SyncKind, Syncs
from appliance.store.layout import segment_name
from tests.bench.age_tool import age_tool, open_whole_s, seal_whole
from tests.bench.context import SMALL, Context
from tests.bench.feeding import Feeding
from tests.bench.material import Material
from tests.bench.row import Row, p50_p99

TARGET_MS: Final = 10.0
TARGET_RATIO: Final = 1.2
MS: Final = 1e3
_HEAD: Final = struct.Struct(">4x4s4x4s4xI")  # moof, in it mfhd, and its sequence number


@dataclass(slots=True)
class Session:
    """A session to seek in, `open_ms`: what it took to open key and log before the first seek."""

    folder: Path
    office: HybridIdentity
    reader: SessionReader
    open_ms: float
    spent_ms: list[float] = field(default_factory=list)

    def seek(self, *, cold: bool = False) -> None:
        """Open the second at a random time of the film and read its head. `cold`: not from the system's cache."""
        pts_ms = random.randrange(self.reader.film_ms)
        if cold:
            _forget(self.folder / segment_name(self.reader.at(pts_ms) or 0))
        began = time.perf_counter()
        n = self.reader.at(pts_ms)
        data = self.reader.segment(n or 0)
        if _HEAD.unpack_from(data) != (b"moof", b"mfhd", (n or 0) + 1):
            raise RuntimeError("another second was opened")
        self.spent_ms.append((time.perf_counter() - began) * MS)


def measure(context: Context) -> Row:
    long_s, short_s = context.pick((7200, 120), (40, 8))
    seeks, runs = context.pick((400, 3), (20, 1))
    tool = age_tool(fetch=not context.quick)
    with context.scratch() as disk, context.scratch(in_memory=True) as memory:
        small = context.material(SMALL)
        long, short = _session(small, long_s, disk / "long"), _session(small, short_s, disk / "short")
        true, cold = (_session(context.material(), short_s, disk / name) for name in ("true", "cold"))
        os.sync()
        for _ in range(seeks):  # in any order, for each finds the processor's caches as the one before has left them
            for session in random.sample([long, short, true, cold], 4):
                session.seek(cold=session is cold)
        whole_bytes = seal_whole(long.reader, disk / "film.age", long.office)
        whole_s = [open_whole_s(disk / "film.age", long.office, memory / "film.mp4", tool) for _ in range(runs)]
    peer_ms = statistics.median(whole_s) * MS
    long_ms, long_p99_ms = p50_p99(long.spent_ms)
    short_ms, _ = p50_p99(short.spent_ms)
    true_ms, true_p99_ms = p50_p99(true.spent_ms)
    cold_ms, cold_p99_ms = p50_p99(cold.spent_ms)
    growth, slowest_ms = long_ms / short_ms, max(long_p99_ms, true_p99_ms)
    return Row(
        what=f"open and seek to a random second of {long_s // 60} min ({long.reader.film_ms // 1000} segments)",
        ours=f"{long_ms:.2f} ms, p99 {long_p99_ms:.2f} ms; {growth:.2f} times that of {short_s} s",
        peer=f"{'`age -d`' if tool else 'our unseal'} of one whole file ({whole_bytes / 1e6:.0f} MB) "
        f"of the same film, then seek: {peer_ms:.0f} ms",
        ratio=long_ms / peer_ms,
        target=f"p99 ≤ {TARGET_MS:.0f} ms; ≤ {TARGET_RATIO} times that of {short_s} s",
        met=slowest_ms <= TARGET_MS and growth <= TARGET_RATIO,
        figures={
            "seek_ms": long_ms,
            "seek_p99_ms": long_p99_ms,
            "short_seek_ms": short_ms,
            "long_over_short": growth,
            "true_rate_seek_ms": true_ms,
            "true_rate_seek_p99_ms": true_p99_ms,
            "true_rate_cold_seek_ms": cold_ms,
            "true_rate_cold_seek_p99_ms": cold_p99_ms,
            "first_open_ms": long.open_ms,
            "peer_ms": peer_ms,
            "peer_bytes": whole_bytes,
            "long_megabits_per_second": small.bits_per_second / 1e6,
        },
        disk=context.disk,
        runs=seeks,
        note=f"film of {small.bits_per_second / 1e6:.1f} Mbit/s; at {context.material().bits_per_second / 1e6:.1f} "
        f"Mbit/s {true_ms:.2f} ms, p99 {true_p99_ms:.2f} ms, and with nothing cached {cold_ms:.1f} ms, p99 "
        f"{cold_p99_ms:.1f} ms; once before the first seek: {long.open_ms:.0f} ms for key and log",
    )


def _session(material: Material, seconds: int, root: Path) -> Session:
    """Recorded through the pipeline, without waiting for the disk: this row measures reading."""
    feeding = Feeding(root, material.profile, Durable(Syncs(without=get_args(SyncKind))))
    feeding.prepare()
    folder = feeding.record(material.lazily(seconds, SystemClock().monotonic_us()))
    began = time.perf_counter()
    reader = SessionReader(folder, [feeding.office])
    return Session(folder, feeding.office, reader, (time.perf_counter() - began) * MS)


def _forget(path: Path) -> None:
    """Take a file that is on the disk out of the system's cache."""
    fd = os.open(path, os.O_RDONLY)
    os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(fd)
