"""Ops, statements and families' keys: filed once, never written over, and what is missing or strange is told."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.errors import FileTampered
from appliance.office.tars import members
from appliance.store.parcels import What
from tests.office.carrying import family_parcel, parcel, put, run_parcel, tar
from tests.office.rig import CarryingBox, OfficeRig
from tests.store.makers import tree


def ops(office: OfficeRig, box: CarryingBox, writer: str = "web") -> dict[str, bytes | None]:
    return tree(office.store.lane(box.device, writer))


def test_ops_are_filed_and_their_parcels_go(box: CarryingBox, office: OfficeRig) -> None:
    for n in range(3):
        box.op(n)
    office.put(box, box.lane_parcel())
    assert office.round().findings == []
    assert ops(office, box) == {f"{n:06d}.op.age": box.op(n).read_bytes() for n in range(3)}
    assert list(office.drop(box).iterdir()) == []
    box.op(3)
    office.put(box, box.lane_parcel(first=2), box.lane_parcel(first=0, attempt=2))
    assert office.round().findings == []
    assert list(ops(office, box)) == [f"{n:06d}.op.age" for n in range(4)]


def test_a_removed_op_leaves_a_hole_that_is_told(box: CarryingBox, office: OfficeRig) -> None:
    for n in range(6):
        box.op(n)
    late = run_parcel("lane", box.home.lane("web"), first=4)
    for n in range(2, 6):
        box.home.lane("web").joinpath(f"{n:06d}.op.age").unlink()
    office.put(box, box.lane_parcel(), late)
    (found,) = office.round().findings
    assert (found.file, found.what) == (f"lanes/{box.device}/web/000002.op.age", "and 1 after it are missing")


def test_an_op_that_changed_is_told_and_the_first_stays(box: CarryingBox, office: OfficeRig) -> None:
    first = box.op(0).read_bytes()
    office.put(box, box.lane_parcel())
    office.round()
    box.op(0, text="another")
    box.op(1)
    office.put(box, box.lane_parcel())
    (found,) = office.round().findings
    assert found.what == "came a second time and is another"
    assert ops(office, box)["000000.op.age"] == first
    assert "000001.op.age" in ops(office, box), "what is new beside it is filed"


def test_a_torn_attempt_is_told_until_it_is_superseded(box: CarryingBox, office: OfficeRig) -> None:
    box.op(0)
    box.op(1)
    name, content = box.lane_parcel()
    (torn,) = office.put(box, (name, content[:-700]))
    assert [found.what for found in office.round().findings] == ["is torn, or was changed where it lies"]
    box.op(2)
    office.put(box, box.lane_parcel(attempt=2))
    assert office.round().findings == []
    assert not torn.exists(), "all that it was to bring is held"


def test_a_torn_parcel_that_nobody_sends_any_more_is_asked_for(box: CarryingBox, office: OfficeRig) -> None:
    box.op(0)
    name, content = box.lane_parcel()
    (torn,) = office.put(box, (name, content[:-700]))
    wanted = office.store.outbox(box.device) / "wanted.json"
    now_s = office.clock.utc_ms() / 1000
    os.utime(torn, (now_s, now_s))
    office.round()
    assert not wanted.exists(), "it may be on its way"
    office.clock.advance(ms=3_700_000)
    office.round()
    assert json.loads(wanted.read_bytes()) == {"v": 1, "wanted": {"lane.web.000000-000000.tar": 1}}
    office.put(box, box.lane_parcel(attempt=2))
    office.round()
    assert json.loads(wanted.read_bytes()) == {"v": 1, "wanted": {}}


def test_statements_of_a_box_are_filed_when_they_are_its_own(
    tmp_path: Path, box: CarryingBox, office: OfficeRig
) -> None:
    session = "ab" * 16
    box.say("web", "confirmed", session=session, keep_until=None)
    office.put(box, box.said_parcel("web"))
    assert office.round().findings == []
    assert office.store.statements(box.device, "web").joinpath("000000.json").exists()
    other = CarryingBox(tmp_path / "other", 32)
    other.say("web", "confirmed", session=session, keep_until=None)
    other.say("web", "confirmed", session=session, keep_until=None)
    put(office.drop(box), [other.said_parcel("web", first=1)])
    (found,) = office.round().findings
    assert "another writer's" in found.what
    assert len(list(office.store.statements(box.device, "web").iterdir())) == 1


def test_statements_under_another_writers_name_or_changed_are_not_filed(box: CarryingBox, office: OfficeRig) -> None:
    box.say("web", "confirmed", session="ab" * 16, keep_until=None)
    place = box.home.statements("recorder")
    box.home.statements("web").rename(place)
    office.put(box, box.said_parcel("recorder"))
    assert "another writer's" in office.round().findings[0].what
    changed = place / "000000.json"
    changed.write_bytes(changed.read_bytes().replace(b"null", b"7"))
    changed.rename(box.home.root / "000000.json")
    office.put(box, parcel("said.web.000000-000000.tar", tar([box.home.root / "000000.json"])))
    assert "changed after it was signed" in " ".join(found.what for found in office.round().findings)
    assert not office.store.statements(box.device, "recorder").exists()
    assert not office.store.statements(box.device, "web").exists()


def test_a_familys_key_is_filed_once(box: CarryingBox, office: OfficeRig) -> None:
    folder = office.bring_family(box)
    assert office.round().findings == []
    held = office.store.family(folder.name)
    assert (held / "key.age").read_bytes() == (folder / "key.age").read_bytes()
    assert (held / "device").read_text() == f"{box.device}\n"
    assert list(office.drop(box).iterdir()) == []
    (folder / "key.age").write_bytes(b"age-encryption.org/v1\n-> mlkem768x25519 another")
    office.put(box, family_parcel(folder))
    (found,) = office.round().findings
    assert found.what == "came a second time and is another"
    assert b"another" not in (held / "key.age").read_bytes()


def test_what_is_no_sealed_key_is_not_filed(box: CarryingBox, office: OfficeRig) -> None:
    folder = box.family()
    (folder / "key.age").write_bytes(b"AGE-SECRET-KEY-PQ-1...")
    office.put(box, family_parcel(folder))
    assert "not a sealed key" in office.round().findings[0].what
    assert not office.store.family(folder.name).exists()


@given(st.binary(max_size=3000) | st.binary(max_size=1200).map(lambda tail: b"000000.op.age" + bytes(87) + tail))
def test_any_bytes_are_a_tar_or_are_told(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.tar"
    path.write_bytes(content)
    what = What("lane", "web", "", 0, 1)
    with path.open("rb") as file:
        try:
            found = [(name, len(data)) for name, data in members(file, what)]
        except FileTampered:
            return
    assert all(name in ("000000.op.age", "000001.op.age") for name, _ in found)


@given(st.data())
@settings(max_examples=60)
def test_a_spoiled_tar_gives_only_names_that_it_may_give(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "spoiled"
    folder.mkdir(exist_ok=True)
    for n in range(2):
        (folder / f"{n:06d}.op.age").write_bytes(b"op" * 50)
    whole = bytearray(tar(sorted(folder.glob("*.op.age"))))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, 2047))] = data.draw(st.integers(0, 255))
    path = folder / "spoiled.tar"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with path.open("rb") as file:
        try:
            found = [(name, len(content)) for name, content in members(file, What("lane", "web", "", 0, 1))]
        except FileTampered:
            return
    assert all(name in ("000000.op.age", "000001.op.age") for name, _ in found)


def test_hints_are_filed_with_the_ops_that_they_are_about(box: CarryingBox, office: OfficeRig) -> None:
    for n in range(2):
        box.op(n)
    hints = "".join(f'{{"n":{n},"subject":"{n:032x}"}}\n' for n in (0, 1, 7)) + '{"n":"x"}\n{"n":1\n'
    path = box.home.lane("web") / "subjects.jsonl"
    path.write_text(hints)
    office.put(box, parcel("lane.web.000000-000001.tar", tar([path, *sorted(path.parent.glob("*.op.age"))])))
    assert office.round().findings == []
    told = b"".join(b'{"n":%d,"subject":"%032x"}\n' % (n, n) for n in range(2))
    assert ops(office, box)["subjects.jsonl"] == told
    office.put(box, parcel("lane.web.000000-000001.tar", tar([path, *sorted(path.parent.glob("*.op.age"))]), 2))
    office.round()
    assert ops(office, box)["subjects.jsonl"] == told, "once"
