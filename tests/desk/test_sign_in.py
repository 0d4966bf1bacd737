"""Signing in at the desk: a name, a passphrase, a keeper of one's own; out after a quarter of an hour of rest."""

import pytest

from appliance.errors import CardFull
from appliance.office.staff import Staff
from tests.desk.desk import Desk
from tests.desk.office import PASSPHRASE
from tests.web.box import new_op_id

MINUTE_MS = 60_000


def test_signing_in_and_out(desk: Desk) -> None:
    browser = desk.browser()
    assert browser.read("/api/hello") == {
        "staff": [{"id": desk.anna.id, "name": "Anna"}],
        "signed_in": False,
        "by": "",
    }
    assert browser.get("/api/status").code == "locked"
    assert browser.sign_in(desk.anna).json == {"signed_in": True}
    assert browser.read("/api/status")["name"] == "Anna"
    browser.done("/api/sign-out")
    assert browser.get("/api/status").code == "locked"
    assert not desk.links[0].unlocked
    assert desk.whats() == ["signed-in", "signed-out"]


def test_a_wrong_passphrase_is_noted_and_makes_one_wait(desk: Desk) -> None:
    browser = desk.browser()
    wrong = browser.sign_in(desk.anna, "not it, not it")
    assert (wrong.status, wrong.code) == (403, "wrong-key")
    too_soon = browser.sign_in(desk.anna)
    assert (too_soon.status, too_soon.headers["Retry-After"]) == (429, "1")
    assert "passphrase" in too_soon.text
    desk.clock.advance(ms=1_100)
    assert browser.sign_in(desk.anna).status == 200
    deeds = desk.deeds()
    assert [(deed["what"], deed["by"]) for deed in deeds] == [
        ("sign-in-failed", desk.anna.id),
        ("signed-in", desk.anna.id),
    ]
    assert desk.links[0].tried == 2


def test_no_answer_and_no_file_holds_the_passphrase(desk: Desk) -> None:
    browser = desk.browser()
    answers = [browser.sign_in(desk.anna, "wrong " + PASSPHRASE), browser.sign_in(desk.anna)]
    assert all(PASSPHRASE not in answer.text for answer in answers)
    keys = {desk.office.store.staff / f"{desk.anna.id}.key"}
    files = {path for path in desk.place.rglob("*") if path.is_file()} - keys
    assert not [path for path in files if PASSPHRASE.encode() in path.read_bytes()]


def test_one_persons_lock_ends_nobody_elses(desk: Desk) -> None:
    berta = desk.office.member("Berta")
    anna_there, berta_there = desk.signed_in(), desk.signed_in(berta)
    assert len(desk.links) == 2
    anna_there.done("/api/sign-out")
    assert berta_there.read("/api/status")["name"] == "Berta"
    assert [link.unlocked for link in desk.links] == [False, True]


def test_a_second_browser_of_the_same_person_takes_the_place_of_the_first(desk: Desk) -> None:
    first = desk.signed_in()
    second = desk.signed_in()
    assert first.get("/api/status").code == "locked"
    assert second.get("/api/status").status == 200


def test_a_quarter_of_an_hour_without_use_signs_out(desk: Desk) -> None:
    browser = desk.signed_in()
    for _ in range(14):
        desk.clock.advance(ms=MINUTE_MS)
        desk.site.sign_ins.tick()
        assert browser.get("/api/families").status == 200, "asked by a page itself, which is no use"
    desk.clock.advance(ms=MINUTE_MS)
    desk.site.sign_ins.tick()
    assert browser.get("/api/families").code == "locked"
    assert desk.whats() == ["signed-in", "locked"]
    assert not desk.links[0].unlocked


def test_use_keeps_one_signed_in(desk: Desk) -> None:
    browser = desk.signed_in()
    for _ in range(3):
        desk.clock.advance(ms=14 * MINUTE_MS)
        desk.site.sign_ins.tick()
        assert browser.get("/families").status == 200


def test_a_leaver_is_out_with_the_next_request(desk: Desk) -> None:
    desk.office.member("Berta")
    browser = desk.signed_in()
    Staff(desk.office.store).remove("Anna", desk.clock.utc_ms())
    assert browser.get("/api/families").code == "locked"
    assert browser.sign_in(desk.anna).code == "not-found"
    assert [each["name"] for each in browser.read("/api/hello")["staff"]] == ["Berta"]
    assert not desk.links[0].unlocked


def test_what_is_left_of_a_leaver_still_tells_who_it_was(desk: Desk) -> None:
    berta = desk.office.member("Berta")
    desk.signed_in()
    desk.ops = desk.deeds()
    Staff(desk.office.store).remove("Anna", desk.clock.utc_ms())
    told = desk.signed_in(berta).read("/api/audit")
    assert "Anna" in [deed["name"] for deed in told["deeds"]]


def test_who_cannot_be_noted_is_not_signed_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_named: object) -> None:
        raise CardFull("There is no room left.")

    monkeypatch.setattr(desk.site.audit, "note", full)
    browser = desk.browser()
    assert browser.sign_in(desk.anna).status == 507
    assert browser.get("/api/families").code == "locked"
    assert not desk.links[0].unlocked


def test_asking_twice_is_one_sign_in(desk: Desk) -> None:
    """The first answer was lost on its way, and its cookie with it."""
    body = {"op_id": new_op_id(), "staff": desk.anna.id, "passphrase": PASSPHRASE}
    answers = [desk.browser().post("/api/sign-in", body) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert desk.whats() == ["signed-in"]
    assert desk.links[0].tried == 1


def test_a_restart_signs_everybody_out(desk: Desk) -> None:
    browser = desk.signed_in()
    desk.start()
    browser.client = desk.app.test_client()
    assert browser.get("/api/families").code == "locked"
