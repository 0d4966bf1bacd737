"""Minutes left, and the reserve that lets a full card be closed."""

import os
from pathlib import Path

import pytest

from appliance.store.durable import Durable
from appliance.store.layout import Home
from appliance.store.space import FLOOR_BYTES, RESERVE_BYTES, Space, make_reserve, release_reserve
from tests.store.failing import FullDurable

MINUTE_BYTES = 60 * (8_064_000 / 8 * (1 + 16 / 65_536) + 6_552)


class Disk:
    """What statvfs says of a disk with so much free."""

    def __init__(self, free_bytes: int) -> None:
        self.f_bavail, self.f_frsize = free_bytes // 4096, 4096


def space(home: Home, free_bytes: int, monkeypatch: pytest.MonkeyPatch) -> Space:
    monkeypatch.setattr(os, "statvfs", lambda _path: Disk(free_bytes))
    return Space(home, bitrate=8_000_000)


@pytest.mark.parametrize(("minutes", "told"), [(0, 0), (0.99, 0), (1.01, 1), (525.5, 525)])
def test_minutes_left_leave_floor_and_reserve_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minutes: float, told: int
) -> None:
    free_bytes = int(FLOOR_BYTES + RESERVE_BYTES + minutes * MINUTE_BYTES) + 4096
    assert space(Home(tmp_path), free_bytes, monkeypatch).minutes_left() == told


def test_a_reserve_that_is_made_is_not_taken_off_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    assert make_reserve(home, Durable())
    assert home.reserve.stat().st_blocks * 512 >= RESERVE_BYTES
    assert space(home, FLOOR_BYTES + 40_960, monkeypatch).free_bytes() == 40_960
    release_reserve(home, Durable())
    assert space(home, FLOOR_BYTES + 40_960, monkeypatch).free_bytes() == 0


def test_the_real_disk_is_asked_even_before_there_is_a_home(tmp_path: Path) -> None:
    disk = os.statvfs(tmp_path)
    free_bytes = Space(Home(tmp_path / "not" / "yet"), 8_000_000).free_bytes()
    assert abs(free_bytes - max(0, disk.f_bavail * disk.f_frsize - FLOOR_BYTES - RESERVE_BYTES)) < 1 << 30


def test_no_reserve_is_made_where_there_is_no_room(tmp_path: Path) -> None:
    assert not make_reserve(Home(tmp_path), FullDurable(room_bytes=RESERVE_BYTES - 1))
    assert list(tmp_path.rglob("reserve*")) == []


def test_releasing_what_is_not_there_is_no_fault(tmp_path: Path) -> None:
    release_reserve(Home(tmp_path), Durable())
