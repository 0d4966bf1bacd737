"""The courier as a process: one at a time, gone when it is told to, and open to whoever asks how far it is."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.config import Config
from appliance.intercom import Line
from appliance.said.trusted import Office
from tests.courier.running import ROOT, RunningCourier
from tests.office.rig import CarryingBox
from tests.said.makers import STORE, STORE_ID, public_of


@pytest.fixture
def courier(tmp_path: Path, run: Path) -> Iterator[RunningCourier]:
    """Running, with a folder to carry to by rclone."""
    courier = RunningCourier(CarryingBox(tmp_path / "home", 31), run, tmp_path / "courier.log")
    target = {"store": STORE_ID, "remote": str(tmp_path / "drop"), "pickup": None, "needs": "network"}
    courier.prepare(Office({STORE_ID: public_of(STORE)}, frozenset(), 1, (target,)))
    courier.launch()
    courier.until("up", lambda _status: True)
    yield courier
    courier.kill()


def test_it_follows_a_switch_and_tells_who_follows_it(courier: RunningCourier, tmp_path: Path) -> None:
    config = Config(run=courier.run)
    with Line(config.dock) as dock, Line(config.courier) as following:
        assert dock.ask("dock", open=False) == {"open": False}
        statuses = following.subscribe()
        courier.box.record(3)
        courier.ask("go")
        assert next(each for each in statuses if each["sessions"])["state"] == "waiting"
        assert not (tmp_path / "drop").exists()
        dock.ask("dock", open=True)
        courier.ask("go")
        assert next(each for each in statuses if each["state"] == "idle")["sessions"][0]["state"] == "sent"
    assert (tmp_path / "drop").exists()


def test_there_is_one_at_a_time(courier: RunningCourier) -> None:
    places = ["--home", str(courier.box.home.root), "--run", str(courier.run / "other")]
    second = subprocess.run(
        [sys.executable, "-m", "appliance", "courier", "--hardware", "bench", *places],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert second.stderr.startswith("forbidden: Another courier is running in this home.")


def test_it_ends_when_it_is_told_to_and_takes_rclone_with_it(courier: RunningCourier) -> None:
    courier.box.record(3)
    courier.all_sent()
    began = time.monotonic()
    assert courier.stop() == 0
    assert time.monotonic() - began < 10
    assert not (courier.run / "courier.sock").exists()


def test_a_signal_at_any_moment_ends_it(courier: RunningCourier) -> None:
    """Three in a row, at moments that only the scheduler knows."""
    for _ in range(3):
        assert courier.stop() == 0
        courier.launch()
        courier.until("up", lambda _status: True)


def test_a_home_without_keys_is_refused(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "appliance", "courier", "--hardware", "bench", "--home", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (told.returncode, told.stderr.partition(":")[0]) == (1, "bad-input")


def test_it_leaves_no_core_and_no_word_of_where_it_carries_to(courier: RunningCourier, tmp_path: Path) -> None:
    courier.box.record(3)
    courier.all_sent()
    assert courier.pid is not None
    limits = Path(f"/proc/{courier.pid}/limits").read_text(encoding="ascii")
    assert "Max core file size        0" in limits
    assert (courier.run / "courier").stat().st_mode & 0o777 == 0o700, "rclone's socket is nobody else's"
    assert (courier.run / "courier/rclone.sock").exists()
    courier.stop()
    assert str(tmp_path / "drop") not in courier.log.read_text(encoding="utf-8")
