"""Whether there is a way to a store now: a Protocol, and the bench's with its switch.

Apart from carrying because what counts as home is the box's to find out, and a test's or a demo's to say.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from appliance.courier.targets import Target


class Way(Protocol):
    def open(self, target: Target) -> bool:
        """Whether what `target` needs is there; asked every few seconds, answers at once."""
        ...


@dataclass(slots=True)
class BenchWay:
    """A Way whose network is a switch. Disks are looked at as on a box, unless `mounts` says which are there."""

    network: bool = True
    mounts: set[Path] | None = None

    def open(self, target: Target) -> bool:
        if target.mount is None:
            return self.network
        return target.mount.is_mount() if self.mounts is None else target.mount in self.mounts
