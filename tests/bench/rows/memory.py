"""The memory of a recorder over a session of two hours."""

import json
import subprocess
import sys
from typing import Final

from tests.bench.context import Context
from tests.bench.machine import file_system
from tests.bench.row import Row

TARGET_MB: Final = 120.0
TARGET_GROWTH_MB: Final = 5.0
MB: Final = 1024.0
"""kB of /proc in one."""


def measure(context: Context) -> Row:
    seconds, warm = context.pick((7200, 300), (24, 8))
    material = context.material()
    profile = material.profile
    sizes = (material.seconds, seconds, profile.width, profile.height, profile.bitrate)
    with context.scratch(in_memory=True) as folder:
        command = [sys.executable, "-m", "tests.bench.long_session", str(material.path), str(folder / "home")]
        told = json.loads(subprocess.run([*command, *map(str, sizes)], check=True, capture_output=True).stdout)
        disk = file_system(folder)
    rss_mb = [kb / MB for kb in told["rss_kb"]]
    peak_mb = max(told["peak_kb"] / MB, *rss_mb)  # the kernel counts the two at different moments
    growth_mb = max(rss_mb[warm:]) - max(rss_mb[:warm])
    return Row(
        what=f"memory of a recorder process over {seconds / 3600:.2g} h of film, packets given",
        ours=f"peak {peak_mb:.0f} MB, growth after the first {warm} s {growth_mb:+.1f} MB",
        target=f"≤ {TARGET_MB:.0f} MB, growth ≤ {TARGET_GROWTH_MB:.0f} MB",
        met=peak_mb <= TARGET_MB and growth_mb <= TARGET_GROWTH_MB,
        figures={
            "peak_mb": peak_mb,
            "growth_mb": growth_mb,
            "warm_mb": rss_mb[warm - 1],
            "end_mb": rss_mb[-1],
            "took_s": told["took_s"],
            "megabits_per_second": material.bits_per_second / 1e6,
        },
        disk=disk,
        runs=1,
        note=f"{material.bits_per_second / 1e6:.1f} Mbit/s, in {told['took_s']:.0f} s, old segments deleted behind it",
    )
