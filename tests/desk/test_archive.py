"""Families and sessions as the desk lists them: by ops, by logs, and by what was said of each."""

from typing import Any

from tests.desk.desk import Desk

DAY_MS = 86_400_000


def sessions(desk: Desk) -> dict[str, Any]:
    return {row["id"]: row for row in desk.signed_in().read("/api/sessions")["sessions"]}


def test_a_session_to_be_confirmed(desk: Desk) -> None:
    session = desk.session(ago_days=2)
    row = sessions(desk)[session]
    assert row["family"] == "F-017"
    assert row["box_name"] == "Box 1"
    assert (row["number"], row["film_ms"], row["state"]) == (1, 5_000, "closed")
    assert (row["confirmed"], row["playable"], row["held"], row["order"]) == (False, False, False, None)
    assert row["until_ms"] == row["utc_ms"] + 5_000 + 7 * DAY_MS


def test_the_newest_comes_first_and_without_a_code_is_listed_too(desk: Desk) -> None:
    old, new, coded_not = desk.session(ago_days=3), desk.session(ago_days=1), desk.session(family=None, ago_days=2)
    assert list(sessions(desk)) == [new, coded_not, old]
    told = desk.signed_in().read("/api/families")["families"]
    assert [(each["family"], each["sessions"], each["to_confirm"]) for each in told] == [("F-017", 2, 2), (None, 1, 1)]


def test_a_familys_last_visit_and_next_erasure(desk: Desk) -> None:
    held, first, last = desk.session(ago_days=6), desk.session(ago_days=5), desk.session(ago_days=1)
    browser = desk.signed_in()
    browser.done(f"/api/sessions/{held}/hold", on=True)
    browser.done(f"/api/sessions/{last}/confirm", days=30)
    (family,) = browser.read("/api/families")["families"]
    rows = sessions(desk)
    assert family["last_ms"] == rows[last]["utc_ms"]
    assert (family["held"], family["to_confirm"], family["erasing"]) == (1, 2, 0)
    assert family["until_ms"] == rows[first]["until_ms"]
    assert rows[held]["until_ms"] is None


def test_what_was_tagged_is_counted_and_shown(desk: Desk) -> None:
    session = desk.session()
    desk.ops.append(
        {
            **desk.ops[0],
            "id": "11111111-1111-4111-8111-111111111111",
            "kind": "moment",
            "n": 7,
            "pts_ms": 2_000,
            "in_ms": 1_000,
            "out_ms": 3_000,
            "tags": ["orion-8@1/taking-turns"],
            "note": "",
        }
    )
    browser = desk.signed_in()
    (row,) = browser.read("/api/sessions")["sessions"]
    assert (row["moments"], row["stars"]) == (1, 0)
    (moment,) = browser.read(f"/api/sessions/{session}/moments")["moments"]
    assert moment["tags"] == ["orion-8@1/taking-turns"]


def test_what_was_hidden_on_a_box_is_hidden_at_the_desk(desk: Desk) -> None:
    session = desk.session()
    hide = {"kind": "hide", "in_ms": 1_100, "out_ms": 1_200, "why": "visitor"}
    desk.ops.append({**desk.ops[0], "id": "22222222-2222-4222-8222-222222222222", "n": 8, **hide})
    browser = desk.signed_in()
    browser.done(f"/api/sessions/{session}/confirm")
    given = {n: browser.get(f"/sessions/{session}/{n}.m4s").status for n in range(3)}
    assert given == {0: 200, 1: 409, 2: 200}
    assert browser.get(f"/sessions/{session}/frame.jpg?pts_ms=1900").status == 409
    assert "1.m4s" not in browser.get(f"/sessions/{session}/index.m3u8").text.splitlines()


def test_a_boxs_own_confirmation_counts_for_its_sessions_only(desk: Desk) -> None:
    other = desk.office.box("Box 2")
    mine, theirs = desk.session(), other.session(family=None)
    desk.box.say("web", "confirmed", session=mine, keep_until=None)
    desk.box.say("web", "confirmed", session=theirs, keep_until=None)
    rows = sessions(desk)
    assert (rows[mine]["confirmed"], rows[theirs]["confirmed"]) == (True, False)


def test_a_check_tells_what_is_wrong_in_plain_words(desk: Desk) -> None:
    good, bad = desk.session(), desk.session()
    segment = desk.office.store.session(bad) / "000002.m4s.age"
    segment.write_bytes(segment.read_bytes()[:-1] + b"x")
    browser = desk.signed_in()
    told = {}
    for session in (good, bad):
        browser.done(f"/api/sessions/{session}/check")
        while (check := browser.read(f"/api/sessions/{session}/check")["check"])["running"]:
            pass
        told[session] = check
    assert told[good]["sound"] is True
    assert told[good]["account"][0] == "This session is sound."
    assert "which is the one given" in " ".join(told[good]["account"])
    assert told[bad]["sound"] is False
    assert told[bad]["account"][0] == "000002.m4s.age was changed after it was recorded."
    assert desk.whats() == ["signed-in", "verified", "verified"]


def test_a_session_of_a_device_that_nobody_knows_is_shown_and_not_trusted(desk: Desk) -> None:
    session = desk.session()
    (desk.office.store.register / f"{desk.box.device}.json").unlink()
    browser = desk.signed_in()
    browser.done(f"/api/sessions/{session}/check")
    while (check := browser.read(f"/api/sessions/{session}/check")["check"])["running"]:
        pass
    assert "which was not checked against a register" in " ".join(check["account"])
