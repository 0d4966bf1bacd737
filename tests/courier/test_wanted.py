"""What rots at the office before it is taken in is asked for and sent again: once a demand, under a new name."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.courier.wanted import read_wanted
from tests.courier.rig import CourierRig
from tests.office.rig import same


def spoil(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_a_tar_that_rotted_in_the_drop_is_sent_again_and_the_session_taken_in(rig: CourierRig) -> None:
    office = rig.offices[0]
    folder = rig.box.record(130)
    rig.turn()
    (rotten,) = office.drop(rig.box).glob("*.film-000060-000119.tar~*")
    spoil(rotten)
    assert office.round().taken == []
    rig.mover.put_names.clear()
    rig.until(lambda _: rig.mover.put_names, turns=5)
    rig.until(lambda status: status["sessions"][0]["state"] == "sent", turns=3)
    rig.turn(60)
    rig.turn(600)
    assert rig.mover.put_names == [f"{rotten.name[:-1]}2"], "the demand stands still, and was met"
    assert len(office.round().taken) == 1
    assert same(office.archived(folder.name), folder)
    rig.until(lambda status: status["sessions"][0]["state"] == "receipted", turns=5)


@pytest.mark.parametrize("what", ["lane.web", "said.web", "family."])
def test_ops_statements_and_families_keys_are_sent_again_too(rig: CourierRig, what: str) -> None:
    office = rig.offices[0]
    family = rig.box.family()
    for n in range(3):
        rig.box.op(n)
        rig.box.say("web", "confirmed", session="ab" * 16, keep_until=None)
    rig.turn()
    (rotten,) = office.drop(rig.box).glob(f"{what}*")
    spoil(rotten)
    now_s = office.clock.utc_ms() / 1000
    os.utime(rotten, (now_s, now_s))
    office.clock.advance(ms=2 * 3_600_000)
    office.round()
    rig.until(lambda _: office.round().findings == [], turns=5)
    rig.again()
    rig.turn(60)
    assert office.round().findings == []
    assert len(list(office.store.lane(rig.box.device, "web").iterdir())) == 3
    assert len(list(office.store.statements(rig.box.device, "web").iterdir())) == 3
    assert (office.store.family(family.name) / "key.age").exists()


def test_a_demand_that_nobody_can_meet_does_no_harm(rig: CourierRig) -> None:
    folder = rig.box.record(3)
    rig.turn()
    outbox = rig.offices[0].store.outbox(rig.box.device)
    demands = {
        f"{'0' * 32}.log.jsonl": 1,
        f"{folder.name}.film-000900-000901.tar": 1,
        "lane.nobody.000000-000009.tar": 1,
    }
    outbox.joinpath("wanted.json").write_text(json.dumps({"v": 1, "wanted": demands}))
    rig.mover.put_names.clear()
    for _ in range(5):
        rig.turn(60)
    assert rig.mover.put_names == []
    rig.again()
    assert rig.turn(60)["fault"] is None


@given(st.binary(max_size=60) | st.recursive(st.none() | st.integers() | st.text(max_size=9), st.lists).map(json.dumps))
def test_any_file_is_read_as_demands_or_none(tmp_path_factory: pytest.TempPathFactory, told: bytes | str) -> None:
    folder = tmp_path_factory.getbasetemp()
    wrapped = told if isinstance(told, bytes) else f'{{"wanted":{{"lane.web.000000-000001.tar":{told}}}}}'.encode()
    (folder / "wanted.json").write_bytes(wrapped)
    assert all(0 <= attempt < 10**9 for attempt in read_wanted(folder).values())
