"""Fingers on the pins of a whole box: the real lgpio and gpiozero, the real picamera2, our recorder between them."""

import re
from pathlib import Path

import pytest

from tests.lab.image import Image
from tests.machine.board import BLUE, BUZZER, GREEN, READY, RECESSED, RECORD, RED, Board
from tests.machine.films import opened_film

pytestmark = [pytest.mark.lab, pytest.mark.timeout(3600)]
BOUNCE_MS = 50


def test_a_press_films_and_a_hold_stops(board: Board, board_image: Image, tmp_path: Path) -> None:
    board.make_noise()
    assert board.finger("lamp") == "111", "white: ready"
    board.finger(f"press {RECORD} 0.3")
    session = board.film_until(3_000)
    assert board.finger("lamp") == "100", "red, and nothing else"
    board.finger(f"press {RECORD} 0.3")
    board.status_until("s['film']['stars'] == 1")
    board.finger(f"press {RECORD} 2.5")
    board.status_until(READY)
    assert board.finger("lamp") == "111"
    film = opened_film(board, session, board_image, tmp_path)
    assert film.sound
    assert (film.facts.reason, film.codecs) == ("stop", ["aac", "h264"])
    assert (film.width, film.height) == (640, 480)
    assert film.seconds >= 3


def test_a_button_that_bounces_is_pressed_once(board: Board) -> None:
    board.finger(f"bounce {RECORD}; press {RECORD} 0.3")
    board.film_until(1_000)
    board.finger(f"bounce {RECORD}; press {RECORD} 0.3")
    status = board.status_until("s['film']['stars'] > 0")
    assert (status["state"], status["film"]["stars"]) == ("recording", 1), "two presses would be a pause"
    assert len(board.sessions()) == 1


def test_a_presenter_sets_stars_and_nothing_else(board: Board) -> None:
    """A device of the kernel's own, by udev's rights and the recorder's fence; its film is not stopped by any key."""
    board.finger(f"press {RECORD} 0.3")
    session = board.film_until(1_000)
    board.run(
        "modprobe uinput; systemd-run --unit=presenter python3 /srv/lab/click.py --clicks 2 --wait-for /run/lab/seen"
    )
    board.status_until("s['clicker']")
    board.run("touch /run/lab/seen")
    board.status_until("s['film']['stars'] == 2")
    after = board.status_until("not s['clicker']")
    assert (after["state"], after["film"]["session"], after["film"]["stars"]) == ("recording", session, 2)


def test_the_panel_outlives_a_callback_that_fails(board: Board) -> None:
    board.run("systemctl stop fieldreel-recorder.service", timeout_s=60)
    told = board.run(
        f""". /srv/lab/pins.sh
        python() {{ unshare --mount sh -c 'mount --bind /run/lab/cpuinfo /proc/cpuinfo; exec "$0" "$@"' \\
            /opt/fieldreel/bin/python -I "$@"; }}
        python /srv/lab/edges.py 30 >/run/lab/edges 2>&1 &
        until grep -q open /run/lab/edges; do sleep 0.1; done
        lamp
        for _ in 1 2; do press {RECORD} 0.3; sleep 0.5; done; press {RECESSED} 0.3
        wait; cat /run/lab/edges"""
    ).splitlines()
    assert told[0] == "110", "amber"
    edges = [line.rpartition(" ")[0] for line in told if line.startswith("RE")]
    assert edges == ["RECORD down", "RECORD up"] * 2 + ["RECESSED down", "RECESSED up"]
    assert "edge refused by OSError" in "\n".join(told)
    times_us = [int(line.rpartition(" ")[2]) for line in told if line.startswith("RE")]
    assert times_us[1] - times_us[0] == pytest.approx(300_000, abs=BOUNCE_MS * 1_000), "when the finger moved"


def test_the_lamp_goes_out_after_a_recorder_that_was_killed(board: Board) -> None:
    """Its lines are let go by the kernel; who drives them dark is ExecStopPost, in a process of its own."""
    board.make_noise()
    board.finger(f"press {RECORD} 0.3")
    board.film_until(1_000)
    assert board.finger("lamp") == "100"
    pid = board.pid("recorder")
    board.run(
        """mkdir -p /run/systemd/system/fieldreel-recorder.service.d
        printf '[Service]\\nRestart=no\\n' > /run/systemd/system/fieldreel-recorder.service.d/once.conf
        systemctl daemon-reload"""
    )
    board.finger("watch_pins; systemctl kill --signal=SIGKILL fieldreel-recorder.service")
    board.container.until("it has ended", "systemctl is-failed fieldreel-recorder.service")
    trace = board.run("cat /sys/kernel/tracing/trace")
    driven = re.findall(r"-(\d+) .*gpio_value: (\d+) set (\d)", trace)
    mine = [(int(line), level) for who, line, level in driven if int(who) != pid]
    assert {level for _, level in mine} == {"0"}, trace
    dark = sorted({line for line, _ in mine})
    assert [line - dark[0] for line in dark] == [pin - RED for pin in (RED, GREEN, BLUE, BUZZER)], "no pin but these"
    assert board.finger("lamp") == "000"


def test_the_recessed_button_opens_the_door_and_switches_the_box_off(
    board: Board, board_image: Image, tmp_path: Path
) -> None:
    board.finger(f"press {RECESSED} 0.3")
    board.status_until("s['pairing_until_us']")
    board.finger(f"press {RECORD} 0.3")
    session = board.film_until(1_000)
    board.finger(f"down {RECESSED}")
    assert board.machine.ended(120 * board.machine.slowness) == 0
    board.machine.start()
    film = opened_film(board, session, board_image, tmp_path)
    assert (film.sound, film.facts.reason) == (True, "shutdown")
