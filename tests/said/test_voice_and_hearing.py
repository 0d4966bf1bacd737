"""A statement is said once, lies where FORMAT says, and is heard only by whom it should convince."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import SetClock
from appliance.errors import BadInput, CardFailing
from appliance.said.fates import Fates
from appliance.said.hearing import Hearing, believe
from appliance.said.kinds import Confirmed, Receipt, read_said
from appliance.said.trusted import NOBODY, Inbox, Office, read_office, receipts_for, write_office
from appliance.said.voice import Voice
from appliance.sealing.statements import read_statement
from appliance.store.durable import Durable
from appliance.store.layout import Home
from tests.said.makers import (
    BOX,
    OTHER_STORE,
    STORE,
    STORE_ID,
    device_of,
    line,
    public_of,
    receipt_told,
    writer,
)
from tests.store.failing import FailingSyncs

SESSION = "5e" * 16
UUID = "00000000-0000-4000-8000-000000000001"
OFFICE = Office({STORE_ID: public_of(STORE)}, frozenset({public_of(STORE)}), 1, ({"store": STORE_ID},))


def test_what_is_said_twice_under_one_id_is_said_once(tmp_path: Path) -> None:
    voice = Voice(tmp_path / "web", writer(BOX, "web"), SetClock())
    first = voice.say("confirmed", {"session": SESSION, "keep_until": None}, UUID)
    again = Voice(tmp_path / "web", writer(BOX, "web"), SetClock())
    assert again.say("confirmed", {"session": SESSION, "keep_until": 5}, UUID) == first
    assert again.knows(UUID, "confirmed", session=SESSION)
    other = again.say("confirmed", {"session": SESSION, "keep_until": 5})
    assert [path.name for path in sorted((tmp_path / "web").iterdir())] == ["000000.json", "000001.json"]
    assert (tmp_path / "web" / "000001.json").read_bytes() == other
    assert [said.keep_until for said in again.said() if isinstance(said, Confirmed)] == [None, 5]


def test_nothing_else_is_said_under_an_id_that_was_used(tmp_path: Path) -> None:
    voice = Voice(tmp_path / "desk", writer(STORE, "desk"), SetClock())
    voice.say("hold", {"session": SESSION, "on": True}, UUID)
    for kind, told in (
        ("hold", {"session": "5f" * 16, "on": True}),
        ("hold", {"session": SESSION, "on": False}),
        ("erase", {"sessions": [SESSION], "families": [], "why": "request"}),
    ):
        with pytest.raises(BadInput):
            voice.say(kind, told, UUID)
        with pytest.raises(BadInput):
            voice.knows(UUID, kind, **told)
    assert len(list((tmp_path / "desk").iterdir())) == 1


def test_the_later_word_counts_whatever_the_clock_did(tmp_path: Path) -> None:
    clock = SetClock(utc_ms=2_000_000_000_000)
    voice = Voice(tmp_path / "desk", writer(STORE, "desk"), clock)
    voice.say("hold", {"session": SESSION, "on": False})
    clock.now_utc_ms = 1_780_000_000_000
    voice = Voice(tmp_path / "desk", writer(STORE, "desk"), clock)
    for on in (True, False, True):
        voice.say("hold", {"session": SESSION, "on": on})
        assert Fates((device_of(STORE),), voice.said()).of(SESSION, device_of(BOX)).held == on


def test_what_was_not_durable_was_not_said(tmp_path: Path) -> None:
    syncs = FailingSyncs("file")
    voice = Voice(tmp_path / "web", writer(BOX, "web"), SetClock(), Durable(syncs))
    syncs.failing = True
    with pytest.raises(CardFailing):
        voice.say("confirmed", {"session": SESSION, "keep_until": None}, UUID)
    assert not voice.knows(UUID, "confirmed")
    syncs.failing = False
    voice.say("confirmed", {"session": SESSION, "keep_until": None}, UUID)
    assert [path.name for path in (tmp_path / "web").iterdir()] == ["000000.json"]


def test_only_believed_devices_are_heard_and_each_file_once(tmp_path: Path) -> None:
    folder = tmp_path / "statements" / device_of(STORE) / "desk"
    folder.mkdir(parents=True)
    (folder / "000000.json").write_bytes(line(STORE, "desk", "hold", session=SESSION, on=True))
    (folder / "000001.json").write_bytes(line(OTHER_STORE, "desk", "hold", session=SESSION, on=True))
    (folder / "000002.json").write_bytes(b"torn")
    hearing = Hearing()
    assert [said.device for said in hearing.hear(folder, {public_of(STORE)})] == [device_of(STORE)]
    assert hearing.hear(folder, {public_of(STORE)}) == []
    now_trusted = hearing.hear(folder, {public_of(STORE), public_of(OTHER_STORE)})
    assert [said.device for said in now_trusted] == [device_of(OTHER_STORE)]


def test_the_inbox_hears_desks_and_nobody_else(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for seed in (STORE, BOX):
        folder = home.inbox / "statements" / device_of(seed) / "desk"
        folder.mkdir(parents=True)
        (folder / "000000.json").write_bytes(line(seed, "desk", "hold", session=SESSION, on=True))
    inbox = Inbox(home)
    assert [said.device for said in inbox.new(OFFICE)] == [device_of(STORE)]
    assert inbox.new(OFFICE) == []
    assert Inbox(Home(tmp_path / "none")).new(OFFICE) == []


def test_an_office_is_read_as_it_was_given(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.device.mkdir()
    assert read_office(home) is NOBODY
    write_office(home, OFFICE)
    assert read_office(home) == OFFICE
    assert OFFICE.desk_devices == {device_of(STORE)}


@given(st.data())
def test_a_spoiled_office_believes_nobody(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    home.device.mkdir()
    told = json.loads(OFFICE.line())
    key = data.draw(st.sampled_from(sorted(told)))
    bad = data.draw(st.sampled_from([None, "x", -1, 0, 99, [1], {"x": "y"}, {STORE_ID: "x"}, True, [["a"]]]))
    if key == "targets" and isinstance(bad, list):
        return
    text = json.dumps({**told, key: bad}) if data.draw(st.booleans()) else json.dumps(told)[:-5]
    (home.device / "office.json").write_text(text)
    with pytest.raises(BadInput):
        read_office(home)


def test_receipts_count_by_store_box_and_session(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.receipts.mkdir()
    path = home.receipts / f"{SESSION}.{STORE_ID}.json"
    assert receipts_for(home, SESSION, device_of(BOX), OFFICE) == []
    for seed, told, good in (
        (STORE, receipt_told(SESSION, "a" * 64), True),
        (OTHER_STORE, receipt_told(SESSION, "a" * 64), False),
        (STORE, receipt_told("6e" * 16, "a" * 64), False),
        (STORE, receipt_told(SESSION, "a" * 64, box=device_of(OTHER_STORE)), False),
        (STORE, receipt_told(SESSION, "a" * 64, store="00" * 16), False),
    ):
        path.write_bytes(line(seed, "ingest", "receipt", **told))
        assert bool(receipts_for(home, SESSION, device_of(BOX), OFFICE)) is good
    path.write_bytes(line(STORE, "desk", "receipt", **receipt_told(SESSION, "a" * 64)))
    assert receipts_for(home, SESSION, device_of(BOX), OFFICE) == [], "a desk gives no receipts"


GOOD = receipt_told(SESSION, "a" * 64)


@given(st.sampled_from(sorted(GOOD)), st.sampled_from([None, 1.5, -1, True, "x", [], {}, 1 << 60]))
def test_a_receipt_with_a_wrong_field_says_nothing(key: str, value: object) -> None:
    if (key == "purge_after" and value is None) or (key == "hold" and value is True):
        return
    told = read_statement(line(STORE, "ingest", "receipt", **{**GOOD, key: value}))
    assert read_said(told) is None


def test_a_line_convinces_whoever_knows_the_key() -> None:
    told = line(STORE, "ingest", "receipt", **GOOD)
    assert isinstance(believe(told, {public_of(STORE)}), Receipt)
    assert believe(told, {public_of(BOX)}) is None
    assert believe(told[:-3] + b'x"}\n', {public_of(STORE)}) is None
    assert believe(b"", {public_of(STORE)}) is None
