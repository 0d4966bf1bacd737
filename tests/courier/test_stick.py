"""A stick that is plugged in, filled by the real courier and pulled out: a real mount in this machine's tree."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from appliance.said.trusted import Office
from tests.courier.running import RunningCourier
from tests.office.carrying import session_parcels
from tests.office.rig import CarryingBox
from tests.said.makers import STORE, STORE_ID, public_of


@contextmanager
def plugged_in(place: Path) -> Iterator[None]:
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)]
    if os.getuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("NOT TESTED with a real mount: that needs root")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_stick_gets_everything_and_its_empty_place_nothing(tmp_path: Path, run: Path) -> None:
    box, place = CarryingBox(tmp_path / "home", 31), tmp_path / "stick"
    place.mkdir()
    courier = RunningCourier(box, run, tmp_path / "courier.log")
    drop = place / "drop" / box.device
    target = {"store": STORE_ID, "remote": str(drop), "pickup": str(place / "outbox"), "needs": f"mount:{place}"}
    courier.prepare(Office({STORE_ID: public_of(STORE)}, frozenset(), 1, (target,)))
    first = box.record(61)
    courier.launch()
    try:
        courier.until("waiting", lambda s: s["state"] == "waiting" and len(s["sessions"]) == 1)
        with plugged_in(place):
            drop.mkdir(parents=True)
            courier.all_sent()
            held = {path.name: path.read_bytes() for path in drop.iterdir()}
            assert held == dict(session_parcels(first, a_tar=60))
        second = box.record(3)
        courier.ask("go")
        courier.until("waiting", lambda s: s["state"] == "waiting" and len(s["sessions"]) == 2)
        assert list(place.iterdir()) == [], "nothing is written where no stick is"
        with plugged_in(place):
            drop.mkdir(parents=True)
            courier.all_sent()
            assert {path.name for path in drop.iterdir()} == {name for name, _ in session_parcels(second, a_tar=60)}
    finally:
        courier.kill()
