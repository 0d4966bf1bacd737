"""Families and the visit that is now: found again, not doubled; told to the recorder; its films confirmed."""

from typing import Any

import pytest

from appliance.practice.families import Consent
from appliance.store.erasure import erase_session
from appliance.store.lanes import read_hints
from tests.web.box import Browser, WebBox, new_op_id
from web_ui.visit_steps import STEPS, way
from web_ui.visiting import FORGOT_US, LASTS_US, Present
from web_ui.watching import look

CONSENT = {"scope": "film", "given": True, "authority": "parent"}


def begun(phone: Browser, code: str = "F-017", **fields: Any) -> str:
    """The id of the family of a visit that has begun."""
    family = phone.post("/api/visit/family", {"code": code}).json["family"]
    answer = phone.post("/api/visit/begin", {"family": family, "purpose": "film", "target_min": 12, **fields})
    assert answer.status == 200, answer.text
    return str(family)


def film(box: WebBox, phone: Browser, session: str, purpose: str = "film") -> Any:
    """A film of what the recorder is armed for is in progress; the status as the phone sees it."""
    told = {"session": session, "film_ms": 60_000, "purpose": purpose}
    box.recorder.film = told
    return phone.get("/api/status").json


def confirmed(box: WebBox) -> list[str]:
    return [each["session"] for each in box.said() if each["kind"] == "confirmed"]


def test_a_code_makes_one_family_over_restarts_and_requests(box: WebBox) -> None:
    phone = box.phone()
    op_id = new_op_id()
    first = phone.post("/api/visit/family", {"code": "F-017", "op_id": op_id}).json
    assert first["new"] is True
    assert phone.post("/api/visit/family", {"code": "F-017"}).json == {"family": first["family"], "new": False}
    other = phone.post("/api/visit/family", {"code": "F-018", "language": "nl"}).json["family"]
    box.start()
    phone = box.again(phone)
    assert phone.post("/api/visit/family", {"code": "F-017"}).code == "locked"
    assert phone.unlock().status == 200
    assert phone.post("/api/visit/family", {"code": "F-017"}).json["new"] is False
    assert phone.post("/api/visit/family", {"code": "F-017", "op_id": op_id}).json["family"] == first["family"]
    known = {each["code"]: (each["id"], each["language"]) for each in phone.get("/api/visit").json["families"]}
    assert known == {"F-017": (first["family"], None), "F-018": (other, "nl")}
    assert sorted(path.name for path in box.home.families.iterdir()) == sorted([first["family"], other])
    names = {path.name for path in box.home.family(other).iterdir()}
    assert names == {"key.age", "local.age", "recipient.txt"}
    erased = box.home.family(other) / "ERASING"
    erased.touch()
    assert [each["code"] for each in phone.get("/api/visit").json["families"]] == ["F-017"]
    assert phone.post("/api/visit/family", {"code": "F-018"}).json["new"] is True


def test_a_visit_arms_the_recorder_and_is_changed_not_doubled(box: WebBox) -> None:
    phone = box.phone()
    family = begun(phone, question="How does he ask?")
    visit = phone.get("/api/visit").json["visit"]
    assert box.recorder.armed == {
        "family": "F-017", "purpose": "film", "discreet": False, "target_min": 12, "visit": visit["id"],
    }  # fmt: skip
    begun(phone, question="How does he ask?", purpose="review", target_min=None)
    assert box.recorder.armed["purpose"] == "review"
    assert [(op["kind"], op["subject"]) for op in box.family_ops()] == [
        ("family", family), ("visit", family), ("edit", family),
    ]  # fmt: skip
    assert phone.post("/api/recorder/arm", {"discreet": True}).status == 200
    assert (box.recorder.armed["visit"], box.recorder.armed["discreet"]) == (visit["id"], True)
    now = phone.get("/api/visit").json["visit"]
    assert (now["id"], now["purpose"], now["discreet"]) == (visit["id"], "review", True)
    box.recorder.armed = {}
    assert phone.get("/api/status").status == 200
    assert box.recorder.armed["visit"] == visit["id"], "a recorder that was started anew is told again"


