"""Confirm, hold, erase: said in clear and signed, noted first, done once, and what follows from each at the desk."""

from typing import Any

import pytest

from appliance.errors import CardFull
from appliance.said.fates import Fates
from appliance.said.kinds import Introduced
from tests.desk.desk import Desk, coded
from tests.web.box import new_op_id

DAY_MS = 86_400_000
BYTES = ("init.mp4", "1.m4s", "frame.jpg?pts_ms=1500", "pts.json?n=1&count=1")


def said(desk: Desk) -> list[Any]:
    return [each for each in desk.site.voice.said() if not isinstance(each, Introduced)]


def test_nothing_is_played_before_consent_is_confirmed(desk: Desk) -> None:
    session = desk.session()
    browser = desk.signed_in()
    for name in (*BYTES, ""):
        got = browser.get(f"/sessions/{session}/{name}".rstrip("/"))
        assert (got.status, got.code) == (409, "forbidden"), name
    browser.done(f"/api/sessions/{session}/confirm")
    for name in (*BYTES, ""):
        assert browser.get(f"/sessions/{session}/{name}".rstrip("/")).status == 200, name
    assert desk.whats() == ["signed-in", "confirmed", "played"]


def test_confirming_keeps_it_as_long_as_its_class(desk: Desk) -> None:
    session = desk.session()
    browser = desk.signed_in()
    browser.done(f"/api/sessions/{session}/confirm")
    (confirmed,) = said(desk)
    assert confirmed.session == session
    assert confirmed.keep_until == desk.clock.utc_ms() + 365 * DAY_MS
    assert confirmed.writer == "desk"


def test_a_change_asked_for_twice_happens_once_even_over_a_restart(desk: Desk) -> None:
    session = desk.session()
    request = new_op_id()
    for again in range(3):
        browser = desk.signed_in()
        browser.done(f"/api/sessions/{session}/confirm", op_id=request, days=10 + again)
        desk.start()
    (confirmed,) = said(desk)
    assert confirmed.id == request
    assert desk.whats().count("confirmed") == 1


def test_a_hold_stops_every_erasure(desk: Desk) -> None:
    session, other = desk.session(), desk.session()
    browser = desk.signed_in()
    browser.done(f"/api/sessions/{session}/hold", on=True)
    assert browser.post(f"/api/sessions/{session}/erase", {"why": "request"}).code == "forbidden"
    assert browser.post("/api/families/F-017/erase", {"why": "request"}).code == "forbidden"
    assert [each["order"] for each in browser.read("/api/sessions")["sessions"]] == [None, None]
    browser.done(f"/api/sessions/{session}/hold", on=False)
    order = browser.done("/api/families/F-017/erase", why="request")["order"]
    erase = next(each for each in said(desk) if each.id == order)
    assert set(erase.sessions) == {session, other}
    assert desk.whats() == ["signed-in", "held", "released", "erased"]


def test_erasing_a_family_takes_its_visits_and_consents_too(desk: Desk) -> None:
    """Its keys with them: two boxes may each know a family by this code, and each has keys of its own."""
    session, alone = desk.session(), "c" * 32
    for n, (family, code) in enumerate([("a" * 32, "F-017"), ("b" * 32, "F-017"), (alone, "F-018")]):
        desk.ops.append(coded(family, code, 10 + n))
    browser = desk.signed_in()
    request = new_op_id()
    for _ in range(2):
        order = browser.done("/api/families/F-017/erase", why="request", op_id=request)["order"]
        desk.start()
        browser = desk.signed_in()
    (erase,) = said(desk)
    assert (erase.id, erase.sessions, set(erase.families)) == (order, (session,), {"a" * 32, "b" * 32})
    assert "a" * 32 in browser.get(f"/receipts/{order}").text
    assert browser.post("/api/families/F-017/erase", {"why": "request"}).code == "forbidden", "it is gone already"
    browser.done("/api/families/F-018/erase", why="request")
    assert said(desk)[-1].families == (alone,), "visited and never filmed"
    assert browser.post("/api/families/F-019/erase", {"why": "request"}).code == "not-found"


