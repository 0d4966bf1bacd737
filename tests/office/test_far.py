"""A drop that lies elsewhere is fetched, taken in, emptied and answered, by the real rclone."""

import shutil
import time
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.courier.rclone_program import find_rclone
from appliance.errors import OfficeUnreachable
from appliance.office.far import Far
from tests.office.carrying import put, session_parcels
from tests.office.rig import CarryingBox, OfficeRig, same
from tests.store.makers import tree


@pytest.fixture
def far(tmp_path: Path, office: OfficeRig) -> Far:
    (tmp_path / "far").mkdir()
    return Far(office.store, find_rclone(), str(tmp_path / "far"))


def test_what_is_far_is_taken_in_and_answered_there(box: CarryingBox, office: OfficeRig, far: Far) -> None:
    there = Path(far.place)
    folder, coming = box.record(), box.record()
    put(there / "drop" / box.device, [*session_parcels(folder), *session_parcels(coming)[:2]])
    far.fetch()
    office.round()
    far.clear()
    assert same(folder, office.archived(folder.name))
    left = sorted(path.name for path in (there / "drop" / box.device).iterdir())
    assert left == sorted(name for name, _ in session_parcels(coming)[:2])
    (receipt,) = (there / "outbox" / box.device / "receipts").iterdir()
    assert receipt.name.startswith(folder.name)
    office.desk("erase", sessions=[folder.name, coming.name], families=[], why="request")
    far.fetch()
    office.round()
    far.clear()
    assert list((there / "drop" / box.device).iterdir()) == [], "keys and parcels of it go there as well"
    assert list((there / "outbox" / box.device / "receipts").iterdir()) == []
    assert [path.name for path in (there / "outbox" / box.device).rglob("*.json")] == ["000000.json"]


def test_a_stop_before_the_far_end_was_emptied_does_no_harm(box: CarryingBox, office: OfficeRig, far: Far) -> None:
    folder = box.record()
    put(Path(far.place) / "drop" / box.device, session_parcels(folder))
    far.fetch()
    office.round()
    far.fetch()
    assert len(office.round().taken) == 1
    far.clear()
    assert list((Path(far.place) / "drop" / box.device).iterdir()) == []
    assert len(office.said("receipt")) == 1


def test_a_disk_that_goes_takes_nothing_with_it(box: CarryingBox, office: OfficeRig, far: Far) -> None:
    put(Path(far.place) / "drop" / box.device, session_parcels(box.record()))
    far.fetch()
    before = tree(Path(far.place) / "drop")
    shutil.rmtree(office.drop(box))
    office.store.outbox(box.device).mkdir(exist_ok=True)
    far.clear()
    assert tree(Path(far.place) / "drop") == before


def test_what_can_not_be_reached_changes_nothing(box: CarryingBox, office: OfficeRig, far: Far) -> None:
    put(Path(far.place) / "drop" / box.device, session_parcels(box.record()))
    before = tree(Path(far.place))
    gone = Far(far.store, far.program, "nowhere:bucket")
    with pytest.raises(OfficeUnreachable):
        gone.fetch()
    office.round()
    assert tree(Path(far.place)) == before


def test_nothing_of_a_stranger_is_fetched(tmp_path: Path, office: OfficeRig, far: Far) -> None:
    stranger = CarryingBox(tmp_path / "stranger", 33)
    put(Path(far.place) / "drop" / stranger.device, session_parcels(stranger.record()))
    far.fetch()
    assert not office.store.drop(stranger.device).exists()


def test_what_is_no_parcel_is_not_fetched(box: CarryingBox, office: OfficeRig, far: Far) -> None:
    folder, there = box.record(), Path(far.place) / "drop" / box.device
    put(there, session_parcels(folder))
    strange = [there / "photo.jpg", there / "sub" / "deep" / "000000.m4s.age", there / "a\nb", there / "--config"]
    large = there / f"{folder.name}.SHA256SUMS.sig~{'0' * 64}~1"
    for path in (*strange, large):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 65)
    far.fetch()
    assert {path.name for path in office.drop(box).iterdir()} == {name for name, _ in session_parcels(folder)}
    assert len(office.round().taken) == 1
    far.clear()
    assert all(path.exists() for path in (*strange, large))
    assert len([path for path in there.rglob("*") if path.is_file()]) == 5


def test_the_command_does_all_of_it(
    tmp_path: Path, box: CarryingBox, office: OfficeRig, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = box.record(end_ms=time.time_ns() // 1_000_000)
    there = tmp_path / "far"
    put(there / "drop" / box.device, session_parcels(folder))
    assert main(["ingest", str(office.store.root), "--from", f"{there}/"]) == 0
    assert "1 session(s) taken in" in capsys.readouterr().out
    assert list((there / "drop" / box.device).iterdir()) == []
    assert main(["ingest", str(office.store.root), "--from", "nowhere:"]) == 1
