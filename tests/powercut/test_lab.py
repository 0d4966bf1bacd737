"""The lab itself: it says what a machine lacks, and nothing of it outlives a run that dies."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab import mounts
from tests.lab.blocklog import BlockLog, LabMissing

DIE_IN_THE_MIDDLE = """
import os
from tests.lab.blocklog import BlockLog, LabMissing
try:
    with BlockLog() as lab, lab.recording() as disk:
        (disk / "film").write_bytes(b"x" * 100_000)
        print(disk.parent, flush=True)
        os.kill(os.getpid(), 9)
except LabMissing as missing:
    print(f"missing: {missing}")
"""


@pytest.mark.powercut
def test_a_run_that_died_is_taken_down_by_the_next() -> None:
    died = subprocess.run([sys.executable, "-c", DIE_IN_THE_MIDDLE], stdout=subprocess.PIPE, text=True, check=False)
    if died.stdout.startswith("missing"):
        pytest.skip(f"NO POWER CUTS CAN BE TRIED: {died.stdout}")
    folder = Path(died.stdout.strip())
    assert mounts.mounted_below(folder)
    assert mounts.loops_below(folder)
    with BlockLog():
        assert not mounts.mounted_below(folder)
        assert not mounts.loops_below(folder)
        assert not folder.exists()


def test_it_says_that_it_needs_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(LabMissing, match="root"), BlockLog():
        pass


@pytest.mark.powercut
def test_it_names_the_program_that_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    if os.geteuid() != 0 or not os.access("/dev/fuse", os.R_OK | os.W_OK):
        pytest.skip("something else is missing before that")
    with pytest.raises(LabMissing, match="qemu-storage-daemon is not installed"), BlockLog() as lab, lab.recording():
        pass


def test_a_command_that_fails_is_quoted() -> None:
    with pytest.raises(LabMissing, match="cannot access"):
        mounts.run("ls", "/no/such/folder")
