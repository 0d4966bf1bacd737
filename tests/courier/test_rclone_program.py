import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from appliance.courier.rclone import OPTIONS, RcloneMover
from appliance.courier.rclone_program import check_version, find_rclone
from appliance.errors import MoverMissing

ROOT = Path(__file__).resolve().parents[2]


def program(folder: Path, says: str) -> str:
    path = folder / "rclone"
    path.write_text(f"#!/bin/sh\n{says}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize("version", ["v1.63.0", "v1.75.2-DEV", "v2.0"])
def test_a_new_enough_rclone_is_taken(tmp_path: Path, version: str) -> None:
    check_version(program(tmp_path, f"echo 'rclone {version}'"))


@pytest.mark.parametrize("says", ["echo 'rclone v1.60.1-DEV'", "echo 'rclone v1.62.9'", "echo hello", "exit 3"])
def test_an_old_or_broken_one_is_refused_with_what_to_do(tmp_path: Path, says: str) -> None:
    with pytest.raises(MoverMissing, match="lock"):
        check_version(program(tmp_path, says))


def test_none_at_all_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    with pytest.raises(MoverMissing):
        find_rclone(str(tmp_path))
    assert find_rclone(str(Path(program(tmp_path, "echo 'rclone v1.75.2'")).parent)) == str(tmp_path / "rclone")


def test_every_option_is_one_that_rclone_knows(run: Path) -> None:
    mover = RcloneMover(find_rclone(), run)
    (run / "file").write_bytes(b"x")
    mover.put(run / "file", str(run / "drop"), "a", lambda _moved: True)
    assert (run / "drop/a").read_bytes() == b"x"
    assert "--header-upload=If-None-Match: *" in OPTIONS
    mover.close()


def test_rclone_dies_with_the_courier(run: Path) -> None:
    """SIGKILL of its parent: nothing may go on sending behind the next courier's back."""
    code = (
        "import sys, time; from pathlib import Path\n"
        "from appliance.courier.rclone import RcloneMover; from appliance.courier.rclone_program import find_rclone\n"
        "run = Path(sys.argv[1]); (run / 'file').write_bytes(b'x')\n"
        "mover = RcloneMover(find_rclone(), run); mover.put(run / 'file', str(run / 'drop'), 'a', lambda _: True)\n"
        "print(mover.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, str(run)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    assert "rclone" in child.name()
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    gone, _alive = psutil.wait_procs([child], timeout=10)
    assert gone


def test_a_killed_rclone_is_started_anew(run: Path) -> None:
    mover = RcloneMover(find_rclone(), run)
    (run / "file").write_bytes(b"x")
    mover.put(run / "file", str(run / "drop"), "a", lambda _moved: True)
    assert mover.pid is not None
    os.kill(mover.pid, signal.SIGKILL)
    os.waitid(os.P_PID, mover.pid, os.WEXITED | os.WNOWAIT)
    mover.put(run / "file", str(run / "drop"), "b", lambda _moved: True)
    assert (run / "drop/b").read_bytes() == b"x"
    mover.close()
    assert mover.pid is None
