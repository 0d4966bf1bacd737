"""The sheet of "stop for us": what is marked is what is done, whatever the page does meanwhile."""

import pytest
from playwright.sync_api import Browser

from tests.pages.scenes import OBJECTED, OBJECTION, SESSION, Scene
from tests.pages.stand_in import StandIn

DONE = f"sessions/{SESSION}/objection"


@pytest.mark.parametrize("choice", ["erase", "family", "keep"])
@pytest.mark.parametrize("locked", [False, True])
def test_what_is_marked_is_what_is_done(stand_in: StandIn, browser: Browser, choice: str, locked: bool) -> None:
    about = {**OBJECTION, "unlocked": not locked, "family": "F-017"}
    answers = {**OBJECTED, f"objection/{SESSION}": about, DONE: {"erased": [SESSION]}, "unlock": {"unlocked": True}}
    page = browser.new_page(viewport={"width": 390, "height": 844})
    try:
        Scene("sheet", "/tags", "#for-us:enabled", answers).open(page, stand_in)
        page.click("#for-us")
        page.check(f"#objection input[value={choice}]")
        if locked and choice == "family":
            page.fill("#objection-pin", "2580")
        page.click("#objection-do")
        page.locator("#objection-close").wait_for()
        told = [(path, body.get("do")) for path, body in stand_in.asked if path == DONE]
        assert told == [(DONE, choice)]
        assert [path for path, _ in stand_in.asked if path == "unlock"] == ["unlock"] * (locked and choice == "family")
    finally:
        page.close()
