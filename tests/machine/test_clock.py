"""A box whose clock is years behind: it says so, films all the same, and nothing of it expires."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests.lab.image import Image
from tests.machine.board import READY, RECORD, Board
from tests.machine.films import opened_film
from tests.pi.box import HOME

pytestmark = [pytest.mark.lab, pytest.mark.timeout(3600)]
CLOCK: Final = "clock/clock.sock"
PAST: Final = "2021-03-04T05:06:07"


def test_it_films_and_nothing_expires(start_board: Callable[..., Board], board_image: Image, tmp_path: Path) -> None:
    """systemd moves a clock that is older than itself up to its own birth, and no further."""
    board = start_board(["-rtc", f"base={PAST}"])
    board.until_answers()
    now = board.run("date --utc +%F")
    assert now < "2026-11", now
    status = board.status_until("s['health']['utc_source']")
    assert status["health"]["utc_source"] == "last known"
    assert "clock-not-set" in [fault["code"] for fault in status["faults"]]
    board.finger(f"press {RECORD} 0.3")
    session = board.film_until(3_000)
    board.finger(f"press {RECORD} 2.5")
    board.status_until(READY)
    first = json.loads(board.run(f"head -n 1 {HOME}/sessions/{session}/log.jsonl"))
    assert "last known" in first.values()
    board.run("date --set '2027-06-01'; systemctl restart fieldreel-recorder.service", timeout_s=60)
    board.until_answers()
    assert board.sessions() == [session], "seven days count from when the box knows the time"
    assert opened_film(board, session, board_image, tmp_path).sound
    a_phone_gives_the_time(board)
    assert board.sessions() == [session]


def a_phone_gives_the_time(board: Board) -> None:
    """By the clock's own program, with the one right it has; the page's ask is the web user's."""
    mono_us, boot = board.run(
        """python3 -c 'import time; print(time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000)'
        cat /proc/sys/kernel/random/boot_id"""
    ).split()
    utc_ms = int(time.time() * 1000)
    told = {"utc_ms": utc_ms, "mono_us": int(mono_us), "boot": boot}
    assert board.ask("set", CLOCK, "nobody", **told) == {}, "nobody else is heard"
    said = board.ask("set", CLOCK, "fr-web", **told)
    assert said["source"] == "phone"
    assert abs(said["moved_ms"]) > 100 * 24 * 3600 * 1000
    assert 0 <= int(board.run("date +%s")) - utc_ms // 1000 < 60 * board.machine.slowness
    status = board.status_until("s['health']['utc_source'] == 'phone'")
    assert "clock-not-set" not in [fault["code"] for fault in status["faults"]]
