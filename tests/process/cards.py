"""A small card: a memory file system of a few megabytes, mounted for one test.

Apart because what is mounted must be taken down whatever happens, and by the next run if this one dies.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.lab import mounts

PREFIX = "fieldreel-card-"


@contextmanager
def small_card(size_bytes: int) -> Iterator[Path]:
    """A mounted, empty folder of that size; skips, loudly, where mounting is not allowed."""
    place = Path(tempfile.gettempdir())
    mounts.sweep(place, PREFIX)
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=place))
    try:
        point = folder / "card"
        point.mkdir()
        options = f"size={size_bytes},mode=0700"
        command = ("mount", "-t", "tmpfs", "-o", options, "fieldreel-card", str(point))
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"NO FULL CARD WAS TRIED: {done.stderr.strip() or 'a card cannot be mounted here'}")
        yield point
    finally:
        mounts.undo(folder)


class Ballast:
    """A file that takes room on a card."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self, size_bytes: int) -> None:
        """So much room and no less; raises OSError where there is not so much."""
        with self._path.open("ab") as file:
            os.posix_fallocate(file.fileno(), file.tell(), size_bytes)

    def take_all(self) -> None:
        """Everything that is left, to the last block."""
        with self._path.open("ab") as file:
            step = 1 << 24
            while step >= 4096:
                try:
                    os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), step)
                except OSError:
                    step //= 2

    def give_back(self) -> None:
        self._path.unlink(missing_ok=True)
