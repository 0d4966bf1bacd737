"""Every page of a box that films, as a phone and a desk show it: a picture of each, and what is wrong with it.

What is on a page in each of its states, and on the smallest screen, is for tests/pages to look at.
"""

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import NewPhone
from tests.journeys.phone import Phone
from tests.pages.looking import SIZES, wrong_with
from tests.process.box import Box

VIEWS: Final = (("phone", "light"), ("desktop", "dark"))
PICTURES: Final = """() => [...document.images].filter((each) => each.getAttribute("src"))
    .every((each) => { each.loading = "eager"; return each.naturalWidth; })"""

Found = dict[str, list[str]]


class Gallery:
    """Takes pictures of a page in every view, and looks for what is wrong with it."""

    def __init__(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self._place = place
        self.found: Found = {}

    def take(self, name: str, page: Page) -> None:
        for size, scheme in VIEWS:
            width, height = SIZES[size]
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_function(PICTURES)
            page.screenshot(path=self._place / f"{name}-{size}-{scheme}.png", full_page=True)
            self.found[f"{name}-{size}-{scheme}"] = wrong_with(page)


@pytest.fixture(scope="module")
def gallery(box: Box, new_phone: NewPhone, checkout: Path) -> Gallery:
    """Every page once with something to show: unpaired, filming, filmed, played, locked."""
    gallery, phone = Gallery(checkout / "artefacts" / "journeys"), new_phone(box)
    unpaired(gallery, phone)
    phone.pair("work phone")
    filming(gallery, phone)
    filmed(gallery, phone)
    phone.goto("/unlock")
    phone.page.locator("#phones li").first.wait_for()
    gallery.take("unlocked", phone.page)
    phone.page.click("#lock")
    phone.page.locator("#locked").wait_for()
    gallery.take("locked", phone.page)
    return gallery


def unpaired(gallery: Gallery, phone: Phone) -> None:
    phone.goto("/unlock")
    phone.page.locator("#closed").wait_for()
    gallery.take("pair-closed", phone.page)
    phone.box.pen_press()
    phone.page.locator("#pair").wait_for()
    gallery.take("pair-open", phone.page)


def framing(gallery: Gallery, phone: Phone) -> None:
    """The picture, and what is said of it while a hand is before the lens."""
    phone.goto("/framing")
    phone.page.locator(".view.is-shown").wait_for()
    phone.page.locator("#good .is-good").first.wait_for()
    phone.word("#top-state", "Framing")
    gallery.take("framing", phone.page)
    phone.box.fault("lens_covered", True)
    phone.page.locator("#advice .fault").first.wait_for()
    gallery.take("framing-covered", phone.page)
    phone.box.fault("lens_covered", False)
    phone.page.locator("#advice .fault").first.wait_for(state="detached")


def filming(gallery: Gallery, phone: Phone) -> None:
    phone.word("#state", "Ready")
    gallery.take("record-ready", phone.page)
    framing(gallery, phone)
    phone.goto("/sessions")
    phone.page.locator("#empty").wait_for()
    gallery.take("sessions-empty", phone.page)
    phone.goto("/record")
    phone.hold_to("#start", "recording")
    phone.box.filmed(2_000)
    phone.word("#state", "Recording")
    gallery.take("record-filming", phone.page)
    phone.confirm()
    phone.goto("/tags")
    tags = phone.page.locator(".tag:enabled")
    for n in range(3):
        tags.nth(n).click()
        phone.word("#last", "saved")
    gallery.take("tags", phone.page)
    phone.box.press()
    phone.goto("/bench")
    phone.word("#state", "Recording")
    gallery.take("bench", phone.page)


def filmed(gallery: Gallery, phone: Phone) -> None:
    session = phone.box.stop_film()
    phone.goto("/sessions")
    phone.page.locator(".film img").first.wait_for()
    gallery.take("sessions", phone.page)
    phone.goto(f"/sessions/{session}")
    phone.shown()
    phone.page.locator(".moment-go").nth(3).wait_for()
    gallery.take("player", phone.page)
    phone.goto("/health")
    phone.page.locator("#health li").first.wait_for()
    gallery.take("health", phone.page)
    phone.goto("/sessions/" + "0" * 32)
    gallery.take("fault", phone.page)


@pytest.mark.slow
def test_nothing_is_wrong_with_any_page(gallery: Gallery) -> None:
    print(f"\n{len(gallery.found)} pictures")
    assert len(gallery.found) == 15 * len(VIEWS)
    assert {name: found for name, found in gallery.found.items() if found} == {}
