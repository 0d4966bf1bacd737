"""The two ends of a command that turns one file into another: what it reads, and what it writes.

Apart because both ways must leave nothing and spoil nothing when they fail before the first byte.
"""

import contextlib
import functools
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from appliance.errors import BadInput

STANDARD: Final = "-"


@contextmanager
def reading(name: str) -> Iterator[BinaryIO]:
    """The file `name`, or standard input for "-". Raises BadInput for whatever keeps it from being read."""
    try:
        if name == STANDARD:
            yield sys.stdin.buffer
        else:
            with open(name, "rb") as file:
                yield file
    except OSError as failure:
        raise BadInput(f"The input cannot be read: {failure.strerror}.") from None


class Output:
    """The file `name`, or standard output for "-"; made at the first byte, readable by its owner only.

    Raises BadInput at once if it stands already and `force` is not set, or is the input; later if writing fails.
    """

    def __init__(self, name: str, *, force: bool, unlike: str) -> None:
        self.written_bytes = 0
        self._path = None if name == STANDARD else Path(name)
        self._open = _standard if self._path is None else functools.partial(_fresh, self._path, force=force)
        self._file: BinaryIO | None = None
        if self._path is not None and os.path.lexists(self._path):
            if not force:
                raise BadInput("The output stands there already.", "Take another name, or --force to write over it.")
            if os.path.exists(name) and os.path.exists(unlike) and os.path.samefile(name, unlike):
                raise BadInput("The output is the input.", "Take another name for the output.")

    def write(self, data: bytes) -> None:
        try:
            if self._file is None:
                self._file = self._open()
            self._file.write(data)
        except OSError as failure:
            raise _unwritable(failure) from None
        self.written_bytes += len(data)

    def close(self) -> None:
        """Hands everything written to the system; a file of no bytes is made too."""
        self.write(b"")
        try:
            if self._file is not None:
                self._file.flush()
                if self._path is not None:
                    self._file.close()
        except OSError as failure:
            raise _unwritable(failure) from None

    def discard(self) -> None:
        """Takes back what was written, if it went to a file."""
        if self._path is not None and self._file is not None:
            with contextlib.suppress(OSError):  # a disk that refused a write refuses the rest of the buffer too
                self._file.close()
            if self._path.is_file():
                self._path.unlink()


def _standard() -> BinaryIO:
    return sys.stdout.buffer


def _fresh(path: Path, *, force: bool) -> BinaryIO:
    """A new file; with `force` in place of another, and a device or pipe is taken as it is."""
    if force and (path.is_symlink() or path.is_file()):
        path.unlink()
    return open(os.open(path, os.O_WRONLY | os.O_CREAT | (0 if force else os.O_EXCL), 0o600), "wb")


def _unwritable(failure: OSError) -> BadInput:
    return BadInput(f"The output cannot be written: {failure.strerror}.", "Give a place that has room and is yours.")
