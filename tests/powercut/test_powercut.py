"""Power cuts on a real ext4 with a volatile cache below it; two controls show that a missing sync would be seen."""

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest

from appliance.sealing.identities import HybridIdentity
from appliance.sealing.signing import make_device
from appliance.store.durable import BENCH_VARIABLE
from tests.lab.blocklog import BlockLog, LabMissing
from tests.lab.promises import read_promises
from tests.lab.stand_in import SEGMENT_MS
from tests.powercut.series import HOME, Series, take

CUTS = int(os.environ.get("POWERCUT_CUTS", "200"))
CONTROL_CUTS = 40
SEED = int(os.environ.get("POWERCUT_SEED", "0")) or secrets.randbits(32)
WRITING_S = 9

pytestmark = [pytest.mark.powercut, pytest.mark.timeout(120 + CUTS)]


@contextmanager
def lab_or_skip(mount_options: str = "") -> Iterator[BlockLog]:
    """A block log, or a skip that says what this machine lacks; a failure where POWERCUT_REQUIRED is set."""
    try:
        with BlockLog(mount_options=mount_options) as lab:
            yield lab
    except LabMissing as missing:
        if os.environ.get("POWERCUT_REQUIRED"):
            raise
        pytest.skip(f"NO POWER CUTS WERE TRIED: {missing}")


def write_and_cut(number: int, *, mount_options: str = "", environ: Mapping[str, str] | None = None) -> Series:
    office = HybridIdentity.generate()
    with lab_or_skip(mount_options) as lab:
        with lab.recording() as disk:
            home = disk / HOME
            home.mkdir()
            make_device(home / "device", ["recorder"], f"{office.recipient.text}\n")
            lab.begin()
            command = [sys.executable, "-m", "tests.lab.stand_in", str(home), str(WRITING_S), "3"]
            environ = os.environ | (environ or {})
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environ)
        promises = read_promises(done.stdout.splitlines())
        series = take(lab, promises, office, seed=SEED, number=number, segment_us=SEGMENT_MS * 1000)
    print(f"\n{series.report()}")
    return series


def test_nothing_acknowledged_is_lost() -> None:
    series = write_and_cut(CUTS)
    assert series.cuts == CUTS
    assert series.worst == []
    assert series.stars_lost == 0
    assert max(series.film_lost_us) <= series.loss_limit_us


def test_control_without_barriers_loses() -> None:
    assert write_and_cut(CONTROL_CUTS, mount_options="nobarrier").bad_cuts > 0


@pytest.mark.parametrize("kind", ["segment", "log", "folder", "file"])
def test_control_without_one_of_our_syncs_loses(kind: str) -> None:
    assert write_and_cut(CONTROL_CUTS, environ={BENCH_VARIABLE: kind}).bad_cuts > 0
