"""The process is killed at every step of a box's life, in recovery as well: nothing acknowledged is ever lost.

Exhaustive rather than sampled: the story has few steps.
"""

import itertools
import shutil
from pathlib import Path
from typing import get_args

import pytest

from appliance.store.layout import Home
from tests.store.makers import recover_all, tree
from tests.store.promises import broken_promises
from tests.store.stopping import How, Stopped, StoppingDurable, stop_story

HOWS: tuple[How, ...] = ("before", "half")


@pytest.fixture(autouse=True)
def _small_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte in each of thousands of homes only takes time."""
    monkeypatch.setattr("appliance.store.space.RESERVE_BYTES", 64)


def _story_steps(root: Path) -> int:
    durable = stop_story(root / "whole", None).durable
    assert isinstance(durable, StoppingDurable)
    shutil.rmtree(root / "whole")
    return durable.steps


@pytest.mark.parametrize("how", get_args(How))
def test_every_stop_is_recovered_in_one_way(tmp_path: Path, how: How) -> None:
    steps = _story_steps(tmp_path)
    assert steps > 80
    for at in range(steps + 1):
        story = stop_story(tmp_path / "home", at, how)
        recover_all(story.home, StoppingDurable())
        assert broken_promises(story) == [], f"stopped {how} step {at}"
        once = tree(story.home.root)
        again = recover_all(story.home, StoppingDurable())
        assert tree(story.home.root) == once, f"a second recovery after {how} step {at} changed something"
        assert {outcome.what for outcome in again.sessions} <= {"empty", "unreadable"}
        shutil.rmtree(tmp_path / "home")


def test_a_stop_in_recovery_changes_nothing_about_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps, seen = _story_steps(tmp_path), []
    for at, how in itertools.product(range(steps + 1), HOWS):
        ids = itertools.count(1)
        monkeypatch.setattr("appliance.store.sessions.new_id", lambda ids=ids: f"{next(ids):032x}")
        stop_story(tmp_path / "home", at, how)
        left = tree(tmp_path / "home")
        if left not in seen:  # many a step leaves what another left
            seen.append(left)
            _check_every_second_stop(tmp_path, at)
        shutil.rmtree(tmp_path / "home")
    assert len(seen) > 40


def _check_every_second_stop(tmp_path: Path, at: int) -> None:
    shutil.copytree(tmp_path / "home", tmp_path / "straight")
    straight = StoppingDurable()
    recover_all(Home(tmp_path / "straight"), straight)
    end = tree(tmp_path / "straight")
    shutil.rmtree(tmp_path / "straight")
    for second in range(straight.steps):
        shutil.copytree(tmp_path / "home", tmp_path / "twice")
        durable = StoppingDurable(second, "uncut")
        with pytest.raises(Stopped):
            recover_all(Home(tmp_path / "twice"), durable)
        durable.die()
        recover_all(Home(tmp_path / "twice"), StoppingDurable())
        assert tree(tmp_path / "twice") == end, f"stopped at {at}, and in recovery at {second}"
        shutil.rmtree(tmp_path / "twice")
