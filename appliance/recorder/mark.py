"""Whether film is wanted right now, told to the next recorder if this one is killed.

Apart from the log because it must be true at the moment of the finger, however long the card takes: a recorder killed
between the stop and the last line of the log must not go on filming by itself. It lies beside the sockets, on a RAM
disk, and says nothing after a power cut.
"""

from contextlib import suppress
from pathlib import Path


class FilmingMark:
    """A file that is there while film is wanted; a mark that cannot be made only means that nothing goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def set(self, wanted: bool) -> None:
        with suppress(OSError):
            if wanted:
                self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._path.touch()
            else:
                self._path.unlink()

    @property
    def wanted(self) -> bool:
        return self._path.exists()
