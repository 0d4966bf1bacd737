"""Whoever takes too much ends, and the recorder films on: limits that a container cannot show."""

import pytest

from tests.machine.board import RECORD, Board
from tests.pi.box import PYTHON, SERVICES

pytestmark = [pytest.mark.lab, pytest.mark.timeout(3600)]
LIMITED = [name for name in SERVICES if name != "recorder"]
GREEDY = "import time; held = [bytearray(b'x' * 1048576) for _ in range({megabytes})]; print(len(held))"
FORKING = """
import os, time
for n in range(2000):
    try:
        if os.fork() == 0:
            time.sleep(60); os._exit(0)
    except BlockingIOError:
        print("refused after", n, flush=True); break
"""


def as_unit(board: Board, name: str, program: str) -> str:
    """Run in the fence of a unit in place of its program; "oom-kill", "success" or what else systemd says of it."""
    board.run("cat > /run/lab/greedy.py; chmod 644 /run/lab/greedy.py", stdin=program)
    return board.run(
        f"""sed -e 's#^ExecStart=.*#ExecStart={PYTHON} /run/lab/greedy.py#' -e '/^Exec[RS]\\(eload\\|top\\).*/d' \\
            -e 's#^Type=.*#Type=oneshot#' -e '/^Restart/d' -e '/^RemainAfter/d' -e '/^Watchdog/d' -e '/^Requires=/d' \\
            -e '/^After=/d' -e '/^Before=/d' -e '/^Condition/d' -e '/^Wants=/d' -e '/^Conflicts=/d' \\
            -e '/^Sockets=/d' -e 's#^RuntimeDirectory=.*#StandardOutput=truncate:/run/lab/greedy.out#' \\
            /usr/lib/systemd/system/fieldreel-{name}.service > /run/systemd/system/greedy-{name}.service
        systemctl daemon-reload; systemctl reset-failed greedy-{name}.service 2>/dev/null
        systemctl start greedy-{name}.service
        systemctl show --value --property=Result greedy-{name}.service""",
        timeout_s=120,
        check=False,
    ).splitlines()[-1]


def peaks(board: Board) -> list[str]:
    """Of what runs all the time; "-" where nothing is counted, for a recorder has no limit."""
    names = [name for name in SERVICES if name not in {"firewall", "firstboot", "join"}]
    told = board.run(
        "\n".join(f"systemctl show --value -p MemoryPeak -p MemoryMax fieldreel-{each}.service" for each in names)
    ).splitlines()
    mb = [f"{int(word) >> 20}" if word.isdecimal() else "-" for word in told]
    return [f"{name} {mb[2 * n]} of {mb[2 * n + 1]}" for n, name in enumerate(names)]


def test_each_limit_of_memory_ends_who_passes_it_and_no_film(board: Board) -> None:
    board.finger(f"press {RECORD} 0.3")
    session, pid = board.film_until(2_000), board.pid("recorder")
    print(f"\nmost memory so far, in MB, of what each may take: {', '.join(peaks(board))}")
    for name in LIMITED:
        most_mb = int(board.run(f"systemctl show --value -p MemoryMax fieldreel-{name}.service")) >> 20
        assert as_unit(board, name, GREEDY.format(megabytes=most_mb + 20)) == "oom-kill", name
    assert board.pid("recorder") == pid
    acked_ms = board.ask("status")["film"]["acked_ms"]
    assert board.film_until(acked_ms + 2_000) == session


def test_a_program_that_stays_within_its_limit_is_left_alone(board: Board) -> None:
    """The control."""
    assert as_unit(board, "web", GREEDY.format(megabytes=100)) == "success"


@pytest.mark.parametrize("name", ["net", "web"])
def test_a_program_that_starts_others_without_end_is_stopped(board: Board, name: str) -> None:
    as_unit(board, name, FORKING)
    most = int(board.run(f"systemctl show --value -p TasksMax fieldreel-{name}.service"))
    told = board.run("cat /run/lab/greedy.out")
    assert told.startswith("refused after")
    assert int(told.split()[-1]) < most


def test_where_all_memory_is_gone_the_recorder_is_the_last(board: Board) -> None:
    board.finger(f"press {RECORD} 0.3")
    session, pid = board.film_until(2_000), board.pid("recorder")
    assert int(board.run(f"cat /proc/{pid}/oom_score_adj")) == -800
    board.run("cat > /run/lab/greedy.py", stdin=GREEDY.format(megabytes=4000))
    told = board.run(
        f"systemd-run --wait {PYTHON} /run/lab/greedy.py; dmesg | grep 'Killed process' | tail -n 1",
        timeout_s=120,
        check=False,
    )
    assert "python" in told
    assert f"Killed process {pid} " not in board.run("dmesg")
    assert board.pid("recorder") == pid
    acked_ms = board.ask("status")["film"]["acked_ms"]
    assert board.film_until(acked_ms + 2_000) == session
