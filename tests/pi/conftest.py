"""The lab's root and what is started in it; a machine without them skips loudly, or fails where it must not."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.debs import package
from tests.lab.mounts import LabMissing
from tests.lab.trixie import trixie_root
from tests.pi.box import PiBox
from tests.pi.box import box as started_box


def missing(what: LabMissing) -> None:
    if os.environ.get("FIELDREEL_LAB_REQUIRED"):
        raise what
    pytest.skip(f"NO BOX WAS STARTED: {what}")


@pytest.fixture(scope="session")
def root() -> Iterator[Path]:
    try:
        yield trixie_root()
    except LabMissing as lacking:
        missing(lacking)


@pytest.fixture(scope="session")
def deb() -> Iterator[Path]:
    try:
        yield package()
    except LabMissing as lacking:
        missing(lacking)


@pytest.fixture(scope="module")
def box(root: Path, deb: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PiBox]:
    with started_box(root, deb, tmp_path_factory.mktemp("keys")) as box:
        yield box
