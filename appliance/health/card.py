"""What the file system itself says of the card: errors that it found, and that it lets nobody write any more.

Apart from how much still fits (store/space.py): that can be mended by carrying films home, this by another card.
"""

import os
from pathlib import Path
from typing import Final

SYS: Final = Path("/sys")


class Card:
    """`place`: a folder on it. `sys`: the kernel's tree."""

    def __init__(self, place: Path, sys: Path = SYS) -> None:
        self._place, self._sys = place, sys

    def errors(self) -> int | None:
        """How many ext4 has counted since the card was last checked (kernel: fs/ext4/sysfs); None for another kind."""
        try:
            device = self._place.stat().st_dev
            disk = (self._sys / f"dev/block/{os.major(device)}:{os.minor(device)}").resolve().name
            return int((self._sys / "fs/ext4" / disk / "errors_count").read_bytes()[:32])
        except (OSError, ValueError):
            return None

    def read_only(self) -> bool | None:
        """After an error a file system may have been made so; None where it cannot be asked."""
        try:
            return bool(os.statvfs(self._place).f_flag & os.ST_RDONLY)
        except OSError:
            return None
