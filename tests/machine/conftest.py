"""One machine for all of these tests, started once and frozen; each test goes on from there with one of its own."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.lab.debs import package
from tests.lab.image import Image, image
from tests.lab.machine import Machine, check_qemu
from tests.lab.mounts import LabMissing
from tests.lab.trixie import CACHE, trixie_root
from tests.machine.board import Board
from tests.pi.conftest import missing


@pytest.fixture(scope="session")
def board_image() -> Iterator[Image]:
    try:
        _check_asked()
        check_qemu()
        yield image(trixie_root(), package())
    except LabMissing as lacking:
        missing(lacking)


def _check_asked() -> None:
    if not os.environ.get("FIELDREEL_LAB_REQUIRED"):
        raise LabMissing("machines take half an hour; make test-machine starts them")


@pytest.fixture(scope="session")
def frozen(board_image: Image) -> Path:
    """A box that is ready to film, kept beside its image for the next run, too."""
    kept = board_image.folder / "ready"
    with (CACHE / "freezing").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_dir():
            unfinished = board_image.folder / "ready.tmp"
            for left in (unfinished, board_image.folder / "running"):
                shutil.rmtree(left, ignore_errors=True)
            since = time.monotonic()
            with Machine(board_image, board_image.folder / "running") as machine:
                up_s = time.monotonic() - since
                Board(machine).until_answers()
                machine.run("systemctl is-system-running --wait", timeout_s=60, check=False)
                print(
                    f"\nthe agent answered after {up_s:.0f} s, the box was ready after {time.monotonic() - since:.0f}"
                )
                machine.freeze(unfinished)
            unfinished.rename(kept)
    return kept


@pytest.fixture
def board(board_image: Image, frozen: Path, tmp_path: Path) -> Iterator[Board]:
    """Ready to film, a few seconds ago."""
    with Machine(board_image, tmp_path / "machine", frozen=frozen) as machine:
        yield Board(machine)


@pytest.fixture
def start_board(board_image: Image, tmp_path: Path) -> Iterator[Callable[..., Board]]:
    """Starts a machine from the image, with more hardware or other options (`Machine`)."""
    started: list[Machine] = []

    def start(devices: Sequence[str] = (), **options: Any) -> Board:
        machine = Machine(board_image, tmp_path / f"machine{len(started)}", devices=devices, **options)
        started.append(machine.start())
        return Board(machine)

    yield start
    for machine in started:
        machine.__exit__(None, None, None)
