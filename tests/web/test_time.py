"""A phone gives the box its time: what is handed on, of whom it is taken, and what is said where it is not."""

from typing import Any

import pytest

from tests.web.box import WebBox

TOLD: dict[str, Any] = {"utc_ms": 1_790_000_000_123, "mono_us": 1_000_000_000, "boot": "4c0ffee0"}


def test_it_is_handed_on_once_under_its_op_id(box: WebBox) -> None:
    phone = box.phone()
    op_id = "11111111-1111-4111-8111-111111111111"
    for _ in range(2):
        answer = phone.post("/api/time", {**TOLD, "op_id": op_id})
        assert answer.json == {"source": "phone", "moved_ms": 0}
    assert box.timekeeper.asked == [("set", {**TOLD, "op_id": op_id})]


def test_of_a_locked_phone_it_is_not_taken(box: WebBox) -> None:
    """Whoever may move the time may let films erase themselves."""
    assert box.paired().post("/api/time", TOLD).code == "locked"
    assert box.browser().post("/api/time", TOLD).code == "not-paired"
    assert box.timekeeper.asked == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"utc_ms": "now"},
        {"utc_ms": 1.5},
        {"utc_ms": True},
        {"mono_us": -1},
        {"mono_us": None},
        {"boot": 7},
        {"boot": "x" * 65},
    ],
)
def test_what_is_no_time_is_refused(box: WebBox, wrong: dict[str, Any]) -> None:
    assert box.phone().post("/api/time", {**TOLD, **wrong}).code == "bad-input"
    assert box.timekeeper.asked == []


def test_a_clock_program_that_is_gone_is_named(box: WebBox) -> None:
    box.timekeeper.gone = True
    answer = box.phone().post("/api/time", TOLD)
    assert answer.status >= 500
    assert "keeps the time" in answer.text
