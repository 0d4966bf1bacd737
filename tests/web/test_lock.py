"""What ends an unlock, and that nothing can be read after it."""

import json

import pytest

from appliance.errors import RecorderGone
from tests.web.box import WebBox
from tests.web.routes import EXAMPLES
from tests.web.stand_ins import StandInKeeper
from web_ui.guard import ROUTES
from web_ui.keeping import Keeping
from web_ui.visitor import Role
from web_ui.watching import look

MINUTE_MS = 60_000
READING = [example for example in EXAMPLES if ROUTES[example.endpoint].role is Role.UNLOCKED]


def watch(box: WebBox, seconds: int) -> None:
    """The look of every second, for so long."""
    for _ in range(seconds):
        box.clock.advance(ms=1_000)
        look(box.site)


def test_a_lock_closes_all_that_reads(box: WebBox) -> None:
    phone, session = box.phone(), box.session(5, ago_s=60).id
    box.keeper.films[session] = [b"%d" % n for n in range(5)]
    assert phone.get(f"/sessions/{session}/1.m4s").data == b"1"
    assert phone.post("/api/lock").json == {"unlocked": False}
    assert not box.keeper.unlocked
    assert phone.cookie("signin") is None
    for example in READING:
        path = example.path.format(session=session)
        answer = phone.get(path) if example.body is None else phone.post(path, example.body)
        assert (answer.status, answer.code) == (403, "locked"), example


def test_an_old_sign_in_is_worth_nothing_after_the_next_unlock(box: WebBox) -> None:
    phone = box.phone()
    old = phone.cookie("signin")
    assert old is not None
    phone.post("/api/lock")
    assert phone.unlock().status == 200
    assert phone.get("/api/sessions").status == 200
    phone.take_cookie("signin", old)
    assert phone.get("/api/sessions").code == "locked"


def test_a_sign_in_of_one_phone_is_none_of_another(box: WebBox) -> None:
    first = box.phone()
    box.recorder.pen_press()
    second = box.browser()
    second.pair("1357")
    second.take_cookie("signin", first.cookie("signin") or "")
    assert second.get("/api/sessions").code == "locked"


def test_it_locks_after_five_minutes_without_use(box: WebBox) -> None:
    """Looking at status and list is no use: a phone on the table does that all day."""
    phone = box.phone()
    for _ in range(4):
        box.clock.advance(ms=4 * MINUTE_MS)
        assert phone.get("/sessions").status == 200
    for _ in range(10):
        box.clock.advance(ms=29_000)
        assert phone.get("/api/status").json["unlocked"] is True
        assert phone.get("/api/sessions").status == 200
    assert 1 <= phone.get("/api/status").json["locks_in_s"] <= 10
    box.clock.advance(ms=11_000)
    assert phone.get("/api/sessions").code == "locked"
    assert not box.keeper.unlocked
    assert phone.get("/api/status").json["locks_in_s"] is None


def test_it_locks_by_itself_when_nobody_asks(box: WebBox) -> None:
    box.phone()
    watch(box, 299)
    assert box.keeper.unlocked
    watch(box, 3)
    assert not box.keeper.unlocked


def test_low_power_locks_only_when_it_lasts(box: WebBox) -> None:
    phone = box.phone()
    for seconds, low in ((9, True), (2, False), (9, True)):
        box.recorder.undervoltage = low
        watch(box, seconds)
    assert phone.get("/api/sessions").status == 200
    watch(box, 5)
    assert not box.keeper.unlocked
    assert phone.get("/api/sessions").code == "locked"


def test_a_recorder_that_is_silent_says_nothing_of_the_power(box: WebBox) -> None:
    box.phone()
    box.recorder.gone = True
    watch(box, 30)
    assert box.keeper.unlocked


def test_a_keeper_that_died_is_a_lock(box: WebBox) -> None:
    phone = box.phone()
    box.keeper.unlocked = False
    assert phone.get("/api/sessions").code == "locked"
    watch(box, 1)
    box.keeper.unlocked = True  # another unlock, by another phone
    assert phone.get("/api/sessions").code == "locked", "a sign-in outlived the keeper that it was for"


def test_a_lock_drops_what_was_opened(box: WebBox) -> None:
    happened: list[str] = []
    keeping = Keeping(
        StandInKeeper(unlocked=True),
        box.clock,
        on_unlock=lambda: happened.append("unlock"),
        on_lock=lambda: happened.append("lock"),
    )
    keeping.sign_in("0" * 32)
    keeping.lock()
    assert happened == ["unlock", "lock"]


# ---- the end of a visit


