"""The pad on a slow phone: when it is first seen, and how soon a thumb is answered.

The phone of `SLOW`: a processor four times slower than this one, and a radio as of a bad 4G connection (Lighthouse's
"slow 4G": 150 ms, 1.6 Mbit/s); the box's own Wi-Fi is nearer than that. The best of a few rounds counts, for this
machine may have something else to do meanwhile.
"""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from tests.pages.scenes import FILMING, Scene
from tests.pages.stand_in import StandIn

SLOWER: Final = 4
SLOW: Final = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 90_000}
PAINT_MS: Final = 1_000
TOLD_MS: Final = 100
TAPS: Final = 8
ROUNDS: Final = 6
PAINTED: Final = """() => performance.getEntriesByName("first-contentful-paint").map((each) => each.startTime)[0]"""
WATCH: Final = """() => {
    globalThis.told = [];
    addEventListener("click", (event) => {
        const before = document.querySelector("#last").textContent;
        const tapped = event.timeStamp;
        requestAnimationFrame(() => setTimeout(() => {  // after the picture that shows it
            const shown = document.querySelector("#last").textContent !== before
                && document.querySelector(".thumb .flash") !== null;
            globalThis.told.push(shown ? performance.now() - tapped : NaN);
        }));
    }, { capture: true });
}"""


@pytest.fixture
def slow(browser: Browser, stand_in: StandIn) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW)
    yield page
    context.close()


def test_the_pad_is_seen_within_a_second_and_answers_within_a_tenth(slow: Page, stand_in: StandIn) -> None:
    painted_ms, told_ms = [], []
    for _ in range(ROUNDS):
        Scene("slow", "/tags", ".tag:enabled", FILMING).open(slow, stand_in)
        painted_ms.append(slow.evaluate(PAINTED))
        told_ms.append(told(slow))
        if min(painted_ms) <= PAINT_MS and min(told_ms) <= TOLD_MS:
            break
    print(f"\nfirst paint after {min(painted_ms):.0f} ms; taps shown within {min(told_ms):.0f} ms")
    assert min(painted_ms) <= PAINT_MS
    assert min(told_ms) <= TOLD_MS


def told(page: Page) -> float:
    """How soon the quicker taps are shown, in ms from the finger to the picture: the first quarter of a few.

    What is slow here is slow in each of them; what is late in some is this machine's other work.
    """
    page.evaluate(WATCH)
    for n in range(TAPS):
        page.locator(f".tag >> nth={n % 4}").tap()
        page.wait_for_function("(n) => told.length > n", arg=n)
    took: list[float | None] = page.evaluate("told.map((each) => (Number.isNaN(each) ? null : each))")
    assert None not in took, "each tap was shown in the next picture"
    return sorted(each for each in took if each is not None)[TAPS // 4]
