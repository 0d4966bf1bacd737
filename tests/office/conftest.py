from pathlib import Path

import pytest

from tests.office.rig import CarryingBox, OfficeRig


@pytest.fixture(autouse=True)
def _small_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte in each of a hundred homes only takes time."""
    monkeypatch.setattr("appliance.store.space.RESERVE_BYTES", 64)


@pytest.fixture
def box(tmp_path: Path) -> CarryingBox:
    return CarryingBox(tmp_path / "home", 31)


@pytest.fixture
def office(tmp_path: Path, box: CarryingBox) -> OfficeRig:
    """It knows `box`."""
    rig = OfficeRig(tmp_path / "store")
    rig.know(box)
    return rig
