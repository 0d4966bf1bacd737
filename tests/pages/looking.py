"""What is looked for on every page: what axe finds, what sticks out of the screen, what is hard to hit.

Apart because pages are looked at twice: in every state by answers that a test wrote down, and on a box that films.
"""

from typing import Final

from playwright.sync_api import Page

from tests.pages.tools import package

SIZES: Final = {"phone": (390, 844), "small": (320, 568), "tablet": (820, 1180), "desktop": (1280, 800)}
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN: Final = """async (rules) => (await axe.run(document, { runOnly: rules, resultTypes: ["violations"] }))
    .violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(" ; ")}`)"""
WIDER: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
SMALL: Final = """(least) => [...document.querySelectorAll("button, a, input, select, textarea, summary")]
    .filter((each) => each.checkVisibility() && !each.closest(".unseen, .skip, .film h3"))
    .map((each) => each.closest("label") ?? each)
    .map((each) => [each.id || each.textContent.trim() || each.tagName, each.getBoundingClientRect()])
    .filter(([, box]) => box.height > 0 && (box.height < least || box.width < 24))
    .map(([name, box]) => `${name}: ${Math.round(box.width)} x ${Math.round(box.height)}`)"""
CUT: Final = """() => [...document.querySelectorAll("button, a.button")]
    .filter((each) => each.checkVisibility() && !each.closest(".unseen") && each.scrollWidth > each.clientWidth + 1)
    .map((each) => `words wider than their button: ${each.id || each.textContent.trim().slice(0, 40)}`)"""
LEAST_PX: Final = 43.5


def wrong_with(page: Page) -> list[str]:
    """One line for each thing that is wrong with what is shown now."""
    return [*misplaced_on(page), *axe_on(page)]


def misplaced_on(page: Page) -> list[str]:
    wider_px = page.evaluate(WIDER)
    found = [f"{wider_px} px too wide"] if wider_px > 0 else []
    return [*found, *page.evaluate(SMALL, LEAST_PX)]


def cut_on(page: Page) -> list[str]:
    """Buttons whose words stick out of them, over the next one."""
    found: list[str] = page.evaluate(CUT)
    return found


def axe_on(page: Page) -> list[str]:
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # the tabs cover nothing there
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate((package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    found: list[str] = page.evaluate(RUN, RULES)
    return found
