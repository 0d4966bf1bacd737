"""Where the numbers were made: processor, versions, file systems, and how busy the machine was with other things.

Apart because a figure without it says nothing.
"""

import os
import platform
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from typing import Final

LIBRARIES: Final = ("cryptography", "av", "numpy", "opencv-python")
BUSY_SHARE: Final = 0.2
"""Of all cores: above this, others' work is in the figures."""


def processor() -> str:
    """Model and number of cores, as "AMD EPYC, 2 cores"."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = [line.split(":", 1)[1].strip() for line in lines if line.startswith(("model name", "Model"))]
    return f"{named[0] if named else platform.machine()}, {os.cpu_count()} cores"


def versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "linux": platform.release()}
    found |= {name: version(name) for name in LIBRARIES}
    told = subprocess.run(["ffmpeg", "-version"], capture_output=True, text=True, check=True).stdout
    return found | {"ffmpeg": told.split()[2]}


def file_system(folder: Path) -> str:
    """The type of the file system that `folder` is on, such as ext4 or tmpfs."""
    device = os.stat(folder).st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines():
        mount, _, kind = line.partition(" - ")
        if mount.split()[2] == wanted:
            return kind.split()[0]
    return "unknown"


def busy_share(seconds: float) -> float:
    """How much of all cores was at work during the next `seconds`, in which this process only waits."""
    total, idle = _jiffies()
    time.sleep(seconds)
    total_after, idle_after = _jiffies()
    return 1 - (idle_after - idle) / max(1, total_after - total)


def load_average() -> float:
    """Of the last minute; our own work counts too."""
    return os.getloadavg()[0]


def _jiffies() -> tuple[int, int]:
    counts = [int(word) for word in Path("/proc/stat").read_text(encoding="ascii").splitlines()[0].split()[1:9]]
    return sum(counts), counts[3] + counts[4]
