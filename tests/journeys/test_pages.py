"""Every page as phones, tablets and desks show it, light and dark: a picture of each, and what axe finds on it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import NewPhone
from tests.journeys.phone import Phone
from tests.process.box import Box

WIDTHS: Final = {"small": (320, 568), "phone": (390, 844), "tablet": (820, 1180), "desktop": (1280, 800)}
SCHEMES: Final = ("light", "dark")
AXE: Final = Path(__file__).parent.parent / "types" / "node_modules" / "axe-core" / "axe.min.js"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN: Final = """async (rules) => (await axe.run(document, { runOnly: rules, resultTypes: ["violations"] }))
    .violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(" ; ")}`)"""
WIDER: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True, slots=True)
class Look:
    """What was found wrong with one page in one size and scheme."""

    found: list[str]
    wider_px: int


Looks = dict[str, Look]


class Gallery:
    """Takes pictures of a page in every size and scheme, and asks axe about it."""

    def __init__(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self._place = place
        self._axe = AXE.read_text(encoding="utf-8")
        self.looks: Looks = {}

    def take(self, name: str, page: Page) -> None:
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            for size, (width, height) in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                page.screenshot(path=self._place / f"{name}-{size}-{scheme}.png", full_page=True)
                self._look(f"{name}-{size}-{scheme}", page, size in ("small", "desktop"))

    def _look(self, name: str, page: Page, ask_axe: bool) -> None:
        found: list[str] = []
        if ask_axe:
            if page.evaluate("typeof axe") == "undefined":
                page.evaluate(self._axe)
            found = page.evaluate(RUN, RULES)
        self.looks[name] = Look(found, page.evaluate(WIDER))


@pytest.fixture(scope="module")
def looks(box: Box, new_phone: NewPhone, checkout: Path) -> Iterator[Looks]:
    """Every page once with something to show: unpaired, filming, filmed, played, locked."""
    gallery, phone = Gallery(checkout / "artefacts" / "journeys"), new_phone(box)
    unpaired(gallery, phone)
    phone.pair("work phone")
    filming(gallery, phone)
    filmed(gallery, phone)
    phone.goto("/unlock")
    phone.page.locator("#open").wait_for()
    gallery.take("unlocked", phone.page)
    phone.page.click("#lock")
    phone.page.locator("#locked").wait_for()
    gallery.take("locked", phone.page)
    yield gallery.looks
    found = {name: [look.found, look.wider_px] for name, look in gallery.looks.items() if look.found or look.wider_px}
    (checkout / "artefacts" / "journeys" / "found.json").write_text(json.dumps(found, indent=1))


def unpaired(gallery: Gallery, phone: Phone) -> None:
    phone.goto("/unlock")
    phone.page.locator("#closed").wait_for()
    gallery.take("pair-closed", phone.page)
    phone.box.pen_press()
    phone.page.locator("#pair").wait_for()
    gallery.take("pair-open", phone.page)


def filming(gallery: Gallery, phone: Phone) -> None:
    phone.word("#state", "Ready")
    gallery.take("record-ready", phone.page)
    phone.goto("/sessions")
    phone.page.locator("#empty").wait_for()
    gallery.take("sessions-empty", phone.page)
    phone.goto("/record")
    phone.hold_to("#start", "recording")
    phone.box.filmed(2_000)
    phone.word("#state", "Recording")
    gallery.take("record-filming", phone.page)
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
    wait_for_pictures(phone.page)
    gallery.take("sessions", phone.page)
    phone.goto(f"/sessions/{session}")
    phone.shown()
    phone.page.locator(".moment-go").nth(3).wait_for()
    wait_for_pictures(phone.page)
    gallery.take("player", phone.page)
    phone.goto("/health")
    phone.page.locator("#health li").first.wait_for()
    gallery.take("health", phone.page)
    phone.goto("/sessions/" + "0" * 32)
    gallery.take("fault", phone.page)


def wait_for_pictures(page: Page) -> None:
    page.wait_for_function(
        "() => document.images.length > 0 && [...document.images].every((each) => each.naturalWidth)"
    )


def failing(looks: Looks) -> dict[str, Any]:
    return {name: look.found for name, look in looks.items() if look.found}


@pytest.mark.slow
def test_axe_finds_nothing(looks: Looks) -> None:
    print(f"\n{len(looks)} pictures of {len({name.rsplit('-', 2)[0] for name in looks})} pages")
    assert failing(looks) == {}


@pytest.mark.slow
def test_no_page_is_wider_than_its_screen(looks: Looks) -> None:
    assert {name: look.wider_px for name, look in looks.items() if look.wider_px > 0} == {}
