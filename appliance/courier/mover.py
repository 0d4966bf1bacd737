"""Moves whole files to a drop and from an outbox: what the courier asks of rclone, or of a folder on a disk.

Apart because how bytes travel is another program's business; what travels, in what order, and what is known of it
afterwards is ours.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

Watch = Callable[[int], bool]
"""Told how many bytes have moved, at least twice a second while any may move; False: break off."""


class Abandoned(Exception):
    """The watch said to break off; what stands at the other end may be torn."""


class Mover(Protocol):
    """One file at a time, used by one thread. What is told to have worked has worked as far as the other end says."""

    def put(self, source: Path, remote: str, name: str, watch: Watch) -> None:
        """Make the file `name` in the folder `remote` out of `source`.

        `name` was never asked for before. Raises OfficeUnreachable if the other end refused it or was lost (it may hold
        a torn file then), Abandoned.
        """
        ...

    def fetch(self, remote: str, folder: Path, held: Path, watch: Watch) -> None:
        """Copy the outbox `remote` into `folder`; files that were fetched and have not changed are left as they are.

        What stands in `held` under the same path with the same length is not fetched again: lanes and statements never
        change. A remote that is not there is an empty one. Raises OfficeUnreachable, Abandoned.
        """
        ...

    def close(self) -> None:
        """End what was started; may be called more than once."""
        ...
