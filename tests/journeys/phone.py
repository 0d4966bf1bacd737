"""A phone that opens the box's pages in a real browser, and the taps, holds and looks of whoever has it in the hand.

Apart from the journeys so that each of them reads as what a person does.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Page

from tests.process.box import Box

EXECUTABLE: Final = "/usr/bin/chromium"
ARGUMENTS: Final = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
EYE: Final = (Path(__file__).parent / "eye.js").read_text(encoding="utf-8")
PIN: Final = "258036"
PATIENCE_MS: Final = 15_000
LOOK_MS: Final = 20
HOLD_S: Final = 1.5
"""How long a finger stays on a button that stops a film (static/hold.js)."""
SLIDE: Final = """(ms) => {
  const range = document.getElementById('range');
  range.value = ms;
  range.dispatchEvent(new Event('input'));
}"""


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture as it was shown: when it is shown by the film, in 1/90,000 s, and the number in its marker."""

    pts: int
    number: int | None


@dataclass
class Phone:
    """A browser of its own with one tab; `reopen` after `kill_tab` is what a person does when a browser crashed."""

    box: Box
    address: str
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    @classmethod
    def new(cls, browser: Browser, box: Box, address: str, **options: Any) -> "Phone":
        wanted = {"viewport": {"width": 390, "height": 844}, "has_touch": True, **options}
        context = browser.new_context(**wanted)
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(EYE)
        phone = cls(box, address, context, context.new_page())
        phone._listen()
        return phone

    def _listen(self) -> None:
        """What no page may do: throw, or break its own content policy."""
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("console", self._said)

    def _said(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def goto(self, path: str) -> None:
        self.page.goto(f"{self.address}{path}")

    def pair(self, name: str = "") -> None:
        """A pen press on the box, a PIN here, and the visit follows; from there to the record page."""
        self.goto("/unlock")
        self.box.pen_press()
        self.page.locator("#pair").wait_for()
        self.page.fill("#new-pin", PIN)
        self.page.fill("#pin-again", PIN)
        self.page.fill("#name", name)
        self.page.click("#pair button")
        self.page.wait_for_url("**/visit")
        self.goto("/record")

    def begin_visit(self, code: str) -> None:
        """For this family, as the page on families asks for it; nobody is asked for consent."""
        told = """async (code) => {
            const { change } = await import("/static/api.js");
            const { family } = await change("/api/visit/family", { code });
            await change("/api/visit/begin", { family, purpose: "film", question: "" });
        }"""
        self.page.evaluate(told, code)

    def unlock(self) -> None:
        self.page.locator("#locked").wait_for()
        self.page.fill("#pin", PIN)
        self.page.click("#pin-go")

    @contextmanager
    def holding(self, button: str) -> Iterator[None]:
        """A finger stays on a button for as long as this lasts."""
        self.page.locator(f"{button}:enabled").hover()
        self.page.mouse.down()
        yield
        self.page.mouse.up()

    def open_player(self, session: str) -> float:
        """From the list of films by its link; ms until the first picture was shown."""
        self.goto("/sessions")
        self.page.click(f'a[href="/sessions/{session}"]')
        self.page.wait_for_function("() => window.eye?.first_ms")
        return float(self.page.evaluate("eye.first_ms"))

    def hold_to(self, button: str, state: str) -> None:
        with self.holding(button):
            self.box.state(state)

    def stop(self) -> float:
        """Held until it stops; the summary comes by itself. When the finger had held long enough, CLOCK_MONOTONIC."""
        held = time.monotonic() + HOLD_S
        self.hold_to("#stop", "ready")
        self.page.wait_for_url("**/summary")
        return held

    def confirm(self) -> None:
        """On the record page, while it films: consent is on record."""
        self.page.click("#consent")
        self.page.locator("#consent").wait_for(state="hidden")

    def consent(self, session: str) -> None:
        """The same, from any page and at any time."""
        told = '(path) => import("/static/api.js").then((api) => api.change(path))'
        self.page.evaluate(told, f"/api/sessions/{session}/confirm")

    def word(self, part: str, holds: str) -> None:
        """Wait until this part of the page says so."""
        told = "([part, holds]) => document.querySelector(part)?.textContent.includes(holds)"
        self.page.wait_for_function(told, arg=[part, holds], polling=LOOK_MS)

    def ask(self, path: str) -> tuple[int, Any]:
        """What this phone is answered, by its own cookies."""
        told = "async (path) => { const got = await fetch(path); return [got.status, await got.text()]; }"
        status, text = self.page.evaluate(told, path)
        return status, text

    def json(self, path: str) -> Any:
        told = "async (path) => (await fetch(path)).json()"
        return self.page.evaluate(told, path)

    def moments(self, session: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.json(f"/api/sessions/{session}/moments")["moments"]
        return found

    def kill_tab(self) -> None:
        """The renderer ends as by a crash: nothing of the page is asked or told before."""
        old = self.page
        try:
            old.goto("chrome://crash", timeout=3_000)
        except Error:
            old.close()

    def reopen(self, path: str) -> None:
        self.page = self.context.new_page()
        self._listen()
        self.goto(path)

    def devtools(self) -> CDPSession:
        return self.context.new_cdp_session(self.page)

    def seen(self) -> list[Seen]:
        """All pictures that were shown since the page was opened, or since `forget`."""
        return [Seen(each["pts"], each["number"]) for each in self.page.evaluate("eye.seen")]

    def slide(self, at_ms: float) -> None:
        """The slider of the player is moved there."""
        self.page.evaluate(SLIDE, str(round(at_ms)))

    def forget(self) -> None:
        self.page.evaluate("eye.seen.length = 0")

    def shown(self) -> Seen:
        """The picture on the screen, once it stands still."""
        self.page.wait_for_function("() => eye.stands()", polling=LOOK_MS)
        return Seen(self.page.evaluate("eye.seen.at(-1).pts"), self.page.evaluate("eye.read()"))

    def goes_to(self, number: int | None, act: Callable[[], None]) -> Seen:
        """`act` shows this picture, and nothing between the one that stands now and it."""
        before = self.shown()
        self.forget()
        act()
        there = "(number) => eye.seen.some((each) => each.number === number)"
        self.page.wait_for_function(there, arg=number, polling=LOOK_MS)
        *between, found = up_to(lambda each: each.number != number, self.seen())
        assert {each.number for each in between} <= {before.number}, (before, between, found)
        return found

    def next_shown(self, act: Callable[[], None]) -> Seen:
        """The first picture that is shown because of `act`."""
        self.forget()
        act()
        self.page.wait_for_function("() => eye.seen.length > 0", polling=LOOK_MS)
        first = self.page.evaluate("eye.seen[0]")
        return Seen(first["pts"], first["number"])


def until_quick(measure: Callable[[], float], limit: float, rounds: int = 6) -> list[float]:
    """Measured until it is within the limit, and a few times at most: what is slow in the pages is slow each time.

    What else runs on this machine is not.
    """
    took: list[float] = []
    while len(took) < rounds and not any(each <= limit for each in took):
        took.append(measure())
    return took


def up_to(going: Callable[[Seen], bool], all_seen: list[Seen]) -> list[Seen]:
    """Those for which it holds, up to and with the first for which it does not."""
    at = next(n for n, each in enumerate(all_seen) if not going(each))
    return all_seen[: at + 1]


def until(what: str, done: Callable[[], Any], page: Page, within_s: float = 15.0) -> Any:
    """The first true answer; the browser's events are served while waiting."""
    deadline = time.monotonic() + within_s
    while not (found := done()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not {what} after {within_s:g} s")
        page.wait_for_timeout(LOOK_MS)
    return found
