"""Opening a random second of a long session, beside opening one whole sealed file of the same film."""

import os
import random
import statistics
import struct
import time
from dataclasses import dataclass
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
    """A session to seek in; `open_ms`: what it took to open its key before the first seek."""

    folder: Path
    office: HybridIdentity
    reader: SessionReader
    open_ms: float

    def seek_ms(self, pts_ms: int, *, cold: bool) -> float:
        """Open the second at a time of the film and read its head. `cold`: not from the system's cache."""
        if cold:
            _forget(self.folder / segment_name(self.reader.at(pts_ms) or 0))
        began = time.perf_counter()
        n = self.reader.at(pts_ms)
        data = self.reader.segment(n or 0)
        if _HEAD.unpack_from(data) != (b"moof", b"mfhd", (n or 0) + 1):
            raise RuntimeError("another second was opened")
        return (time.perf_counter() - began) * MS


def measure(context: Context) -> Row:
    long_s, short_s = context.pick((7200, 120), (40, 8))
    seeks, runs = context.pick((440, 3), (24, 1))
    tool, small = age_tool(fetch=not context.quick), context.material(SMALL)
    with context.scratch() as disk, context.scratch(in_memory=True) as memory:
        long = _session(small, long_s, disk / "long")
        shorts = [_session(small, short_s, disk / f"short-{n}") for n in range(4)]
        trues = [_session(context.material(), short_s, disk / f"true-{n}") for n in range(4)]
        os.sync()
        spent = _spent_ms({"long": [long], "short": shorts, "true": trues[:2], "cold": trues[2:]}, seeks)
        whole_bytes = seal_whole(long.reader, disk / "film.age", long.office)
        whole_s = [open_whole_s(disk / "film.age", long.office, memory / "film.mp4", tool) for _ in range(runs)]
    peer_ms = statistics.median(whole_s) * MS
    long_ms, long_p99_ms = p50_p99(spent["long"])
    short_ms, _ = p50_p99(spent["short"])
    true_ms, true_p99_ms = p50_p99(spent["true"])
    cold_ms, cold_p99_ms = p50_p99(spent["cold"])
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
        runs=len(spent["long"]),
        note=f"film of {small.bits_per_second / 1e6:.1f} Mbit/s; at {context.material().bits_per_second / 1e6:.1f} "
        f"Mbit/s {true_ms:.2f} ms, p99 {true_p99_ms:.2f} ms, and with nothing cached {cold_ms:.1f} ms, p99 "
        f"{cold_p99_ms:.1f} ms; once before the first seek: {long.open_ms:.0f} ms for key and log",
    )


def _spent_ms(groups: dict[str, list[Session]], seeks: int) -> dict[str, list[float]]:
    """Milliseconds of each seek. All groups take turns in any order, and no second of a film is opened twice.

    For each seek finds the processor's caches as the one before has left them.
    """
    plan = [
        (name, session, second)
        for name, sessions in groups.items()
        for session in sessions
        for second in _seconds(session, seeks // len(sessions))
    ]
    random.shuffle(plan)
    spent: dict[str, list[float]] = {name: [] for name in groups}
    for name, session, second in plan:
        pts_ms = min(second * 1000 + random.randrange(1000), session.reader.film_ms - 1)
        spent[name].append(session.seek_ms(pts_ms, cold=name == "cold"))
    return spent


def _seconds(session: Session, most: int) -> list[int]:
    film_s = session.reader.film_ms // 1000
    return random.sample(range(film_s), min(most, film_s))


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
