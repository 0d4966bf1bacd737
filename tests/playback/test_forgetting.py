"""After a lock nothing that opens is left: shown by looking through the memory of every process of ours."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from appliance.store.layout import Home
from tests.playback.homes import Film, record, unlock_recipient

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="a keeper's memory shows itself to root only")


@dataclass
class Web:
    """A process like the web's, spoken to line by line."""

    process: "subprocess.Popen[str]"

    def ask(self, *words: str) -> str:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(" ".join(words) + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    @property
    def children(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def web(home: Home) -> Iterator[Web]:
    command = [sys.executable, "-m", "tests.playback.web_like", str(home.root)]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        yield Web(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(10) == 0


def scan(home: Home, pairing: str, *pids: int) -> dict[int, dict[str, int]]:
    command = [sys.executable, "-m", "tests.playback.scanner", str(home.root), pairing, *map(str, pids)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {int(pid): found for pid, found in json.loads(told).items()}


def opening(found: dict[str, int]) -> dict[str, int]:
    """What was found of keys; the cookie's secret is no key, and the processes of this test know it by heart."""
    return {name: times for name, times in found.items() if times and name != "cookie"}


@pytest.mark.slow
@needs_root
def test_the_opening_key_is_in_the_keeper_only_and_after_a_lock_nowhere(home: Home, web: Web, card: Film) -> None:
    pairing = web.ask("pair")
    session = record(home, card.events, unlock_recipient(home))
    web.ask("add", "777777", "ab" * 32)
    assert int(web.ask("watch", session)) > 10_000
    for unlocked_by in ("first", "unlock"):
        if unlocked_by == "unlock":
            web.ask("unlock", pairing)
            web.ask("watch", session)
        (keeper,) = web.children
        found = scan(home, pairing, keeper, web.process.pid, os.getpid())
        assert found[keeper]["unlock seed"] > 0, "the scan is blind"
        print(f"\n{unlocked_by}: {found[keeper]}")
        assert found[keeper]["cookie"] == 0, "the cookie's secret was not wiped"
        assert opening(found[web.process.pid]) == opening(found[os.getpid()]) == {}
        assert web.ask("lock") == "False"
        assert web.children == []
        assert not psutil.pid_exists(keeper)
        after = scan(home, pairing, web.process.pid, os.getpid())
        assert [opening(found) for found in after.values()] == [{}, {}]


@needs_root
def test_a_keeper_whose_web_is_killed_ends(home: Home) -> None:
    command = [sys.executable, "-m", "tests.playback.web_like", str(home.root)]
    with subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        web = Web(process)
        web.ask("pair")
        keeper = psutil.Process(web.children[0])
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        gone, alive = psutil.wait_procs([keeper], timeout=10)
        assert (len(gone), alive) == (1, [])
