"""Power cuts on a real ext4 with a volatile cache below it, and controls that show that a missing sync would be seen.

The real recorder films a test card; a stand-in writes ten times as often, so that more cuts fall between two steps.
"""

import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from appliance.sealing.identities import HybridIdentity
from appliance.sealing.signing import make_device
from appliance.store.durable import BENCH_VARIABLE
from appliance.store.layout import Home
from tests.lab.blocklog import BlockLog, LabMissing
from tests.lab.promises import Promise, read_promises
from tests.powercut.real_recorder import RealRecorder
from tests.powercut.series import HOME, Series, take

CUTS = int(os.environ.get("POWERCUT_CUTS", "200"))
ROUND = 1_000
"""Cuts of one recording; more cuts than these are taken of several."""
CONTROL_CUTS = 20
SEED = int(os.environ.get("POWERCUT_SEED", "0")) or secrets.randbits(32)

pytestmark = [pytest.mark.powercut, pytest.mark.timeout(300 + ROUND)]


@contextmanager
def lab_or_skip(mount_options: str) -> Iterator[BlockLog]:
    """A block log, or a skip that says what this machine lacks; a failure where POWERCUT_REQUIRED is set."""
    try:
        with BlockLog(mount_options=mount_options) as lab:
            yield lab
    except LabMissing as missing:
        if os.environ.get("POWERCUT_REQUIRED"):
            raise
        pytest.skip(f"NO POWER CUTS WERE TRIED: {missing}")


Writer = Callable[[Path, HybridIdentity, float, Mapping[str, str]], list[Promise]]
"""(home, office, seconds of film, environment) -> what was acknowledged while it wrote."""


def stand_in(home: Path, _office: HybridIdentity, seconds: float, environ: Mapping[str, str]) -> list[Promise]:
    command = [sys.executable, "-m", "tests.lab.stand_in", str(home), str(seconds), "3"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | environ)
    return read_promises(done.stdout.splitlines())


def recorder(home: Path, office: HybridIdentity, seconds: float, environ: Mapping[str, str]) -> list[Promise]:
    run = home.parent.parent / "run"
    run.mkdir()
    with RealRecorder(Home(home), run, environ) as real:
        for share in (0.7, 0.3):
            real.film(seconds * share, Random(SEED))
    return real.promises(office)


def write_and_cut(
    writer: Writer, seconds: float, cuts: int, *, seed: int = SEED, mount: str = "", without: str = ""
) -> Series:
    office = HybridIdentity.generate()
    with lab_or_skip(mount) as lab:
        with lab.recording() as disk:
            (disk / HOME).mkdir()
            make_device(disk / HOME / "device", ["recorder"], f"{office.recipient.text}\n")
            lab.begin()
            promises = writer(disk / HOME, office, seconds, {BENCH_VARIABLE: without})
        series = take(lab, promises, office, seed=seed, number=cuts)
    print(f"\n{series.report()}")
    return series


def assert_nothing_was_lost(series: Series) -> None:
    assert series.worst == []
    assert series.stars_lost == 0
    assert max(series.film_lost_us) <= series.loss_limit_us


@pytest.mark.slow
@pytest.mark.parametrize("number", range(0, CUTS, ROUND))
@pytest.mark.parametrize(("writer", "seconds"), [(recorder, 10), (stand_in, 5)])
def test_nothing_acknowledged_is_lost(writer: Writer, seconds: float, number: int) -> None:
    series = write_and_cut(writer, seconds, min(ROUND, CUTS - number), seed=SEED + number)
    assert series.cuts == min(ROUND, CUTS - number)
    assert_nothing_was_lost(series)


@pytest.mark.slow
@pytest.mark.parametrize(("writer", "seconds"), [(recorder, 4), (stand_in, 2)])
def test_control_without_barriers_loses(writer: Writer, seconds: float) -> None:
    assert write_and_cut(writer, seconds, CONTROL_CUTS, mount="nobarrier").bad_cuts > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("writer", "seconds", "kind", "cuts"),
    [
        (recorder, 4, "segment", CONTROL_CUTS),
        (stand_in, 2, "segment", CONTROL_CUTS),
        (stand_in, 4, "log", CONTROL_CUTS),  # until a log fills a block, ext4 writes it with the folder's commit
        (stand_in, 2, "folder", 4 * CONTROL_CUTS),  # only a star just acknowledged needs it: one cut in five
        (stand_in, 2, "file", CONTROL_CUTS),
    ],
)
def test_control_without_one_kind_of_sync_loses(writer: Writer, seconds: float, kind: str, cuts: int) -> None:
    assert write_and_cut(writer, seconds, cuts, without=kind).bad_cuts > 0
