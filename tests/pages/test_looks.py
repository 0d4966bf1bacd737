"""Every page in every state, small and large, light and dark: what axe finds, what sticks out, what is hard to hit."""

import gzip
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage

from tests.pages.all_scenes import ALL
from tests.pages.looking import SIZES, axe_on, cut_on, misplaced_on
from tests.pages.scenes import SCENES, Scene
from tests.pages.stand_in import StandIn

Seen = tuple[str, str, str]
"""A size, a scheme and a language."""
VIEWS: Final[tuple[Seen, ...]] = (
    ("phone", "light", "en"),
    ("small", "dark", "he"),
    ("desktop", "dark", "he"),
)
"""In English, and from right to left."""
NARROW: Final[tuple[Seen, ...]] = (("small", "light", "nl"), ("small", "light", "es"))
"""Where long words stick out first: a scene in one of them, the next in the other; each in both for `make looks`."""
PICTURED: Final[tuple[Seen, ...]] = (
    ("small", "light", "en"),
    ("tablet", "light", "en"),
    *(("phone", "light", language) for language in ("nl", "es", "he")),
)
"""For `make looks` only."""
EVERY_VIEW: Final = os.environ.get("FIELDREEL_LOOKS") == "all"
AXED: Final = (("phone", "light", "en"), ("desktop", "dark", "he"))
"""What axe finds depends on the colours and on which of both layouts it is; it takes most of the time."""
PAD_PX: Final = 88
PAD_BYTES: Final = 60_000
NAME: Final = """(each) => each.id || each.getAttribute("data-fault") || each.getAttribute("href")
    || each.textContent.trim().slice(0, 40)"""
REACHABLE: Final = f"""() => [...document.querySelectorAll("button, a[href], input, select, textarea, summary")]
    .filter((each) => each.checkVisibility() && !each.disabled)
    .filter((each) => (document.querySelector("dialog[open]") ?? document).contains(each))
    .filter((each) => each.type !== "radio" || each.checked)
    .map({NAME})"""
FOCUSED: Final = f"""() => {{
    const each = document.activeElement;
    if (each === null || ["BODY", "DIALOG", "VIDEO"].includes(each.tagName)) return [null, true];
    const drawn = [each, each.nextElementSibling, each.closest("label")].filter(Boolean);
    const outlined = drawn.some((one) => getComputedStyle(one).outlineStyle !== "none"
        || getComputedStyle(one, "::after").outlineStyle !== "none");
    return [({NAME})(each), outlined];
}}"""
EVERY = pytest.mark.parametrize("scene", ALL, ids=lambda scene: scene.name)


def new_context(browser: Browser, size: str, scheme: str, language: str = "en", **options: Any) -> BrowserContext:
    """`language`: what the phone speaks, and so the page."""
    width, height = SIZES[size]
    return browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=scheme,  # type: ignore[arg-type]
        locale=language,
        has_touch=size != "desktop",
        reduced_motion="reduce",
        **options,
    )


