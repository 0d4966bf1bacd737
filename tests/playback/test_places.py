"""Lanes that were carried to where a keeper reads them: in any order, with holes, and only of who is believed."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from appliance.clock import SetClock
from appliance.playback.keys import Keys
from appliance.playback.lane_reading import LaneReading
from appliance.playback.lanes import Lanes
from appliance.playback.places import BoxPlaces
from appliance.said.trusted import Office, write_office
from appliance.said.voice import Voice
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.ops import seal_op
from appliance.sealing.signing import WriterKey, make_device
from appliance.store.lanes import Lane
from appliance.store.layout import Home, op_name
from tests.playback.homes import HASTY, OFFICE, begin
from tests.store.makers import UTC_MS

STORE_ID = "57" * 16


@dataclass
class Inboxed:
    """A box with one kept session, and a desk whose ops about it are filed into the inbox by hand."""

    home: Home
    desk: WriterKey
    lane: Lane
    session: str
    recipient: Any
    lanes: Lanes

    @property
    def device(self) -> str:
        return str(self.desk.certificate["device"])

    def write(self, count: int) -> list[str]:
        ids = []
        for _ in range(count):
            n = self.lane.next_n()
            op = {
                "v": 1,
                "id": f"desk-{n}",
                "lane": "desk",
                "n": n,
                "device": self.device,
                "lamport": self.lane.next_lamport(),
                "at": UTC_MS,
                "at_source": "rtc",
                "by": "0" * 32,
                "subject": self.session,
                "kind": "star",
                "pts_ms": 1_000,
            }
            self.lane.append(n, seal_op(op, self.desk, [self.recipient]))
            ids.append(str(op["id"]))
        return ids

    def deliver(self, *numbers: int) -> None:
        folder = self.home.inbox / "lanes" / self.device / "desk"
        folder.mkdir(parents=True, exist_ok=True)
        for n in numbers:
            shutil.copy(self.lane.folder / op_name(n), folder)

    def introduce(self) -> None:
        Voice(self.home.inbox / "statements" / self.device / "desk", self.desk, SetClock(), HASTY).introduce()

    def trust(self) -> None:
        public = str(self.desk.certificate["device_public"])
        write_office(self.home, Office({STORE_ID: public}, frozenset({public}), 1))

    def read(self) -> list[str]:
        return sorted(op["id"] for op in self.lanes.new_ops())


@pytest.fixture
def box(tmp_path: Path) -> Inboxed:
    home, office = Home(tmp_path / "box"), tmp_path / "office"
    home.root.mkdir()
    office.mkdir()
    make_device(home.device, ["recorder", "web"], OFFICE.recipient.text + "\n")
    make_device(office / "device", ["desk"], OFFICE.recipient.text + "\n")
    unlock = HybridIdentity.generate()
    writer, subject = begin(home, unlock.recipient)
    writer.close("stop", UTC_MS, "rtc")
    desk = WriterKey.load(office / "device", "desk")
    places = BoxPlaces(home)
    keys = Keys(places)
    keys.take(unlock)
    lane = Lane(Home(office), "desk", durable=HASTY)
    return Inboxed(home, desk, lane, writer.id, subject.recipient, Lanes(places, keys))


def test_a_box_reads_what_its_desk_wrote_in_whatever_order_it_comes(box: Inboxed) -> None:
    ids = box.write(6)
    box.trust()
    box.introduce()
    box.deliver(3, 5)
    assert box.read() == [ids[3], ids[5]]
    box.deliver(0)
    assert box.read() == [ids[0]]
    box.deliver(5, 4, 1)
    assert box.read() == [ids[1], ids[4]]
    assert box.read() == []


def test_a_desk_that_is_not_trusted_or_not_introduced_waits(box: Inboxed) -> None:
    ids = box.write(1)
    box.deliver(0)
    assert box.read() == []
    box.introduce()
    assert box.read() == [], "anybody can introduce themselves"
    box.trust()
    assert box.read() == ids


def test_a_forged_introduction_is_not_believed(box: Inboxed) -> None:
    box.write(1)
    box.trust()
    box.introduce()
    path = box.home.inbox / "statements" / box.device / "desk" / "000000.json"
    path.write_text(path.read_text().replace('"writer":"desk","public":"', '"writer":"desk","public":"A'))
    box.deliver(0)
    assert box.read() == []


def test_a_carried_lane_is_listed_only_when_it_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = LaneReading(tmp_path, carried=True)
    (tmp_path / op_name(2)).write_bytes(b"")
    assert [n for n, _ in reading.appended()] == [2]
    (tmp_path / op_name(0)).write_bytes(b"")
    assert [n for n, _ in reading.appended()] == [0], "within the same tick of the disk's clock, too"
    monkeypatch.setattr("appliance.playback.lane_reading.time.time_ns", lambda: 1 << 62)
    assert list(reading.appended()) == []
    monkeypatch.setattr("appliance.playback.lane_reading.read_numbering", lambda _folder: pytest.fail("listed"))
    assert list(reading.appended()) == []
