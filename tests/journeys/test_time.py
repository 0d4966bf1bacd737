"""A box that does not know the time gets it from the phone: unasked when it is unlocked, or by a tap before a visit."""

import json
from collections.abc import Iterator

import pytest

from tests.journeys.conftest import NewPhone
from tests.journeys.phone import Phone, until
from tests.process.box import Box

TOLD = "#faults .fault"


def source(box: Box) -> str:
    return str(box.status()["health"]["utc_source"])


@pytest.fixture
def timeless(box: Box) -> Iterator[Box]:
    """At its own clock again afterwards."""
    box.power(utc_source="last known")
    yield box
    box.power(utc_source="rtc")


@pytest.fixture(scope="module")
def phone(box: Box, new_phone: NewPhone) -> Phone:
    """Paired with a box that had no time: the first test looks what came of it."""
    box.power(utc_source="last known")
    phone = new_phone(box)
    phone.pair()
    return phone


def test_pairing_gives_it(box: Box, phone: Phone) -> None:
    assert phone.box is box
    assert source(box) == "phone"
    assert "clock-not-set" not in box.faults()


def test_a_tap_before_the_visit_gives_it(timeless: Box, phone: Phone) -> None:
    phone.goto("/visit/ready")
    phone.word("#faults", "does not know the time for sure")
    phone.page.click(".check button")
    phone.word("#checks", "The box knows the time.")
    phone.page.locator(TOLD).wait_for(state="detached")
    assert source(timeless) == "phone"


def test_while_it_films_it_is_not_taken_and_the_reason_is_told(timeless: Box, phone: Phone) -> None:
    timeless.start_film()
    phone.goto("/visit/ready")
    phone.page.click(".check button")
    phone.word("#faults", "its clock is not touched meanwhile")
    assert source(timeless) == "last known"
    session = timeless.stop_film()
    lines = (timeless.session(session) / "log.jsonl").read_text().splitlines()
    assert {json.loads(line).get("utc_source", "last known") for line in lines} == {"last known"}
    phone.page.click(".check button")
    until("given after the film", lambda: source(timeless) == "phone", phone.page)


def test_unlocking_gives_it(timeless: Box, phone: Phone) -> None:
    phone.goto("/unlock")
    phone.page.click("#lock")
    phone.page.locator("#locked").wait_for()
    phone.goto("/visit/ready")
    phone.word("#checks", "does not know what time it is")
    assert phone.page.locator(".check button").count() == 0, "a locked phone is not believed"
    phone.goto("/unlock")
    phone.unlock()
    phone.page.wait_for_url("**/visit")
    until("given", lambda: source(timeless) == "phone", phone.page)
