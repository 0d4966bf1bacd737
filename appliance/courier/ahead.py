"""Packs the next parcel while the one before it is on its way.

Apart because a card that is read and a road that is used would take turns otherwise.
"""

import queue
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from appliance.courier.loads import Load, pack
from appliance.store.sums import file_sha256
from appliance.worker import Worker

PLACES: Final = 2
"""Tars that stand in the RAM disk at once: one on its way, one ready or being packed."""
END_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Packed:
    """`path`: the parcel's bytes, a tar in the RAM disk or the file where it lies."""

    load: Load
    path: Path
    sha256: str


class Ahead:
    """Iterates over the packed parcels once; as a context it leaves no tar behind.

    Iterating raises what packing raised: FileNotFoundError where a session was erased meanwhile, OSError.
    """

    def __init__(self, folder: Path, loads: Sequence[Load]) -> None:
        self._folder, self._loads = folder, loads
        self._places = threading.Semaphore(PLACES)
        self._ready: queue.SimpleQueue[Packed | BaseException] = queue.SimpleQueue()
        self._worker = Worker("packing", self._pack, on_failure=self._ready.put)

    def __enter__(self) -> "Ahead":
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._clear()
        self._worker.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._worker.stopping.set()
        self._places.release()
        self._worker.stop(END_S)
        self._clear()

    def __iter__(self) -> Iterator[Packed]:
        for _ in self._loads:
            packed = self._ready.get()
            if isinstance(packed, BaseException):
                raise packed
            yield packed
            if packed.load.is_tar:
                packed.path.unlink(missing_ok=True)
            self._places.release()

    def _pack(self, stopping: threading.Event) -> None:
        for n, load in enumerate(self._loads):
            self._places.acquire()
            if stopping.is_set():
                return
            self._ready.put(self._packed(n, load))

    def _packed(self, n: int, load: Load) -> Packed:
        if not load.is_tar:
            return Packed(load, load.files[0], file_sha256(load.files[0]))
        path = self._folder / f"{n}.tar"
        return Packed(load, path, pack(load, path, lambda: not self._worker.stopping.is_set()))

    def _clear(self) -> None:
        for path in self._folder.glob("*.tar"):
            with suppress(OSError):
                path.unlink()
