"""The real keeper on a store: opened by one person's copy, it reads the films and lanes of all registered boxes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.errors import Locked, Unreadable, WrongKey
from appliance.office.staff import Staff
from appliance.playback.office_link import StoreLink
from appliance.sealing.identities import HybridIdentity
from tests.desk.office import PASSPHRASE, BoxAtHome, Office, recipient_of
from tests.playback.homes import filmed


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office"))


@pytest.fixture(scope="module")
def box(office: Office) -> BoxAtHome:
    return office.box("Box 1")


@pytest.fixture(scope="module")
def key(office: Office) -> bytes:
    staff = Staff(office.store)
    return staff.key_of(staff.add("Anna", office.key, PASSPHRASE, 1).id)


@pytest.fixture(scope="module")
def link(office: Office, box: BoxAtHome, key: bytes) -> Iterator[StoreLink]:
    assert box.device
    link = StoreLink(office.store)
    link.open(key, bytearray(PASSPHRASE.encode()))
    yield link
    link.lock()


def test_a_wrong_passphrase_leaves_it_locked(office: Office, key: bytes) -> None:
    link = StoreLink(office.store)
    passphrase = bytearray(b"not the passphrase")
    with pytest.raises(WrongKey):
        link.open(key, passphrase)
    assert not any(passphrase)
    assert not link.unlocked
    with pytest.raises(Locked):
        link.ops()


def test_a_lock_ends_the_process(office: Office, key: bytes) -> None:
    link = StoreLink(office.store)
    passphrase = bytearray(PASSPHRASE.encode())
    link.open(key, passphrase)
    assert not any(passphrase)
    keeper = link._keeper
    assert keeper is not None
    link.lock()
    assert keeper.process.poll() is not None
    assert not link.unlocked


def test_film_and_ops_of_every_registered_box(office: Office, box: BoxAtHome, link: StoreLink) -> None:
    other = office.box("Box 2")
    first, second = box.session([b"first film"]), other.session([b"second film"])
    star = box.op("recorder", first, recipient_of(office.store, first), "star", pts_ms=100)
    moment = other.moment(second, 200)
    assert link.playable(first)
    assert (link.init(first), link.segment(first, 0), link.segment(second, 0)) == (
        b"init",
        b"first film",
        b"second film",
    )
    found = {op["id"]: op for op in link.ops()}
    assert {star["id"], moment["id"]} <= found.keys()
    assert {op["device"] for op in found.values()} == {box.device, other.device}
    assert link.ops() == []


def test_an_unregistered_box_is_not_believed(office: Office, link: StoreLink) -> None:
    link.ops()
    stranger = office.box("Stranger")
    session = stranger.session([b"strange"])
    record = office.store.register / f"{stranger.device}.json"
    told = record.read_bytes()
    record.unlink()
    assert link.ops() == []
    record.write_bytes(told)
    assert [op["subject"] for op in link.ops()] == [session], "registered later, it is read then"


def test_an_op_of_another_device_in_this_ones_lane_is_left_out(office: Office, link: StoreLink) -> None:
    box, other = office.box("Box 3"), office.box("Box 4")
    box.session([b"film"])
    session = other.session([b"film"], family=None)
    link.ops()
    other.op("recorder", session, recipient_of(office.store, session), "star", pts_ms=1)
    lane = office.store.lane(box.device, "recorder")
    forged = (office.store.lane(other.device, "recorder") / "000000.op.age").read_bytes()
    (lane / f"{len(list(lane.glob('*.op.age'))):06d}.op.age").write_bytes(forged)
    found = link.ops()
    assert [op["device"] for op in found] == [other.device]


def test_what_is_sealed_to_the_agency_is_read(office: Office, box: BoxAtHome, link: StoreLink) -> None:
    link.ops()
    op = box.op("recorder", "agency", office.key.recipient, "erased", session="0" * 32)
    assert [each["id"] for each in link.ops()] == [op["id"]]


def test_an_erased_session_no_longer_opens(office: Office, box: BoxAtHome, link: StoreLink) -> None:
    session = box.session([b"film"])
    assert link.segment(session, 0) == b"film"
    (office.store.session(session) / "key.age").unlink()
    with pytest.raises(Unreadable):
        link.segment(session, 0)
    assert not link.playable(session)


def test_a_session_of_another_office_does_not_open(office: Office, box: BoxAtHome, link: StoreLink) -> None:
    mine, box.office = box.office, HybridIdentity.generate().recipient
    session = box.session([b"film"], family=None)
    box.office = mine
    assert not link.playable(session)
    with pytest.raises(WrongKey):
        link.segment(session, 0)


def test_real_film_is_shown_picture_by_picture(box: BoxAtHome, link: StoreLink) -> None:
    film = filmed(2)
    events = [event for event in film.events if hasattr(event, "data")]
    session = box.session([event.data for event in events[1:]], init=events[0].data)
    assert [pts for n in range(len(events) - 1) for pts in link.pts(session, n)] == [pts for pts, _ in film.shown]
    assert link.frame(session, 500, 320).startswith(b"\xff\xd8")


def test_nothing_is_written_in_the_store_by_reading_it(office: Office, link: StoreLink) -> None:
    def state() -> dict[Path, int]:
        return {path: path.stat().st_mtime_ns for path in office.store.root.rglob("*")}

    before = state()
    link.ops()
    assert state() == before
