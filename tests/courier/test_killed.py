"""SIGKILL of the real courier and of a real SFTP server at random moments, while both are at work.

20 times each; 100 under `make test-courier`. Every session and op arrives whole and the same, the journal never says
more than is true, and nothing is on its way twice but the one parcel of each death.
"""

import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from appliance.courier.journal import Journal
from appliance.courier.marks import Marks
from appliance.office.facts import public_of
from appliance.said.trusted import Office
from appliance.store.durable import Durable
from appliance.store.parcels import ParcelName, read_name, read_what
from tests.courier.running import RunningCourier
from tests.courier.sftp_office import SftpOffice, sftp_office
from tests.office.carrying import run_parcel, session_parcels
from tests.office.rig import CarryingBox, OfficeRig, same
from tests.store.stopping import no_syncs

DEATHS = int(os.environ.get("COURIER_DEATHS", "20"))
SEED = int(os.environ.get("KILL_SEED", "0")) or secrets.randbits(32)
SEGMENTS, SEGMENT_BYTES = 150, 60_000


@pytest.fixture
def sftp() -> Iterator[SftpOffice]:
    with sftp_office() as office:
        yield office


def whole_in(drop: Path) -> tuple[set[str], list[str]]:
    """Names of parcels whose bytes fit them, and the rest."""
    whole, torn = set[str](), list[str]()
    for path in drop.iterdir():
        name = read_name(path.name)
        assert name is not None, path.name
        fits = hashlib.sha256(path.read_bytes()).hexdigest() == name.sha256
        whole.add(path.name) if fits else torn.append(path.name)
    return whole, torn


def claimed(box: CarryingBox, store: str) -> set[str]:
    """The names of which the journal says that they are at the store."""
    journal, found = Journal(box.home, Durable(no_syncs())), set[str]()
    for session in journal.known():
        for text, each in journal.carried(session, store).tries.items():
            what = read_what(text)
            assert what is not None
            if each.sent:
                found.add(ParcelName(what, each.sha256, each.attempt).text)
    return found


def record(box: CarryingBox) -> Path:
    """One session more, of three tars and some megabytes, and an op about it."""
    folder = box.record(SEGMENTS, segment_bytes=SEGMENT_BYTES)
    lane = box.home.lane("web")
    box.op(len(list(lane.glob("*.op.age"))) if lane.is_dir() else 0)
    return folder


@pytest.mark.slow
@pytest.mark.timeout(DEATHS * 30 + 120)
def test_deaths_of_courier_and_server_lose_nothing_and_repeat_one_parcel_each(
    sftp: SftpOffice, tmp_path: Path, run: Path
) -> None:
    print(f"KILL_SEED={SEED}")
    chance, office, box = Random(SEED), OfficeRig(tmp_path / "store"), CarryingBox(tmp_path / "home", 31)
    office.know(box)
    store, public = office.facts.store, public_of(office.store)
    target = {"store": store, "remote": sftp.remote, "pickup": sftp.pickup, "needs": "network"}
    courier = RunningCourier(box, run, tmp_path / "courier.log")
    courier.prepare(Office({store: public}, frozenset({public}), 1, (target,)), sftp.config)
    folders, deaths = [record(box)], ["courier", "server"] * DEATHS
    chance.shuffle(deaths)
    courier.launch()
    try:
        for dies in deaths:
            folders.append(record(box))
            if chance.random() < 0.8:
                courier.until("carrying", lambda status: status["state"] == "carrying")
                courier.ask("go")
            time.sleep(chance.uniform(0, 0.25))  # the moment is what is drawn by lot
            if dies == "courier":
                courier.kill()
                assert claimed(box, store) <= whole_in(sftp.drop)[0]
                courier.launch()
            else:
                sftp.kill()
                sftp.start()
                courier.until("up", lambda _status: True)
                courier.ask("go")
        courier.all_sent()
        assert courier.stop() == 0
    finally:
        courier.kill()
    whole, torn = whole_in(sftp.drop)
    assert claimed(box, store) <= whole
    needed = {name.rpartition("~")[0] for folder in folders for name, _ in session_parcels(folder, a_tar=60)}
    found = [name.rpartition("~")[0] for name in whole]
    assert needed <= set(found)
    again = len(torn) + len([each for each in found if each in needed]) - len(needed)
    assert again <= 2 * DEATHS
    assert Marks(box.home, Durable(no_syncs())).of(store).lane == {"web": len(folders)}
    for path in sftp.drop.iterdir():
        office.drop(box).mkdir(parents=True, exist_ok=True)
        shutil.copy(path, office.drop(box) / path.name)
    office.round()
    assert all(same(office.archived(folder.name), folder) for folder in folders)
    assert run_parcel("lane", office.store.lane(box.device, "web")) == run_parcel("lane", box.home.lane("web"))
    print(f"{2 * DEATHS} deaths, {len(folders)} sessions, {len(whole)} parcels, {len(torn)} torn, {again} again")