def test_an_order_to_erase_ends_playing_at_once_and_cannot_be_taken_back(desk: Desk) -> None:
    session = desk.session()
    browser = desk.signed_in()
    browser.done(f"/api/sessions/{session}/confirm")
    assert browser.get(f"/sessions/{session}/1.m4s").status == 200
    order = browser.done(f"/api/sessions/{session}/erase", why="withdrawn")["order"]
    assert browser.get(f"/sessions/{session}/1.m4s").code == "forbidden"
    for verb, body in (("erase", {"why": "request"}), ("confirm", {}), ("hold", {"on": True})):
        assert browser.post(f"/api/sessions/{session}/{verb}", body).code == "forbidden", verb
    fates = Fates({desk.office.device}, said(desk))
    fate = fates.of(session, desk.box.device)
    assert fate.order is not None
    assert (fate.order.id, fate.order.why) == (order, "withdrawn")


@pytest.mark.parametrize("body", [{}, {"why": "unconfirmed"}, {"why": 1}, {"why": "because"}])
def test_an_order_needs_a_persons_reason(desk: Desk, body: dict[str, Any]) -> None:
    session = desk.session()
    browser = desk.signed_in()
    assert browser.post(f"/api/sessions/{session}/erase", body).code == "bad-input"
    assert said(desk) == []


def test_a_receipt_tells_who_ordered_and_what_was_destroyed_where(desk: Desk) -> None:
    session = desk.session()
    browser = desk.signed_in()
    order = browser.done("/api/families/F-017/erase", why="withdrawn")["order"]
    desk.ops += desk.deeds()
    desk.links[0].told += desk.deeds()
    browser.read("/api/audit")
    before = browser.get(f"/receipts/{order}").text
    assert "Ordered; not carried out yet" in before
    assert "Anna" in before
    assert session in before
    destroyed = [{"what": f"sessions/{session}/key.age", "bytes": 1_801}]
    about = {"sessions": [session], "numbers": [1], "families": [], "why": "withdrawn", "order": order}
    desk.office.ingest_says("erased", **about, destroyed=destroyed)
    desk.box.say("recorder", "erased", **about, destroyed=[])
    after = browser.get(f"/receipts/{order}").text
    assert "Ordered; not carried out yet" not in after
    assert f"sessions/{session}/key.age" in after
    assert "1801" in after
    assert "Box 1" in after
    assert "Family office North" in after


def test_a_forged_word_destroys_nothing_on_the_page(desk: Desk) -> None:
    """A statement by a device that is not registered is not believed."""
    session = desk.session()
    stranger = desk.office.box("Stranger")
    (desk.office.store.register / f"{stranger.device}.json").unlink()
    about = {"sessions": [session], "numbers": [1], "families": [], "why": "request", "order": None}
    stranger.say("recorder", "erased", **about, destroyed=[])
    (row,) = desk.signed_in().read("/api/sessions")["sessions"]
    assert row["order"] is None


def test_what_cannot_be_noted_is_not_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    session = desk.session()
    desk.site.voice.say("confirmed", {"session": session, "keep_until": None})
    browser = desk.signed_in()

    def full(*_args: object, **_named: object) -> None:
        raise CardFull("There is no room left.")

    monkeypatch.setattr(desk.site.audit, "note", full)
    assert browser.get(f"/sessions/{session}/1.m4s").status == 507
    assert browser.get(f"/sessions/{session}/frame.jpg?pts_ms=1").status == 507
    assert browser.post(f"/api/sessions/{session}/erase", {"why": "request"}).status == 507
    assert len(said(desk)) == 1


def test_a_play_is_noted_once_a_minute_apart_and_for_each_person(desk: Desk) -> None:
    session, other = desk.session(), desk.session()
    for each in (session, other):
        desk.site.voice.say("confirmed", {"session": each, "keep_until": None})
    anna, berta = desk.signed_in(), desk.signed_in(desk.office.member("Berta"))
    for n in range(4):
        anna.get(f"/sessions/{session}/{n}.m4s")
        desk.clock.advance(ms=20_000)
    assert desk.whats().count("played") == 1
    anna.get(f"/sessions/{other}/1.m4s")
    berta.get(f"/sessions/{session}/1.m4s")
    assert desk.whats().count("played") == 3
    desk.clock.advance(ms=61_000)
    anna.get(f"/sessions/{session}/3.m4s")
    assert desk.whats().count("played") == 4
    played = [(deed["by"] == desk.anna.id, deed["session"]) for deed in desk.deeds() if deed["what"] == "played"]
    assert played == [(True, session), (True, other), (False, session), (True, session)]
