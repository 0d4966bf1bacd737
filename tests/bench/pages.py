"""A whole box with its pages, and a phone's browser in front of it, for rows about what a person sees.

Apart from `box`, which is a recorder alone: this one has an office, a web process and a keeper.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Page, sync_playwright

from appliance.capture.camera import Profile
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.signing import make_device
from tests.bench.row import percentile
from tests.journeys.phone import ARGUMENTS, EXECUTABLE
from tests.journeys.phone import Phone as Browsing
from tests.process.box import Box, now_us
from tests.web.phone import Phone, until

PIN: Final = "258036"
LOOKS: Final = 15
"""So many times a page's clock is asked; the answer that took the least time counts."""


@contextmanager
def box_with_pages(folder: Path, profile: Profile, office: HybridIdentity) -> Iterator[Box]:
    """A running box that no phone knows yet."""
    size = [f"--{name}={getattr(profile, name)}" for name in ("width", "height", "fps", "bitrate")]
    box = Box(folder / "box", size)
    box.home.mkdir(parents=True)
    make_device(box.home / "device", ["recorder", "web"], office.recipient.text + "\n")
    try:
        box.start()
        box.start_web(0)
        yield box
    finally:
        box.stop()


def paired(box: Box) -> Phone:
    """A phone that speaks HTTP to the box's pages, paired and signed in."""
    assert box.web is not None
    phone = Phone(box.web.port)
    box.pen_press()
    until("a pairing window", lambda: phone.read("/api/hello")["pairing_open_s"])
    phone.done("/api/pair", pin=PIN)
    return phone


@contextmanager
def browsing(box: Box) -> Iterator[Browsing]:
    """A phone's browser, paired and signed in."""
    assert box.web is not None
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(ARGUMENTS))
        phone = Browsing.new(browser, box, box.web.address)
        phone.pair()
        yield phone
        browser.close()


def clock_of(page: Page) -> float:
    """What must be added to a page's `performance.now()`, in ms, to have CLOCK_MONOTONIC."""
    found: list[tuple[float, float]] = []
    for _ in range(LOOKS):
        before_ms = now_us() / 1000
        told_ms = float(page.evaluate("performance.now()"))
        after_ms = now_us() / 1000
        found.append((after_ms - before_ms, (before_ms + after_ms) / 2 - told_ms))
    return min(found)[1]


def p50_p95(values: list[float]) -> tuple[float, float]:
    return percentile(values, 0.5), percentile(values, 0.95)