def test_the_end_of_a_visit_forgets_what_is_not_kept_and_locks(box: WebBox) -> None:
    phone = box.phone()
    sessions = [box.session(2, ago_s=100 - 10 * n).id for n in range(3)]
    answer = phone.post("/api/end-visit", {"keep": [sessions[1]]})
    assert answer.json == {"unlocked": False, "forgotten": sorted([sessions[0], sessions[2]])}
    asked = [(verb, fields["session"]) for verb, fields in box.recorder.asked]
    assert sorted(asked) == sorted(("forget", session) for session in (sessions[0], sessions[2]))
    assert not box.keeper.unlocked


def test_the_end_of_a_visit_asked_twice_asks_the_recorder_for_the_same(box: WebBox) -> None:
    """The recorder does the same op_id once; what was lost on the way is asked for again."""
    phone, _ = box.phone(), box.session(2, ago_s=100)
    op_id = "0601d86e-08f3-49d6-a7ca-1d86d5746346"
    box.recorder.refusal = RecorderGone("The recorder does not answer.")
    assert phone.post("/api/end-visit", {"op_id": op_id}).code == "recorder-gone"
    assert not box.keeper.unlocked, "it must lock, whatever became of the rest"
    assert phone.post("/api/end-visit", {"op_id": op_id}).status == 200
    (first,) = box.recorder.asked
    box.start()
    assert box.again(phone).post("/api/end-visit", {"op_id": op_id}).status == 200
    assert box.recorder.asked == [first, first]


def test_a_visit_does_not_end_while_it_is_recorded(box: WebBox) -> None:
    phone = box.phone()
    box.recorder.film = {"session": "0" * 32, "film_ms": 61_000, "acked_ms": 60_000}
    assert phone.get("/api/status").json["minutes"] == 1
    assert phone.post("/api/end-visit").code == "forbidden"
    assert box.keeper.unlocked
    assert box.recorder.asked == []


@pytest.mark.parametrize("keep", ["x", [1], ["../x"], ["0" * 31], [None], {}])
def test_what_is_kept_is_named_by_ids(box: WebBox, keep: object) -> None:
    phone, _ = box.phone(), box.session(2, ago_s=100)
    assert phone.post("/api/end-visit", {"keep": keep}).code == "bad-input"
    assert box.recorder.asked == []
    assert box.keeper.unlocked


# ---- changes happen once


def test_a_change_asked_twice_happens_once(box: WebBox) -> None:
    phone = box.paired()
    asked = {"op_id": "0601d86e-08f3-49d6-a7ca-1d86d5746346"}
    first = phone.post("/api/recorder/start", asked)
    assert phone.post("/api/recorder/start", asked).json == first.json
    assert len(box.recorder.asked) == 1
    assert phone.post("/api/recorder/stop", {**asked, "reason": "stop"}).status == 200, "another change, same id"
    assert [verb for verb, _ in box.recorder.asked] == ["start", "stop"]


def test_the_op_id_goes_on_to_the_recorder(box: WebBox) -> None:
    phone = box.paired()
    asked = {"op_id": "0601d86e-08f3-49d6-a7ca-1d86d5746346", "reason": "objection", "more": "dropped"}
    phone.post("/api/recorder/stop", asked)
    assert box.recorder.asked == [("stop", {"op_id": asked["op_id"], "reason": "objection"})]


def test_another_phone_gets_no_answer_that_was_not_its_own(box: WebBox) -> None:
    first = box.phone()
    box.recorder.pen_press()
    second = box.browser()
    second.pair("1357")
    asked = {"op_id": "0601d86e-08f3-49d6-a7ca-1d86d5746346"}
    first.post("/api/recorder/start", asked)
    second.post("/api/recorder/start", asked)
    assert len(box.recorder.asked) == 2


def test_a_refused_change_may_be_tried_again(box: WebBox) -> None:
    phone = box.paired()
    asked = {"op_id": "0601d86e-08f3-49d6-a7ca-1d86d5746346"}
    box.recorder.refusal = RecorderGone("The recorder does not answer.")
    refused = phone.post("/api/recorder/start", asked)
    assert (refused.status, refused.code) == (503, "recorder-gone")
    assert phone.post("/api/recorder/start", asked).status == 200


def test_a_recorder_that_is_gone_is_told(box: WebBox) -> None:
    phone = box.phone()
    box.recorder.gone = True
    answer = phone.get("/api/status")
    assert (answer.status, answer.code) == (503, "recorder-gone")
    assert phone.get("/api/hello").json["pairing_open_s"] == 0
    assert phone.get("/api/clock").status == 200
    assert phone.get("/api/sessions").status == 200
    page = phone.get("/api/status", Accept="text/html")
    assert page.status == 503
    assert "<!doctype html>" in page.text.lower()
    assert json.loads(answer.text)["fault"]["what"] in page.text
