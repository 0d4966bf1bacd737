"""The real desk and keepers as processes: what they keep to themselves, and what stands when they are killed."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.commands.demo_desk import DemoDesk
from appliance.office.staff import Member, Staff
from appliance.sealing.ops import known_writers, open_op
from appliance.sealing.sealed import Sealed
from appliance.sealing.signing import WriterKey
from tests.desk.archive import fill
from tests.desk.office import PASSPHRASE, Office
from tests.web.phone import Phone, until
from tests.web.served import descendants, gone

FILM = b"moof of a child at play"


class Served:
    """One office, its desk as a process, two members of staff, one session that nobody confirmed yet."""

    def __init__(self, place: Path) -> None:
        self.office = Office(place)
        self.session = self.office.box().session([FILM, b"second"], family="F-017")
        staff = Staff(self.office.store)
        self.anna: Member = staff.add("Anna", self.office.key, PASSPHRASE, 1)
        self.berta: Member = staff.add("Berta", self.office.key, PASSPHRASE, 2)
        self.browsers: list[Phone] = []
        self.desk = DemoDesk(self.office.store.root, place / "run", place / "desk.log", 0)

    def start(self) -> None:
        self.desk.launch()
        self.desk.wait_usable()

    def signed_in(self, member: Member) -> Phone:
        browser = Phone(self.desk.port, host="desk.localhost")
        self.browsers.append(browser)
        browser.done("/api/sign-in", staff=member.id, passphrase=PASSPHRASE)
        return browser

    def whats(self) -> list[str]:
        certificate = WriterKey.load(self.office.store.home.device, "desk").certificate
        check = known_writers([certificate])
        lane = self.office.store.lane(str(certificate["device"]), "desk")
        found = (Sealed.found(path.read_bytes()) for path in sorted(lane.glob("*.op.age")))
        return [str(open_op(op, [self.office.key], check)["what"]) for op in found]

    def keepers(self) -> list[int]:
        assert self.desk.pid is not None
        below = descendants(self.desk.pid)
        return [pid for pid in below if b"appliance.playback.keeper" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(tmp_path_factory.mktemp("served"))
    served.start()
    yield served
    for browser in served.browsers:
        browser.hang_up()
    served.desk.stop()


def test_each_person_has_a_keeper_and_a_sign_out_ends_it_alone(served: Served) -> None:
    anna, berta = served.signed_in(served.anna), served.signed_in(served.berta)
    until("two keepers each", lambda: len(served.keepers()) == 4)
    anna.done("/api/sign-out")
    left = served.keepers()
    assert len(left) == 2, "neither of hers is there when the answer comes"
    assert berta.read("/api/status")["name"] == "Berta"
    berta.done("/api/sign-out")
    assert served.keepers() == []


def test_a_play_stands_when_desk_and_keepers_are_killed(served: Served) -> None:
    browser = served.signed_in(served.anna)
    path = f"/sessions/{served.session}/0.m4s"
    assert browser.get(path).status == 409
    browser.done(f"/api/sessions/{served.session}/confirm")
    before = served.whats().count("played")
    assert browser.get(path).data == FILM
    keepers = served.keepers()
    served.desk.kill()
    assert served.whats().count("played") == before + 1
    until("all gone", lambda: all(gone(pid) for pid in keepers))
    served.start()
    again = served.signed_in(served.anna)
    assert again.get(path).data == FILM
    assert served.whats().count("played") == before + 2


def test_reading_goes_on_to_the_end(served: Served) -> None:
    browser = served.signed_in(served.anna)
    deadline = time.monotonic() + 30
    while (told := browser.read("/api/families"))["reading"]:
        assert time.monotonic() < deadline
    assert [family["family"] for family in told["families"]] == ["F-017"]


def test_nothing_opened_and_no_passphrase_is_on_the_disk_or_in_the_log(served: Served) -> None:
    browser = served.signed_in(served.berta)
    browser.done(f"/api/sessions/{served.session}/confirm")
    assert browser.get(f"/sessions/{served.session}/0.m4s").data == FILM
    place = served.desk.told.parent
    for path in (each for each in place.rglob("*") if each.is_file()):
        data = path.read_bytes()
        for secret in (FILM, PASSPHRASE.encode(), served.office.key.text.encode(), b"F-017"):
            assert secret not in data, path
    assert served.desk.told.read_text() == ""


def test_a_large_archive_is_told_whole(tmp_path: Path) -> None:
    """As tests/bench measures it, smaller: every session and every moment is there, however pages and reading meet."""
    office = Office(tmp_path)
    sessions = fill(office, 40, 1_500, film_s=60)
    member = Staff(office.store).add("Anna", office.key, PASSPHRASE, 1)
    desk = DemoDesk(office.store.root, tmp_path / "run", tmp_path / "desk.log", 0)
    desk.launch()
    browser = Phone(desk.port, host=desk.host)
    try:
        desk.wait_usable()
        browser.done("/api/sign-in", staff=member.id, passphrase=PASSPHRASE)
        first = browser.read("/api/families")
        assert sum(family["sessions"] for family in first["families"]) == 40, "what logs tell is there at once"
        told = until("all read", lambda: (now := browser.read("/api/sessions"))["reading"] is False and now)
    finally:
        browser.hang_up()
        desk.stop()
    rows = {row["id"]: row for row in told["sessions"]}
    assert rows.keys() == set(sessions)
    assert sum(row["moments"] + row["stars"] for row in rows.values()) == 1_500 - 40
    assert len({row["family"] for row in rows.values()}) == 40


def test_a_second_desk_on_the_same_store_is_refused(served: Served, tmp_path: Path) -> None:
    again = DemoDesk(served.office.store.root, tmp_path / "run", tmp_path / "log", 0)
    again.launch()
    try:
        assert again._process is not None
        assert again._process.wait(30) == 1
    finally:
        again.kill()
    assert "Another desk is running on this store." in (tmp_path / "log").read_text()
    assert served.signed_in(served.anna).read("/api/status")["name"] == "Anna"


def test_a_store_that_is_none_is_refused(tmp_path: Path) -> None:
    desk = DemoDesk(tmp_path, tmp_path / "run", tmp_path / "log", 0)
    desk.launch()
    assert desk._process is not None
    assert desk._process.wait(30) == 1
    assert "not-a-session" in (tmp_path / "log").read_text()
