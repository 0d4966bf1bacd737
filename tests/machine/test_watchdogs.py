"""What stands still is started anew: the kernel by the board's own watchdog, a program by systemd."""

from collections.abc import Callable

import pytest

from tests.machine.board import RECORD, Board
from tests.pi.box import HOME

pytestmark = [pytest.mark.lab, pytest.mark.timeout(3600)]
WATCHDOG = ("-device", "i6300esb", "-action", "watchdog=reset")


def test_a_kernel_that_stands_still_is_reset(start_board: Callable[..., Board]) -> None:
    """Every processor is kept busy without an end and without interrupts: nobody feeds the watchdog any more."""
    board = start_board(WATCHDOG, append="panic=0 nmi_watchdog=0 nowatchdog")
    board.until_answers()
    assert board.run("systemctl show --value --property=RuntimeWatchdogUSec") == "14s"
    assert board.run("cat /sys/class/watchdog/watchdog0/state /sys/class/watchdog/watchdog0/timeout").split() == [
        "active",
        "14",
    ]
    board.finger(f"press {RECORD} 0.3")
    session = board.film_until(2_000)
    board.machine.break_off(
        "echo 0 > /proc/sys/kernel/panic; echo 1 > /proc/sys/kernel/sysrq; echo c > /proc/sysrq-trigger"
    )
    assert board.machine.ended(120) == 0, "reset: -no-reboot ends QEMU then"
    assert "Kernel panic" in board.machine.console()
    board.machine.start()
    board.until_answers()
    assert '"reason":"interrupted"' in board.run(f"tail -n 1 {HOME}/sessions/{session}/log.jsonl")


def test_a_recorder_that_stands_still_is_started_anew(board: Board) -> None:
    """Its own 20 s are put back for this: a stopped process is not a slow one."""
    board.finger(f"press {RECORD} 0.3")
    before, pid = board.film_until(2_000), board.pid("recorder")
    board.run(f"kill -STOP {pid}")
    script = f"p=$(systemctl show --value -p MainPID fieldreel-recorder.service); test $p != 0 -a $p != {pid}"
    board.container.until("another one runs", script, 60)
    after = board.film_until(1_000)
    assert after != before
    assert '"reason":"interrupted"' in board.run(f"tail -n 1 {HOME}/sessions/{before}/log.jsonl")
    assert "watchdog" in board.run("journalctl --unit fieldreel-recorder --output cat").lower()
