"""Power is cut at every step on a disk that loses all it may: nothing acknowledged is lost, unless a sync is missing.

The same on a real ext4 and a real block log is in tests/powercut; this one runs everywhere and is harsher on names.
"""

import shutil
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


def _losses(tmp_path: Path, syncs: Syncs, seed: int) -> list[str]:
    """What is broken after cuts at every step of the story; the seed repeats it."""
    found: list[str] = []
    at, whole = 0, False
    while not whole:
        root = tmp_path / "home"
        root.mkdir()
        disk = LosingDisk(root, at, syncs)
        story = Story(Home(root), disk)
        try:
            story.run()
            whole = True
        except Stopped:
            disk.die()
        for throw in range(CUTS_A_STEP):
            disk.cut(tmp_path / "cut", Random(f"{seed} {at} {throw}"))
            story.home, story.durable = Home(tmp_path / "cut"), StoppingDurable()
            recover_all(story.home, StoppingDurable())
            found += [f"step {at}, throw {throw}: {broken}" for broken in broken_promises(story)]
            shutil.rmtree(tmp_path / "cut")
        shutil.rmtree(root)
        at += 1
    assert at > 80
    return found


def test_a_cut_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    seed = Random().randrange(1 << 32)
    print(f"seed {seed}")
    assert _losses(tmp_path, Syncs(), seed) == [], f"seed {seed}"


@pytest.mark.parametrize("left_out", ["segment", "log", "folder", "file"])
def test_without_one_sync_something_is_lost(tmp_path: Path, left_out: SyncKind) -> None:
    assert _losses(tmp_path, Syncs([left_out]), seed=1) != []
