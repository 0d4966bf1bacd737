"""What every row is given: a folder on a real disk, how long it may take, and film to work with.

Apart so that material which several rows need is made once.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from appliance.capture.camera import Profile
from tests.bench.machine import file_system
from tests.bench.material import Material, make_material

if TYPE_CHECKING:
    from tests.bench.screen import Screened

T = TypeVar("T")
MEMORY: Final = Path("/dev/shm")
"""The one place that is known to be a RAM disk."""
SMALL: Final = Profile(320, 180, 30, 200_000)


@dataclass(slots=True)
class Context:
    """`folder` is empty at first and thrown away at the end. `quick`: every row for a few seconds, to see it run."""

    folder: Path
    quick: bool
    screened: "Screened | None" = None
    """What was seen on a phone's screen, once a row asked for it."""
    _material: dict[Profile, Material] = field(default_factory=dict)

    @property
    def disk(self) -> str:
        return file_system(self.folder)

    @property
    def profile(self) -> Profile:
        """What the recorder films by default; a small picture when quick."""
        return Profile(640, 360, 30, 1_000_000) if self.quick else Profile()

    def pick(self, full: T, quick: T) -> T:
        return quick if self.quick else full

    def material(self, profile: Profile | None = None) -> Material:
        """A loop of test card film, by default as the recorder films."""
        wanted = profile or self.profile
        if wanted not in self._material:
            path = self.folder / f"{wanted.width}x{wanted.height}.packets"
            seconds = 64 if wanted == Profile() else 8
            self._material[wanted] = make_material(path, wanted, seconds)
        return self._material[wanted]

    @contextmanager
    def scratch(self, *, in_memory: bool = False) -> Iterator[Path]:
        """A folder of a row's own, on the disk or in memory (where the machine has such a place)."""
        memory = in_memory and os.access(MEMORY, os.W_OK)
        with tempfile.TemporaryDirectory(prefix="fieldreel-bench-", dir=MEMORY if memory else self.folder) as name:
            yield Path(name)
