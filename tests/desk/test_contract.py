"""What the desk relies on in a keeper's link: the stand-in of these tests and the real process keep it alike."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.errors import Fault, Locked, WrongKey
from appliance.office.staff import Staff
from appliance.playback.office_link import OfficeLink as RealLink
from tests.desk.desk import StandInLink
from tests.desk.office import PASSPHRASE, Office
from web_ui.desk.sign_ins import OfficeLink


@dataclass
class Desk:
    link: OfficeLink
    key: bytes
    session: str

    def open(self, passphrase: str = PASSPHRASE) -> bytearray:
        given = bytearray(passphrase.encode())
        try:
            self.link.open(self.key, given)
        finally:
            assert not any(given), "it is wiped, whatever came of it"
        return given


@pytest.fixture(params=["stand-in", "real"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    office = Office(tmp_path)
    session = office.box().session([b"0", b"1"], family=None)
    if request.param == "real":
        staff = Staff(office.store)
        made = Desk(RealLink(office.store), staff.key_of(staff.add("Anna", office.key, PASSPHRASE, 1).id), session)
    else:
        made = Desk(StandInLink(films={session: [b"0", b"1"]}), PASSPHRASE.encode(), session)
    yield made
    made.link.lock()


def is_open(desk: Desk) -> bool:
    return desk.link.unlocked


def test_opening_and_locking(desk: Desk) -> None:
    assert not is_open(desk)
    for ask in (desk.link.ops, lambda: desk.link.playable(desk.session), lambda: desk.link.segment(desk.session, 0)):
        with pytest.raises(Locked):
            ask()
    desk.open()
    assert is_open(desk)
    assert desk.link.playable(desk.session)
    assert not desk.link.playable("0" * 32)
    assert (desk.link.segment(desk.session, 1), list(desk.link.ops())) == (b"1", [])
    desk.link.lock()
    assert not is_open(desk)
    with pytest.raises(Locked):
        desk.link.segment(desk.session, 1)


def test_a_wrong_passphrase(desk: Desk) -> None:
    with pytest.raises(WrongKey):
        desk.open("something else")
    assert not is_open(desk)
    desk.open()
    with pytest.raises(WrongKey):
        desk.open("something else")
    assert is_open(desk), "what is open stays open"
    assert desk.link.segment(desk.session, 0) == b"0"


def test_a_session_that_is_not_there(desk: Desk) -> None:
    desk.open()
    with pytest.raises(Fault):
        desk.link.segment("0" * 32, 0)
