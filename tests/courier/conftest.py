import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.courier.rig import CourierRig, courier_rig


@pytest.fixture(autouse=True)
def _small_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte in each of a hundred homes only takes time."""
    monkeypatch.setattr("appliance.store.space.RESERVE_BYTES", 64)


@pytest.fixture
def run() -> Iterator[Path]:
    """A folder whose name is short enough for sockets in it."""
    with tempfile.TemporaryDirectory(prefix="fieldreel-") as name:
        yield Path(name)


@pytest.fixture
def rig(tmp_path: Path, run: Path) -> Iterator[CourierRig]:
    with courier_rig(tmp_path, run) as rig:
        yield rig
