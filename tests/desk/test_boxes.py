"""What is still on which box, by receipts, by what boxes said and by numbers that lack; and a box that is lost."""

import json
import os
from typing import Any

from tests.desk.desk import Desk

DAY_MS = 86_400_000


def only_box(desk: Desk) -> dict[str, Any]:
    (box,) = desk.signed_in().read("/api/boxes")["boxes"]
    return dict(box)


def test_what_came_home_is_also_on_the_box_until_it_says_otherwise(desk: Desk) -> None:
    kept, purged = desk.session(), desk.session()
    for number, session in enumerate((kept, purged), 1):
        desk.office.receipt(desk.box, session, number)
    desk.box.say("recorder", "purged", session=purged, number=2, stores=["57" * 16])
    box = only_box(desk)
    assert (box["name"], box["here"], box["nag"], box["awaited"], box["arriving"]) == ("Box 1", 2, False, [], [])
    (there,) = box["also_there"]
    assert (there["session"], there["number"], there["sums_sha256"]) == (kept, 1, "ab" * 32)
    assert there["receipt_ms"] is not None


def test_a_number_that_never_came_is_awaited_and_nagged_about(desk: Desk) -> None:
    lacking = desk.session(ago_days=4)
    desk.session(ago_days=3.5)
    folder = desk.office.store.session(lacking)
    folder.rename(desk.place / "not yet")
    box = only_box(desk)
    assert [each["number"] for each in box["awaited"]] == [1]
    assert box["nag"] is True
    assert box["oldest_ms"] == box["awaited"][0]["since_ms"]


def test_a_number_that_the_box_erased_is_explained(desk: Desk) -> None:
    gone = desk.session(ago_days=4)
    desk.session(ago_days=3.5)
    (desk.office.store.session(gone)).rename(desk.place / "erased")
    about = {"sessions": [gone], "numbers": [1], "families": [], "why": "objection", "order": None}
    desk.box.say("recorder", "erased", **about, destroyed=[])
    box = only_box(desk)
    assert (box["awaited"], box["nag"]) == ([], False)


def test_what_arrives_is_counted_from_its_first_parcel(desk: Desk) -> None:
    drop = desk.office.store.drop(desk.box.device)
    at_s = desk.clock.utc_ms() / 1000
    for name, hours in ((f"{'c' * 32}.film-000000-000059.tar", 80), (f"{'d' * 32}.log.jsonl", 2)):
        path = drop / f"{name}~{'e' * 64}~1"
        path.write_bytes(b"x")
        os.utime(path, (at_s - hours * 3_600,) * 2)
    (drop / "rubbish").write_bytes(b"x")
    box = only_box(desk)
    assert [each["session"] for each in box["arriving"]] == ["c" * 32, "d" * 32]
    assert box["nag"] is True


def test_what_taking_in_found_is_told(desk: Desk) -> None:
    path = desk.office.store.root / "ingest.json"
    found = [
        {"device": desk.box.device, "file": "lanes/x/000001.op.age", "what": "is missing"},
        {"device": "ab" * 8, "file": "other", "what": "is of another"},
    ]
    path.write_text(json.dumps({"v": 1, "findings": found}))
    assert only_box(desk)["findings"] == ["lanes/x/000001.op.age is missing"]
    for spoiled in ("", "[]", '{"findings":[1]}', '{"findings":{}}'):
        path.write_text(spoiled)
        assert only_box(desk)["findings"] == []


def test_a_box_that_was_never_in_touch(desk: Desk) -> None:
    (desk.office.store.statements(desk.box.device, "web") / "000000.json").unlink()
    box = only_box(desk)
    assert (box["last_contact_ms"], box["here"], box["nag"]) == (None, 0, False)


def test_the_sheet_of_a_lost_box_tells_what_was_on_it(desk: Desk) -> None:
    session = desk.session()
    desk.office.receipt(desk.box, session, 1)
    browser = desk.signed_in()
    sheet = browser.get(f"/boxes/{desk.box.device}/lost").text
    assert "Film 1" in sheet
    assert "safe at the office; a sealed copy may be on the box" in sheet
    assert "What a finder cannot get" in sheet
    lost_ms = browser.done(f"/api/boxes/{desk.box.device}/lost")["lost_ms"]
    told = json.loads((desk.office.store.register / f"{desk.box.device}.json").read_bytes())
    assert told["lost"] == lost_ms
    desk.clock.advance(ms=DAY_MS // 200)
    assert browser.done(f"/api/boxes/{desk.box.device}/lost")["lost_ms"] == lost_ms
    assert desk.whats().count("lost") == 2
    assert "Struck off" in browser.get(f"/boxes/{desk.box.device}/lost").text


def test_no_such_box(desk: Desk) -> None:
    browser = desk.signed_in()
    for device in ("ab" * 8, "x", "../sessions"):
        assert browser.get(f"/boxes/{device}/lost").status == 404
    assert browser.post(f"/api/boxes/{'ab' * 8}/lost").code == "not-found"
