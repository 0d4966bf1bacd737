"""Looks whether this system could write a program's memory to a disk: swap, and core dumps.

Apart because no unit can see to it alone: each forbids both for itself, and this says where the machine does not.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
IN_MEMORY: Final = "/dev/zram"


def leaks(proc: Path = PROC) -> Iterator[str]:
    """One sentence for each way in which memory may reach a disk; none on a box that is set up as it should be."""
    for line in _lines(proc / "swaps")[1:]:
        name = line.split(maxsplit=1)[0]
        if not name.startswith(IN_MEMORY):
            yield f"There is swap on a disk ({name}): switch it off, and write over it."
    pattern = "".join(_lines(proc / "sys/kernel/core_pattern"))
    if pattern not in {"|/bin/false", ""}:
        yield f"Core dumps go somewhere ({pattern.split()[0]}): see sysctl.d/60-fieldreel.conf."


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
