"""A recorder's memory over a long session: run as a process of its own, which prints its memory as JSON.

Apart as a process because a bench that has drawn test cards would measure itself. It imports what the recorder
imports, and its packets come from a file, faster than life.
"""

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import appliance.assembly  # noqa: F401 - all that a recorder has in memory
from appliance.capture.camera import Profile
from appliance.capture.packet import Packet
from appliance.clock import SystemClock
from appliance.recorder.notices import Kept
from appliance.store.layout import Home, segment_name
from tests.bench.feeding import Feeding
from tests.bench.material import Material

KEPT_SEGMENTS: Final = 10
"""Older ones are deleted behind the writer: two hours would be 7.5 GB of memory on a RAM disk."""


@dataclass(slots=True)
class Watcher:
    """Notes the memory of this process after each segment, and deletes what is long written."""

    home: Home
    rss_kb: list[int] = field(default_factory=list)

    def kept(self, kept: Kept) -> None:
        self.rss_kb.append(memory_kb("VmRSS"))
        if kept.n >= KEPT_SEGMENTS:
            (self.home.session(kept.session) / segment_name(kept.n - KEPT_SEGMENTS)).unlink()


def memory_kb(name: str) -> int:
    """`VmRSS` now or `VmHWM`, the most it ever was."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("packets", type=Path)
    parser.add_argument("root", type=Path)
    for name in ("loop_seconds", "seconds", "width", "height", "bitrate"):
        parser.add_argument(name, type=int)
    asked = parser.parse_args()
    profile = Profile(asked.width, asked.height, 30, asked.bitrate)
    material = Material(asked.packets, profile, asked.loop_seconds, asked.bitrate)
    feeding, watcher = Feeding(asked.root, profile), Watcher(Home(asked.root))
    feeding.on_kept = watcher.kept
    feeding.prepare()
    began = time.monotonic()
    feeding.record(_film(material, asked.seconds))
    took_s = time.monotonic() - began
    print(json.dumps({"rss_kb": watcher.rss_kb, "peak_kb": memory_kb("VmHWM"), "took_s": took_s}))


def _film(material: Material, seconds: int) -> Iterator[Packet]:
    return material.lazily(seconds, SystemClock().monotonic_us())


if __name__ == "__main__":
    main()
