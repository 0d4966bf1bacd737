"""`fieldreel office` as it is typed: a store, a box that it knows, a box that knows it."""

import json
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.office.facts import read_facts
from appliance.office.register import read_register
from appliance.said.trusted import read_office
from appliance.store.archive import Store
from appliance.store.layout import Home
from tests.office.rig import OFFICE, CarryingBox, OfficeRig


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "office.pub").write_text(f"{OFFICE.recipient.text}\n")
    assert (
        main(["keys", "device", "--home", str(tmp_path / "home"), "--recipient-file", str(tmp_path / "office.pub")])
        == 0
    )
    return tmp_path


def make(place: Path, name: str, *more: str) -> Store:
    store = place / name
    assert (
        main(["office", "make", str(store), "--name", name, "--recipient-file", str(place / "office.pub"), *more]) == 0
    )
    return Store(store)


def test_stores_and_boxes_come_to_know_each_other(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = make(place, "one")
    second = make(place, "two", "--beside", str(first.root), "--copies", str(place / "backup"))
    assert [each.store for each in read_facts(second).beside] == [read_facts(first).store]
    assert read_facts(second).copies == (str(place / "backup"),)
    for store, device in ((first, place / "home"), (second, place / "home" / "device" / "device.pub")):
        assert main(["office", "add", str(store.root), str(device), "--name", "box 7"]) == 0
    (entry,) = read_register(first).values()
    assert (entry.name, entry.lost) == ("box 7", None)
    assert first.drop(entry.device).is_dir()
    target = json.dumps(
        {"store": read_facts(first).store, "remote": "/mnt/stick/drop", "pickup": None, "needs": "mount:/mnt/stick"}
    )
    trust = ["office", "trust", str(first.root), str(second.root), "--home", str(place / "home"), "--target", target]
    assert main(trust) == 0
    office = read_office(Home(place / "home"))
    assert (set(office.stores), office.receipts) == ({read_facts(each).store for each in (first, second)}, 2)
    assert office.targets == (json.loads(target),)
    assert main([*trust[:-1], '{"store":"nobody"}']) == 1
    assert read_office(Home(place / "home")).targets == office.targets
    assert main([*trust, "--receipts", "1"]) == 0
    assert "One store is one disk" in capsys.readouterr().out
    assert main(["ingest", str(first.root)]) == 0
    assert main(["office", "lost", str(first.root), entry.device]) == 0
    assert read_register(first)[entry.device].lost is not None
    assert main(["office", "receipt", str(first.root), "0" * 32]) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["office", "add", "STORE", "HOME/device/recipients.txt", "--name", "box"],
        ["office", "add", "STORE", "HOME", "--name", ""],
        ["office", "add", "STORE", "HOME", "--name", "two\nlines"],
        ["office", "add", "HOME", "HOME", "--name", "box"],
        ["office", "add", "STORE", "NOWHERE", "--name", "box"],
        ["office", "trust", "STORE", "--home", "HOME", "--receipts", "2"],
        ["office", "trust", "STORE", "--home", "HOME", "--receipts", "0"],
        ["office", "trust", "STORE", "--home", "HOME", "--target", "sftp"],
        ["office", "trust", "HOME", "--home", "HOME"],
        ["office", "trust", "STORE", "--home", "NOWHERE"],
        ["office", "lost", "STORE", "0" * 16],
        ["office", "make", "STORE", "--name", "again", "--recipient-file", "PUB"],
        ["office", "make", "NOWHERE", "--name", "x", "--recipient-file", "HOME/device/device.pub"],
        ["ingest", "HOME"],
    ],
)
def test_what_can_not_be_done_is_said_and_changes_nothing(
    place: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    make(place, "store")
    before = sorted(str(path) for path in place.rglob("*"))
    words = {
        "STORE": place / "store",
        "HOME": place / "home",
        "NOWHERE": place / "nowhere",
        "PUB": place / "office.pub",
    }
    given = [arguments[0]]
    for each in arguments[1:]:
        head, slash, rest = each.partition("/")
        given.append(f"{place / words[head]}{slash}{rest}" if head in words else each)
    assert main(given) == 1
    assert capsys.readouterr().err.count("\n") >= 2
    assert sorted(str(path) for path in place.rglob("*")) == before


def test_a_box_is_known_once(place: Path) -> None:
    store = make(place, "store")
    add = ["office", "add", str(store.root), str(place / "home"), "--name", "box"]
    assert [main(add), main(add)] == [0, 1]


def test_an_archived_session_is_verified_against_the_register(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box, office = CarryingBox(tmp_path / "home", 31), OfficeRig(tmp_path / "store")
    office.know(box)
    folder = box.record()
    office.carry(box, folder)
    office.round()
    archived = office.archived(folder.name)
    assert main(["verify", str(archived)]) == 0
    assert "which is the one given" in capsys.readouterr().out
    (office.store.register / f"{box.device}.json").unlink()
    assert main(["verify", str(archived)]) == 1
    assert "register" in capsys.readouterr().err
    (archived / "log.jsonl").write_bytes(b"spoiled")
    assert main(["verify", str(archived)]) == 1
    assert "log.jsonl" in capsys.readouterr().out
