"""The first time: from a prepared box to the first replay, at the speed of a person who reads what is on the pages.

The seconds of the person are counted, not waited for: so much before each touch, for each letter, for each look, and
for reading aloud. What the box and the browser take, filming included, is measured and added.
"""

import time
from dataclasses import dataclass, field
from typing import Final

import pytest

from tests.journeys.conftest import NewPhone
from tests.journeys.phone import PIN, Phone, until
from tests.process.box import Box

MOST_S: Final = 120
TOUCH_S: Final = 1.2
"""From knowing what to touch to having touched it: 0.8 to 1.5 s with a phone in one hand (Fitts' law, thumb)."""
LETTER_S: Final = 0.25
"""A phone's keyboard: 40 to 52 words a minute in two thumbs, about half of that for codes and PINs."""
WORDS_A_SECOND: Final = 2.5
"""Read aloud, calmly."""
FILM_MS: Final = 10_000
QUESTION: Final = "How does he ask for a break?"


@dataclass
class Hand:
    """What a person does, with the seconds that it costs."""

    phone: Phone
    human_s: float = 0.0
    steps: list[str] = field(default_factory=list)
    _since: float = field(default_factory=time.monotonic)
    _human_before: float = 0.0

    def look(self, seconds: float) -> None:
        self.human_s += seconds

    def touch(self, at: str) -> None:
        self.human_s += TOUCH_S
        self.phone.page.click(at)

    def write(self, at: str, text: str) -> None:
        self.human_s += TOUCH_S + LETTER_S * len(text)
        self.phone.page.fill(at, text)

    def hold(self, at: str, state: str) -> None:
        self.human_s += TOUCH_S
        self.phone.hold_to(at, state)

    def read_aloud(self, at: str) -> None:
        self.human_s += len(self.phone.page.inner_text(at).split()) / WORDS_A_SECOND

    def came_to(self, step: str) -> None:
        now = time.monotonic()
        self.steps.append(f"{step} {self.human_s - self._human_before:.0f} + {now - self._since:.1f}")
        self._since, self._human_before = now, self.human_s


def pair(hand: Hand) -> None:
    phone = hand.phone
    phone.goto("/unlock")
    hand.look(3)  # the pen, found and pressed
    phone.box.pen_press()
    phone.page.locator("#pair").wait_for()
    hand.write("#new-pin", PIN)
    hand.write("#pin-again", PIN)
    hand.touch("#pair button")
    phone.page.wait_for_url("**/visit")
    hand.came_to("paired")


def prepare(hand: Hand) -> None:
    """Pre-flight, the family and its question."""
    page = hand.phone.page
    hand.phone.word("#next", "Check the box")
    hand.touch("#next")
    page.locator(".check").nth(6).wait_for()
    hand.look(3)
    hand.touch("#go")
    page.locator("#begin").wait_for()
    hand.write("#code", "F-017")
    hand.write("#question", QUESTION)
    hand.touch("#go")
    page.wait_for_url("**/visit/consent")
    hand.came_to("family")


def ask_consent(hand: Hand) -> None:
    page = hand.phone.page
    page.locator("#asking").wait_for()
    hand.read_aloud(".aloud ul")
    hand.touch('#scopes .scope >> nth=0 >> button[data-given="true"]')
    hand.phone.word(".on-record", "Yes, by a parent")
    hand.look(3)  # at the child
    hand.touch("#says-ok")
    page.locator('#says-ok[aria-pressed="true"]').wait_for()
    hand.touch("#go.primary")
    page.wait_for_url("**/framing")
    hand.came_to("consent")


def film(hand: Hand, box: Box) -> str:
    """A look at the picture, ten seconds with one tag, and the stop."""
    hand.phone.page.wait_for_function("() => document.getElementById('picture').naturalWidth > 0")
    hand.look(3)
    hand.hold("#start", "recording")
    hand.phone.page.wait_for_url("**/tags")
    session = str(box.filmed(FILM_MS - 3_000)["film"]["session"])
    hand.touch(".tag:enabled >> nth=1")
    hand.phone.word("#last", "saved")
    box.filmed(FILM_MS)
    hand.hold("#stop", "ready")
    hand.phone.page.wait_for_url(f"**/sessions/{session}/summary")
    assert box.closed() == session
    hand.came_to("filmed")
    return session


def watch(hand: Hand, session: str) -> None:
    page = hand.phone.page
    page.locator("#watch").wait_for()
    hand.look(2)
    hand.touch("#watch")
    page.wait_for_function("() => window.eye?.first_ms")
    if page.evaluate("document.querySelector('video').paused"):
        hand.touch("#play")
    page.wait_for_function("() => eye.seen.length > 3")
    hand.came_to("first replay")


@pytest.mark.slow
def test_from_a_prepared_box_to_the_first_replay(box: Box, new_phone: NewPhone) -> None:
    begun = time.monotonic()
    hand = Hand(new_phone(box))
    pair(hand)
    prepare(hand)
    ask_consent(hand)
    session = film(hand, box)
    told = until("confirmed by consent", lambda: confirmed(hand.phone, session), hand.phone.page)
    watch(hand, session)
    box_s = time.monotonic() - begun
    print(f"\nperson + box, s: {'; '.join(hand.steps)}")
    print(
        f"first replay after {hand.human_s:.0f} s of a person, {box_s:.1f} s of the box: {hand.human_s + box_s:.0f} s"
    )
    assert (told["family"], told["purpose"]) == ("F-017", "film")
    assert hand.human_s > 45, "a person cannot be quicker than this; are steps missing?"
    assert hand.human_s + box_s <= MOST_S


def confirmed(phone: Phone, session: str) -> dict[str, object] | None:
    """The film in the list once its consent is on record; nobody touched the button for it."""
    films = phone.json("/api/sessions")["sessions"]
    return next((each for each in films if each["id"] == session and each["confirmed"]), None)