def test_consent_confirms_the_films_of_the_visit_and_nothing_else(box: WebBox) -> None:
    phone = box.phone()
    family = begun(phone)
    session = box.session(5, live=True, confirmed=False).id
    assert film(box, phone, session)["confirmed"] is False
    assert phone.post("/api/visit/consent", {**CONSENT, "scope": "review"}).status == 200
    assert film(box, phone, session)["confirmed"] is False
    assert phone.post("/api/visit/consent", CONSENT).status == 200
    assert phone.post("/api/lock").status == 200
    assert film(box, phone, session)["confirmed"] is True, "a locked box goes on filming the visit"
    look(box.site)
    assert confirmed(box) == [session]
    another = box.session(5, live=True, confirmed=False).id
    box.recorder.film, box.recorder.armed = None, {}
    assert phone.unlock().status == 200
    visit = phone.get("/api/visit").json["visit"]
    assert [each["scope"] for each in visit["consents"] if each["good"]] == ["review", "film"]
    assert another not in confirmed(box)
    assert [op["kind"] for op in box.family_ops()] == ["family", "visit", "consent", "consent"]
    assert {op["subject"] for op in box.family_ops()} == {family}


@pytest.mark.parametrize("says", ["ok", "unsure", "no"])
def test_a_child_that_says_no_is_not_overruled(box: WebBox, says: str) -> None:
    phone = box.phone()
    begun(phone)
    assert phone.post("/api/visit/consent", CONSENT).status == 200
    assert phone.post("/api/visit/assent", {"says": says}).status == 200
    session = box.session(5, live=True, confirmed=False).id
    assert film(box, phone, session)["confirmed"] is (says != "no")


def test_consent_that_is_over_or_withdrawn_confirms_nothing(box: WebBox) -> None:
    phone = box.phone()
    begun(phone)
    assert phone.post("/api/visit/consent", {**CONSENT, "until": box.clock.utc_ms() - 1}).status == 200
    session = box.session(5, live=True, confirmed=False).id
    assert film(box, phone, session)["confirmed"] is False
    assert phone.post("/api/visit/consent", {**CONSENT, "given": False}).status == 200
    assert film(box, phone, session)["confirmed"] is False
    box.recorder.film = None
    assert phone.get("/api/visit").json["visit"]["may_film"] is False


def test_late_consent_confirms_the_films_that_were_already_closed(box: WebBox) -> None:
    phone = box.phone()
    begun(phone)
    visit = phone.get("/api/visit").json["visit"]["id"]
    mine, foreign = box.session(5, ago_s=60, confirmed=False).id, box.session(5, ago_s=30, confirmed=False).id
    box.keeper.told = [purposed(mine, visit, n=0), purposed(foreign, new_op_id(), n=1)]
    assert phone.get("/api/visit").status == 200
    assert confirmed(box) == []
    assert phone.post("/api/visit/consent", CONSENT).status == 200
    assert confirmed(box) == [mine]


def purposed(session: str, visit: str, n: int) -> dict[str, Any]:
    head = {"v": 1, "id": new_op_id(), "lane": "recorder", "n": n, "device": "0" * 16, "lamport": n, "by": "panel"}
    told = {"kind": "session", "family": "F-017", "purpose": "film", "discreet": False, "visit": visit}
    return {**head, "at": 1, "at_source": "rtc", "subject": session, **told}


def test_a_restarted_web_knows_no_visit_until_it_is_unlocked(box: WebBox) -> None:
    phone = box.phone()
    begun(phone, question="And now?")
    assert phone.post("/api/visit/consent", CONSENT).status == 200
    visit = phone.get("/api/visit").json["visit"]
    box.start()
    phone = box.again(phone)
    session = box.session(5, live=True, confirmed=False).id
    assert film(box, phone, session)["confirmed"] is False
    assert phone.get("/api/visit").json["visit"] is None
    assert phone.unlock().status == 200
    again = phone.get("/api/visit").json["visit"]
    assert (again["id"], again["question"], again["may_film"]) == (visit["id"], "And now?", True)
    assert phone.get("/api/status").json["confirmed"] is True


def test_the_end_of_the_visit_disarms_and_is_no_visit_any_more(box: WebBox) -> None:
    phone = box.phone()
    begun(phone)
    assert phone.post("/api/end-visit", {"keep": []}).status == 200
    assert box.recorder.armed == {}
    assert phone.unlock().status == 200
    told = phone.get("/api/visit").json
    assert (told["visit"], told["next"]) == (None, "ready")