class View:
    """One page in one size and scheme, used for one scene after the other; `told`: what no page may do."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self.told: list[str] = []
        self.page.on("pageerror", lambda error: self.told.append(str(error)))
        self.page.on("console", self._said)

    def _said(self, message: ConsoleMessage) -> None:
        if "Content Security" in message.text:
            self.told.append(message.text)

    def found(self, *, axe: bool) -> list[str]:
        """What is wrong with what is shown now, and with how it came there."""
        told, self.told = self.told, []
        told += misplaced_on(self.page) + (axe_on(self.page) if axe else [])
        told += cut_on(self.page) if EVERY_VIEW else []
        self.page.evaluate("localStorage.clear()")
        return told


@pytest.fixture(scope="module")
def views(browser: Browser) -> Iterator[dict[Seen, View]]:
    seen = (*VIEWS, *NARROW, *(PICTURED if EVERY_VIEW else ()))
    contexts = {view: new_context(browser, *view) for view in seen}
    yield {view: View(context) for view, context in contexts.items()}
    for context in contexts.values():
        context.close()


@EVERY
@pytest.mark.slow
def test_a_page_reads_well(scene: Scene, stand_in: StandIn, views: dict[Seen, View], checkout: Path) -> None:
    place = checkout / "artefacts" / "pages"
    place.mkdir(parents=True, exist_ok=True)
    found: dict[str, list[str]] = {}
    others = NARROW[:: -1 if ALL.index(scene) % 2 else 1][1:]
    for (size, scheme, language), view in views.items():
        if (size, scheme, language) in others and not EVERY_VIEW:
            continue
        scene.open(view.page, stand_in)
        assert view.page.evaluate("document.documentElement.lang") == language
        picture = f"{scene.name}-{size}-{scheme}-{language}.png"
        view.page.screenshot(path=place / picture, full_page=size != "phone")
        found[picture] = view.found(axe=(size, scheme, language) in AXED)
    assert {view: told for view, told in found.items() if told} == {}


def pad() -> Scene:
    return next(scene for scene in SCENES if scene.name == "tags-filming")


@pytest.mark.parametrize("size", ["phone", "small"])
def test_the_pad_is_within_reach_of_a_thumb(stand_in: StandIn, browser: Browser, size: str) -> None:
    """Tags are 88 px high; on a phone of today all lie in the lower 60 %; on a small one Moment never moves."""
    with new_context(browser, size, "light") as context:
        page = context.new_page()
        pad().open(page, stand_in)
        boxes = [each.bounding_box() for each in page.locator(".thumb button").all()]
        assert len(boxes) == 9
        assert min(box["height"] for box in boxes if box) >= PAD_PX
        if size == "phone":
            assert min(box["y"] for box in boxes if box) >= 0.4 * SIZES[size][1] - 16
        moment = page.locator("#moment").bounding_box()
        assert moment is not None
        assert moment["y"] + moment["height"] <= SIZES[size][1]
        page.locator(".thumb").evaluate("(thumb) => thumb.scrollTo(0, 0)")
        assert page.locator("#moment").bounding_box() == pytest.approx(moment, abs=0.5)


def test_the_pad_is_small_to_fetch(stand_in: StandIn, browser: Browser) -> None:
    """Everything that the browser fetches to show it, gzipped; in the language whose sentences weigh most."""
    fetched: dict[str, int] = {}
    with new_context(browser, "phone", "light", "he") as context:
        page = context.new_page()
        page.on("response", lambda answer: fetched.update({answer.url: len(gzip.compress(answer.body()))}))
        pad().open(page, stand_in)
        page.wait_for_load_state("networkidle")
    files = {url: size for url, size in fetched.items() if "/api/" not in url}
    print(f"\nthe pad: {sum(files.values())} bytes gzipped in {len(files)} files")
    assert {"pad.js", "pad.css", "tags"} <= {re.sub(r".*/", "", url) for url in files}
    assert sum(files.values()) <= PAD_BYTES


def test_nothing_moves_where_movement_is_not_wanted(stand_in: StandIn, browser: Browser) -> None:
    """The lamp stays on the colour that it has, and no animation runs."""
    with new_context(browser, "phone", "light") as context:
        page = context.new_page()
        scene = next(each for each in SCENES if each.name == "record-poorly")
        scene.open(page, stand_in)
        colours = {page.get_attribute("#lamp", "data-colour")}
        for _ in range(8):
            page.wait_for_timeout(100)
            colours.add(page.get_attribute("#lamp", "data-colour"))
        assert colours == {"red"}
        assert page.evaluate("document.getAnimations().length") == 0


@EVERY
def test_a_page_can_be_used_by_keys_alone(scene: Scene, stand_in: StandIn, views: dict[Seen, View]) -> None:
    """Tab reaches every control that is there, and each shows that it has the focus."""
    page = views["desktop", "dark", "he"].page
    scene.open(page, stand_in)
    page.evaluate("localStorage.clear()")
    wanted = page.evaluate(REACHABLE)
    reached: set[str] = set()
    for _ in range(len(wanted) + 8):
        page.keyboard.press("Tab")
        name, outlined = page.evaluate(FOCUSED)
        if name is not None:
            assert outlined, name
            reached.add(name)
    assert set(wanted) - reached == set()
