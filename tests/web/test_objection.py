"""Stop for us: what a locked phone may do to the film that was just stopped, and what needs the PIN."""

from pathlib import Path
from typing import Any

import pytest

from appliance.errors import Forbidden
from appliance.store.layout import new_id
from tests.web.box import Browser, WebBox, new_op_id
from tests.web.test_moments import op

MINUTE_S = 60


@pytest.fixture
def box(tmp_path: Path) -> WebBox:
    return WebBox(tmp_path)


def choose(phone: Browser, session: str, do: Any, **more: Any) -> Any:
    return phone.post(f"/api/sessions/{session}/objection", {"do": do, **more})


def told(phone: Browser, session: str) -> Any:
    return phone.get(f"/api/objection/{session}").json


def erased(box: WebBox) -> list[tuple[str, str]]:
    return [(fields["session"], fields["why"]) for verb, fields in box.recorder.asked if verb == "erase"]


def family(box: WebBox, *sessions: str, code: str = "F-017") -> None:
    box.keeper.told += [
        op(each, n, "session", family=code, purpose="film", discreet=False) for n, each in enumerate(sessions, 1)
    ]


def test_a_locked_phone_erases_the_film_that_was_just_stopped(box: WebBox) -> None:
    session = box.session(5, ago_s=6).id
    phone, op_id = box.paired(), new_op_id()
    locked = {"gone": False, "filming": False, "unlocked": False, "reading": False, "erase": True}
    assert told(phone, session) == {**locked, "family": None, "films": 0}
    for _ in range(2):
        assert choose(phone, session, "erase", op_id=op_id).json == {"erased": [session]}
    assert erased(box) == [(session, "objection")]


@pytest.mark.parametrize("which", ["an older one", "long ago", "before a restart", "interrupted"])
def test_a_locked_phone_erases_nothing_else(box: WebBox, which: str) -> None:
    writer = box.session(5, ago_s=31 * MINUTE_S if which == "long ago" else 20, live=which == "interrupted")
    if which == "long ago":
        box.clock.advance(ms=31 * MINUTE_S * 1_000)
    if which == "an older one":
        box.session(5, ago_s=6)
    if which == "before a restart":
        box.clock.boot = "00000000-0000-4000-8000-000000000002"
    phone = box.paired()
    assert told(phone, writer.id)["erase"] is False
    answer = choose(phone, writer.id, "erase")
    assert (answer.status, answer.code) == (409, "forbidden")
    assert erased(box) == []
    phone.unlock()
    assert choose(phone, writer.id, "erase").status == 200
    assert erased(box) == [(writer.id, "objection")]


def test_keeping_changes_nothing(box: WebBox) -> None:
    session, phone = box.session(5, ago_s=6).id, box.paired()
    assert choose(phone, session, "keep").json == {"erased": []}
    assert box.recorder.asked == []
    assert choose(phone, "0" * 32, "keep").status == 404


def test_all_of_a_family_is_ordered_aloud_and_once(box: WebBox) -> None:
    sessions = [box.session(5, ago_s=100 - 20 * n).id for n in range(3)]
    family(box, *sessions[:2])
    family(box, sessions[2], code="F-018")
    phone, op_id = box.phone(), new_op_id()
    assert told(phone, sessions[0])["family"] == "F-017"
    assert told(phone, sessions[0])["films"] == 2
    box.recorder.obeyed = sessions[:2]
    for _ in range(2):
        assert choose(phone, sessions[0], "family", op_id=op_id).json == {"erased": sessions[:2]}
        box.start()
        phone = box.again(phone)
        phone.unlock()
    orders = [each for each in box.said() if each["kind"] == "erase"]
    assert [(each["sessions"], each["families"], each["why"], each["id"]) for each in orders] == [
        (sessions[:2], [], "objection", op_id)
    ]


def test_all_of_a_family_needs_the_pin(box: WebBox) -> None:
    session = box.session(5, ago_s=6).id
    family(box, session)
    phone = box.paired()
    answer = choose(phone, session, "family")
    assert (answer.status, answer.code) == (403, "locked")
    assert [each["kind"] for each in box.said() if each["kind"] == "erase"] == []


def test_a_film_without_a_family_is_no_family(box: WebBox) -> None:
    session, phone = box.session(5, ago_s=6).id, box.phone()
    assert told(phone, session)["family"] is None
    answer = choose(phone, session, "family")
    assert (answer.status, answer.code) == (409, "forbidden")


def test_a_hold_of_the_office_stays(box: WebBox) -> None:
    session, phone = box.session(5, ago_s=6).id, box.paired()
    box.recorder.refusal = Forbidden("The office put a hold on this session.", "Ask the office; nothing was erased.")
    answer = choose(phone, session, "erase")
    assert (answer.status, answer.json["fault"]["what"]) == (409, "The office put a hold on this session.")


@pytest.mark.parametrize("do", [None, "", "erased", 3, ["erase"]])
def test_what_is_no_choice_is_refused(box: WebBox, do: object) -> None:
    session, phone = box.session(5, ago_s=6).id, box.paired()
    assert choose(phone, session, do).status == 400


def test_what_is_gone_is_told_as_gone(box: WebBox) -> None:
    assert told(box.paired(), new_id())["gone"] is True


def test_a_pause_before_the_stop_does_not_make_it_long_ago(box: WebBox) -> None:
    """The film stood still for an hour; it was closed just now."""
    writer = box.session(5, live=True, ago_s=6)
    box.clock.advance(ms=MINUTE_S * MINUTE_S * 1_000)
    writer.close("objection", box.clock.utc_ms(), "rtc")
    assert told(box.paired(), writer.id)["erase"] is True
