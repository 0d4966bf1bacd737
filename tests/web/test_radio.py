"""The radio's place, asked for from a phone: told without names, refused in words, gone without harm."""

from pathlib import Path

import pytest

from appliance.errors import Forbidden
from tests.web.box import WebBox, new_op_id


@pytest.fixture
def box(tmp_path: Path) -> WebBox:
    return WebBox(tmp_path)


def test_a_locked_phone_sees_and_moves_it(box: WebBox) -> None:
    phone = box.paired()
    told = phone.get("/api/radio").json
    assert told == {"radio": {"mode": "visit", "next": None, "phones": 1, "given": True}}, "no name of a network"
    body = {"mode": "office", "op_id": new_op_id()}
    for _ in range(2):
        assert phone.post("/api/radio/place", body).json == {"mode": "visit", "next": "office"}
    assert [(do, fields["mode"]) for do, fields in box.net.asked] == [("mode", "office")]


def test_a_refusal_is_told_and_moves_nothing(box: WebBox) -> None:
    box.net.refusal = Forbidden("The box is filming, and phones would lose it.", "Stop the recording first.")
    phone = box.paired()
    answer = phone.post("/api/radio/place", {"mode": "off"})
    assert answer.status == 409
    assert "filming" in answer.json["fault"]["what"]
    assert box.net.asked == []


def test_a_box_without_one_says_that_there_is_none(box: WebBox) -> None:
    box.net.gone = True
    phone = box.paired()
    assert phone.get("/api/radio").json == {"radio": None}
    assert phone.post("/api/radio/place", {"mode": "office"}).status == 503


@pytest.mark.parametrize("mode", [None, 3, "", "x" * 100])
def test_a_mode_is_a_short_word(box: WebBox, mode: object) -> None:
    assert box.paired().post("/api/radio/place", {"mode": mode}).status == 400
    assert box.net.asked == []
