"""Power is cut at every step on a disk that loses all it may: nothing acknowledged is lost, unless a sync is missing.

The same on a real ext4 and a real block log is in tests/powercut; this one runs everywhere and is harsher on names.
"""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from appliance.store.durable import SyncKind, Syncs
from appliance.store.layout import Home
from tests.store.losing_disk import LosingDisk
from tests.store.makers import recover_all
from tests.store.promises import broken_promises
from tests.store.stopping import Stopped, StoppingDurable, Story

CUTS_A_STEP = 3


@pytest.fixture(autouse=True)
def _small_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte in each of thousands of homes only takes time."""
    monkeypatch.setattr("appliance.store.space.RESERVE_BYTES", 64)


def losses(tmp_path: Path, syncs: Syncs, seed: int) -> Iterator[str]:
    """What is broken after cuts at every step of the story, and after a second cut in recovery; the seed repeats it."""
    for at in itertools.count():
        root = tmp_path / "home"
        root.mkdir()
        disk = LosingDisk(root, at, syncs)
        story = Story(Home(root), disk)
        whole = runs_through(disk, story.run)
        for throw in range(CUTS_A_STEP):
            dice = Random(f"{seed} {at} {throw}")
            disk.cut(tmp_path / "cut", dice)
            story.home = Home(recover_with_a_cut(tmp_path, syncs, dice) if throw else tmp_path / "cut")
            recover_all(story.home, StoppingDurable())
            yield from (f"step {at}, throw {throw}: {broken}" for broken in broken_promises(story))
            shutil.rmtree(story.home.root)
        shutil.rmtree(root)
        if whole:
            assert at > 80
            return


def recover_with_a_cut(tmp_path: Path, syncs: Syncs, dice: Random) -> Path:
    """Recover what a cut left, be cut again somewhere, and give what that left."""
    disk = LosingDisk(tmp_path / "cut", dice.randrange(25), syncs)
    runs_through(disk, lambda: recover_all(Home(tmp_path / "cut"), disk))
    disk.cut(tmp_path / "cut twice", dice)
    shutil.rmtree(tmp_path / "cut")
    return tmp_path / "cut twice"


def runs_through(disk: LosingDisk, life: Callable[[], object]) -> bool:
    """False if it was stopped on the way."""
    try:
        life()
    except Stopped:
        return False
    finally:
        disk.die()
    return True


def test_a_cut_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    seed = Random().randrange(1 << 32)
    print(f"seed {seed}")
    assert list(losses(tmp_path, Syncs(), seed)) == [], f"seed {seed}"


@pytest.mark.parametrize("left_out", ["segment", "log", "folder", "file"])
def test_without_one_sync_something_is_lost(tmp_path: Path, left_out: SyncKind) -> None:
    assert next(losses(tmp_path, Syncs([left_out]), seed=1), None) is not None