def test_a_visit_that_nothing_happens_in_is_over_by_itself(box: WebBox) -> None:
    phone = box.phone()
    begun(phone)
    visit = box.recorder.armed["visit"]
    box.clock.advance(ms=LASTS_US // 1000 + 1)
    look(box.site)
    assert box.recorder.armed == {}
    box.recorder.armed = {"visit": visit}
    assert phone.unlock().status == 200
    assert phone.get("/api/visit").json["visit"] is None, "what is over does not come back"


def test_forgot_to_start_is_said_after_three_minutes_and_not_after_a_film(box: WebBox) -> None:
    phone = box.phone()
    begun(phone)
    box.clock.advance(ms=FORGOT_US // 1000 - 1_000)
    assert phone.get("/api/status").json["forgot"] is False
    box.clock.advance(ms=2_000)
    assert phone.get("/api/status").json["forgot"] is True
    session = box.session(5, live=True, confirmed=False).id
    assert film(box, phone, session)["forgot"] is False
    box.recorder.film = None
    box.clock.advance(ms=2 * FORGOT_US // 1000)
    assert phone.get("/api/status").json["forgot"] is False


def test_what_was_erased_was_never_filmed(box: WebBox) -> None:
    phone = box.phone()
    begun(phone)
    sessions = [box.session(5, live=True, confirmed=False) for _ in range(2)]
    for each in sessions:
        film(box, phone, each.id)
    box.recorder.film = None
    told = phone.get("/api/visit").json
    assert (told["last_session"], "film" in told["done"]) == (sessions[1].id, True)
    for each, last in zip(reversed(sessions), (sessions[0].id, None), strict=True):
        each.close("objection", box.clock.utc_ms(), "rtc")
        erase_session(box.home, each.id)
        assert phone.get("/api/visit").json["last_session"] == last
    assert "film" not in phone.get("/api/visit").json["done"]


def test_a_locked_phone_sees_the_way_and_nothing_of_what_was_said(box: WebBox) -> None:
    phone = box.phone()
    begun(phone, question="How does he ask?")
    assert phone.post("/api/lock").status == 200
    told = phone.get("/api/visit")
    assert told.json["visit"]["code"] == "F-017"
    assert (told.json["visit"]["question"], told.json["visit"]["consents"], told.json["families"]) == (None, None, None)
    assert "How does he ask" not in told.text
    assert phone.post("/api/visit/passed", {"step": "ready"}).status == 200
    assert "ready" in phone.get("/api/visit").json["done"]


def test_nothing_of_a_family_stands_in_clear(box: WebBox) -> None:
    phone = box.phone()
    begun(phone, question="How does he ask?")
    assert phone.post("/api/visit/consent", CONSENT).status == 200
    for path in box.home.root.rglob("*"):
        if path.is_file():
            assert b"F-017" not in path.read_bytes(), path
            assert b"How does" not in path.read_bytes(), path
    assert len(read_hints(box.home.lane("web"))) == 3


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("family", {"code": "Jansen"}),
        ("family", {"code": "F-017", "language": "xx"}),
        ("begin", {"family": "x", "purpose": "film"}),
        ("begin", {"family": "0" * 32, "purpose": "party"}),
        ("begin", {"family": "0" * 32, "purpose": "film", "target_min": 61}),
        ("begin", {"family": "0" * 32, "purpose": "film", "question": "x" * 301}),
        ("consent", {**CONSENT, "scope": "all"}),
        ("consent", {**CONSENT, "given": "yes"}),
        ("consent", {**CONSENT, "authority": "grandma"}),
        ("assent", {"says": "maybe"}),
        ("passed", {"step": "film"}),
    ],
)
def test_what_cannot_be_taken_is_refused_and_writes_nothing(box: WebBox, path: str, body: dict[str, Any]) -> None:
    phone = box.phone()
    begun(phone)
    written = box.family_ops()
    assert phone.post(f"/api/visit/{path}", body).status == 400
    assert box.family_ops() == written


def present(**fields: Any) -> Present:
    told = {"id": "v", "family": "f", "code": "F-1", "purpose": "film", "target_min": None, "question": ""}
    return Present(**{**told, **fields})


def test_the_way_has_one_next_step() -> None:
    good = {"film": Consent("film", given=True, authority="parent", until=None, at=0, visit=None)}
    refused = {"film": Consent("film", given=False, authority="parent", until=None, at=0, visit=None)}

    def following(at: Present | None, *passed: str, filming: bool = False) -> str:
        return way(at, passed, filming=filming, now_ms=1).next

    assert following(None) == "ready"
    assert following(None, "ready") == "family"
    assert following(None, filming=True) == "film"
    assert following(present(), "ready") == "consent"
    assert following(present(consents=good), "ready") == "consent"
    assert following(present(consents=good, says="ok"), "ready") == "framing"
    assert following(present(), "ready", "consent", "framing") == "film"
    assert following(present(says="no"), "ready") == following(present(consents=refused), "ready") == "close"
    filmed = present(consents=good, says="ok", filmed=("s",))
    assert following(filmed, "ready", "framing") == "watch"
    assert following(filmed, "ready", "framing", "watch") == "remote"
    assert following(filmed, "ready", "framing", "watch", "remote") == "close"
    assert way(filmed, (), filming=False, now_ms=1).done == ("family", "consent", "film")
    assert set(STEPS) >= {following(filmed, *STEPS[:n]) for n in range(len(STEPS))}
