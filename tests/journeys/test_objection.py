"""A child objects: a locked phone stops the film, and it is gone; with the PIN all of the family's are."""

import json
from typing import Any

import pytest

from appliance.sealing.statements import read_statement
from appliance.store.layout import Home
from tests.journeys.conftest import NewPhone
from tests.journeys.phone import PIN, Phone
from tests.process.box import Box

SAID = """() => document.querySelector("#objection-fault").textContent
    || !document.querySelector("#objection-close").hidden"""


@pytest.fixture(scope="module")
def phone(box: Box, new_phone: NewPhone) -> Phone:
    """Paired and locked, with the pad open while the box films."""
    phone = new_phone(box)
    phone.pair("work phone")
    phone.goto("/unlock")
    phone.page.click("#lock")
    phone.page.locator("#locked").wait_for()
    return phone


def film(phone: Phone, box: Box) -> str:
    session = str(box.start_film(1_500)["film"]["session"])
    phone.goto("/tags")
    phone.page.locator(".tag:enabled").first.wait_for()
    return session


def erasures(box: Box) -> list[dict[str, Any]]:
    paths = sorted(Home(box.home).statements("recorder").glob("*.json"))
    said = [read_statement(path.read_bytes()) for path in paths]
    return [each for each in said if each["kind"] == "erased"]


def stop_for_us(phone: Phone, choice: str) -> None:
    phone.page.click("#for-us")
    phone.page.locator("#objection").wait_for()
    phone.box.state("ready")
    phone.page.check(f"#objection input[value={choice}]")


def test_a_locked_phone_stops_and_erases_what_a_child_did_not_want(phone: Phone, box: Box) -> None:
    session = film(phone, box)
    slide_back(phone)
    phone.page.click("#visitor")
    phone.word("#visitor-word", "Hidden until they leave")
    phone.page.reload()
    phone.word("#visitor-word", "Hidden until they leave")
    stop_for_us(phone, "erase")
    phone.page.click("#objection-do")
    phone.word("#objection-told", "Nobody can bring it back")
    assert not Home(box.home).session(session).exists()
    (said,) = erasures(box)
    assert (said["sessions"], said["why"]) == ([session], "objection")
    phone.page.click("#objection-close")
    assert phone.page.evaluate("localStorage.getItem('fieldreel-objection')") is None


def slide_back(phone: Phone) -> None:
    """A finger stays on a tag and slides up a second."""
    at = phone.page.locator(".tag >> nth=4").bounding_box()
    assert at is not None
    x, y = at["x"] + at["width"] / 2, at["y"] + at["height"] / 2
    phone.page.mouse.move(x, y)
    phone.page.mouse.down()
    phone.page.locator("#slide").wait_for()
    phone.page.mouse.move(x, y - 10)
    phone.word("#slide-number", "1 s ago")
    phone.page.mouse.up()
    phone.word("#last", "1 s earlier: saved")


def test_all_of_a_family_goes_with_the_pin(phone: Phone, box: Box) -> None:
    box.ask("arm", family="F-017")
    first = film(phone, box)
    box.stop_film()
    box.ask("arm", family="F-017")
    second = film(phone, box)
    stop_for_us(phone, "family")
    phone.page.fill("#objection-pin", PIN)
    phone.page.click("#objection-do")
    phone.page.wait_for_function(SAID, timeout=60_000)  # a keeper starts, and reads all that there is
    told = [phone.page.inner_text(part) for part in ("#objection-told", "#objection-fault")]
    assert told == ["2 films of F-017 are erased. Nobody can bring them back.", ""]
    assert not any(Home(box.home).session(each).exists() for each in (first, second))
    order = json.loads(sorted(Home(box.home).statements("web").glob("*.json"))[-1].read_bytes())
    assert (order["kind"], sorted(order["sessions"]), order["why"]) == ("erase", sorted([first, second]), "objection")
    assert sorted(erasures(box)[-1]["sessions"]) == sorted([first, second])
