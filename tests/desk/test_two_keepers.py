"""One person's two keepers: they share the reading of ops, neither outlives a lock, and one alone does all of it."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from appliance.errors import Locked
from appliance.office.staff import Staff
from appliance.playback.office_link import JOIN_S, OfficeLink
from tests.desk.office import PASSPHRASE, BoxAtHome, Office, recipient_of

OPS = 40


class Rig:
    def __init__(self, place: Path) -> None:
        self.office = Office(place)
        staff = Staff(self.office.store)
        self.key = staff.key_of(staff.add("Anna", self.office.key, PASSPHRASE, 1).id)
        self.box: BoxAtHome = self.office.box()
        self.session = self.box.session([b"film"])
        self.made = {self._star() for _ in range(OPS - 1)}
        self.link = OfficeLink(self.office.store)

    def _star(self) -> str:
        to = recipient_of(self.office.store, self.session)
        return str(self.box.op("recorder", self.session, to, "star", pts_ms=1)["id"])

    def open(self) -> None:
        self.link.open(self.key, bytearray(PASSPHRASE.encode()))

    def opened(self) -> None:
        """Both of them."""
        self.open()
        assert self.link._opening is not None
        self.link._opening.join(JOIN_S)
        assert self.link._second.unlocked

    def read(self) -> list[str]:
        found: list[str] = []
        while more := self.link.ops():
            found += [op["id"] for op in more]
        return found

    def keepers(self) -> list[int]:
        return [each.pid for each in psutil.Process().children() if "appliance.playback.keeper" in each.cmdline()]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    rig = Rig(tmp_path_factory.mktemp("two"))
    yield rig
    rig.link.lock()


@pytest.fixture(autouse=True)
def locked(rig: Rig) -> Iterator[None]:
    yield
    rig.link.lock()
    assert rig.keepers() == []


def test_each_op_comes_once_and_each_keeper_reads_some(rig: Rig) -> None:
    rig.opened()
    assert len(rig.keepers()) == 2
    theirs = {op["id"] for op in rig.link._second.ops(1, 2)}
    assert len(theirs) == OPS // 2
    mine = rig.read()
    assert len(mine) == len(set(mine)) == OPS // 2
    assert theirs | set(mine) >= rig.made
    late = rig._star()
    rig.made.add(late)
    assert rig.read() == [late]


def test_reading_may_begin_before_the_second_is_there(rig: Rig) -> None:
    rig.open()
    found = rig.read()
    assert len(found) == len(set(found))
    assert set(found) >= rig.made
    assert rig.link._second.unlocked


def test_a_lock_while_the_second_is_being_opened_leaves_neither(rig: Rig) -> None:
    rig.open()
    rig.link.lock()
    assert rig.keepers() == []
    with pytest.raises(Locked):
        rig.link.ops()


def test_the_first_does_all_of_it_when_the_second_dies(rig: Rig) -> None:
    rig.opened()
    second = rig.link._second._keeper
    assert second is not None
    os.kill(second.process.pid, signal.SIGKILL)
    second.process.wait(10)
    found = rig.read()
    assert len(found) == len(set(found))
    assert set(found) >= rig.made
    assert len(rig.keepers()) == 1


def test_film_is_shown_whether_or_not_there_is_a_second(rig: Rig) -> None:
    rig.open()
    assert rig.link.segment(rig.session, 0) == b"film"
    rig.link._second.lock()
    assert rig.link.segment(rig.session, 0) == b"film"


def test_asking_for_no_proper_share_is_refused(rig: Rig) -> None:
    from appliance.errors import BadInput

    rig.open()
    for part, parts in ((2, 2), (0, 9), (5, 3)):
        with pytest.raises(BadInput):
            rig.link._ask("ops", {"part": part, "parts_in_all": parts})
