"""The family's screen in three browsers at once: it follows the phone, shows what was sent and nothing else, and closes
its curtain whatever goes wrong."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, Final

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import NewPhone
from tests.journeys.phone import LOOK_MS, Phone, until
from tests.journeys.test_deaths import keepers
from tests.process.box import Box, Studio
from tests.process.playing import Played, play

FOLLOWS_MS: Final = 150
CURTAIN_MS: Final = 2_500
ANY_MS: Final = 0.6
HZ_PER_MS: Final = 90
STEPS: Final = 6
PRESSED: Final = """() => {
  window.pressed = [];
  addEventListener("pointerdown", () => pressed.push(Date.now()), true);
}"""
TURNED: Final = """() => {
  window.turned = [];
  const at = document.getElementById("stage");
  new MutationObserver(() => turned.push([Date.now(), at.dataset.face])).observe(at, { attributes: true });
  window.curtained = [];
  const curtain = document.getElementById("curtain");
  const note = () => curtained.push([Date.now(), !curtain.hidden]);
  new MutationObserver(note).observe(curtain, { attributes: true });
}"""
CLOSED: Final = (
    "() => !document.getElementById('curtain').hidden && document.querySelector('video, #place img') === null"
)
OPEN: Final = "() => document.getElementById('curtain').hidden"


@dataclass
class Room:
    """`phone` drives `screen`; `other` is a co-worker's phone. `late_ms`: how long the screen took to follow."""

    box: Box
    phone: Phone
    screen: Phone
    other: Phone
    session: str
    truth: Played
    late_ms: list[float] = field(default_factory=list)
    first_ms: list[float] = field(default_factory=list)

    def press(self, button: str, face: str | None = None) -> None:
        """A click on the phone; how long until the screen shows what it stands for."""
        page = self.screen.page
        page.evaluate("() => { turned.length = 0; }")
        self.phone.page.evaluate("() => { pressed.length = 0; }")
        self.phone.page.click(button)
        wanted = "([face]) => turned.some((each) => face === null || each[1] === face)"
        page.wait_for_function(wanted, arg=[face], polling=LOOK_MS)
        came_ms = page.evaluate("([face]) => turned.find((each) => face === null || each[1] === face)[0]", [face])
        self.late_ms.append(came_ms - self.phone.page.evaluate("pressed.at(-1)"))

    def show(self, moment: str) -> None:
        """The moment's own button; how long until its first picture is there."""
        self.press(f'[data-moment="{moment}"] .show', "playing")
        self.screen.page.wait_for_function(OPEN, polling=LOOK_MS)
        opened = self.screen.page.evaluate("curtained.findLast((each) => !each[1])[0]")
        self.first_ms.append(opened - self.phone.page.evaluate("pressed.at(-1)"))

    def closed(self) -> None:
        self.screen.page.wait_for_function(CLOSED, polling=LOOK_MS)

    def number_at(self, pts: int) -> int | None:
        near = (s.number for s in self.truth.pictures if abs(s.at_ms - pts / HZ_PER_MS) <= ANY_MS)
        return next(near, None)

    def moment(self) -> dict[str, Any]:
        return next(each for each in self.phone.moments(self.session) if each["tags"][0].startswith("orion"))


@pytest.fixture(scope="module")
def room(box: Box, studio: Studio, new_phone: NewPhone, browser: Browser) -> Iterator[Room]:
    """Filmed, tagged, stopped; a tablet has become the screen."""
    assert box.web is not None
    phone, other = new_phone(box), new_phone(box)
    phone.pair("work phone")
    other.pair("co-worker")
    phone.goto("/record")
    phone.hold_to("#start", "recording")
    phone.confirm()
    session = str(box.filmed(4_000)["film"]["session"])
    phone.goto("/tags")
    phone.page.locator(".tag:enabled").nth(1).click()
    phone.word("#last", "saved")
    box.filmed(9_000)
    box.stop_film()
    truth = play(box.session(session), studio.office)
    screen = Phone.new(browser, box, phone.address, viewport={"width": 1180, "height": 820})
    try:
        yield Room(box, phone, screen, other, session, truth)
        assert screen.complaints == []
    finally:
        screen.context.close()


def take(room: Room) -> None:
    """The number that the screen shows is chosen on the phone."""
    room.screen.page.wait_for_function("() => document.getElementById('code').textContent.length === 4")
    code = room.screen.page.text_content("#code")
    room.phone.page.locator(f'#waiting button:has-text("{code}")').click()
    room.phone.page.locator("#remote").wait_for()
    room.screen.page.locator("#asking").wait_for(state="hidden")


def test_a_tablet_becomes_the_screen(room: Room) -> None:
    room.screen.goto("/screen")
    room.phone.goto("/remote")
    take(room)
    room.screen.page.evaluate(TURNED)
    room.phone.page.evaluate(PRESSED)
    room.closed()


def test_a_moment_is_shown_from_its_first_picture(room: Room) -> None:
    moment = room.moment()
    room.phone.page.locator(f'[data-moment="{moment["id"]}"]').wait_for()
    room.show(moment["id"])
    page = room.screen.page
    page.wait_for_function("() => eye.seen.length > 20", polling=LOOK_MS)
    room.press("#play", "held")
    seen = room.screen.seen()
    assert room.number_at(seen[0].pts) == seen[0].number is not None
    inside = [each.pts / HZ_PER_MS for each in seen]
    assert min(inside) >= moment["in_ms"] - 1
    assert max(inside) < moment["out_ms"]


def test_held_pictures_are_exact(room: Room) -> None:
    pictures = [round(shown.at_ms * HZ_PER_MS) for shown in room.truth.pictures]
    stands = room.screen.shown()
    until("the box knows where", lambda: room.phone.json("/api/remote")["exact"], room.phone.page)
    at = min(range(len(pictures)), key=lambda n: abs(pictures[n] - stands.pts))
    for by, button in ((1, "#step-on"), (-1, "#step-back")):
        for _ in range(STEPS):
            at += by
            room.phone.page.click(button)
            stands_at(room, at)
    told = room.phone.json("/api/remote")
    assert abs(told["at_ms"] - room.truth.pictures[at].at_ms) <= 2


def stands_at(room: Room, at: int) -> None:
    """The screen stands on this picture of the film."""
    wanted = room.truth.pictures[at].number
    until(f"picture {at}", lambda: room.screen.shown().number == wanted, room.screen.page)


def test_the_screen_follows_at_once(room: Room) -> None:
    """Play, hold, slow, again, words, curtain: from the finger on the phone to the screen."""
    for _ in range(4):
        room.press("#again", "playing")
        room.press("#play", "held")
        room.press("#play", "playing")
        room.press("#back", "playing")
        room.press("#curtain", "curtain")
        room.closed()
        room.show(room.moment()["id"])
    late, shown = sorted(room.late_ms), sorted(room.first_ms)
    print(f"\nthe screen follows {len(late)} presses: median {median(late):.0f} ms, worst {late[-1]:.0f} ms")
    print(f"first picture of a moment after: median {median(shown):.0f} ms, worst {shown[-1]:.0f} ms")
    assert median(late) <= FOLLOWS_MS


def test_a_clip_ends_on_its_last_picture(room: Room) -> None:
    moment = room.moment()
    room.press("#again", "playing")
    room.screen.forget()
    until("held by itself", lambda: room.phone.json("/api/remote")["face"] == "held", room.phone.page, 20)
    seen = [each.pts / HZ_PER_MS for each in room.screen.seen()]
    last = max(shown.at_ms for shown in room.truth.pictures if shown.at_ms < moment["out_ms"] - ANY_MS)
    assert max(seen) < moment["out_ms"]
    assert abs(max(seen) - last) <= 40, "a busy browser may drop the last but one"
    assert all(after >= before for before, after in pairwise(seen))


def test_a_parent_says_that_one(room: Room) -> None:
    room.phone.page.click("#parent")
    parent = room.screen.page
    parent.locator("#p-that-one").wait_for()
    parent.click("#p-again")
    room.screen.page.wait_for_function("() => !document.querySelector('video').paused", polling=LOOK_MS)
    parent.click("#p-here")
    parent.wait_for_function("() => document.querySelector('video').paused", polling=LOOK_MS)
    at_ms = room.screen.shown().pts / HZ_PER_MS
    parent.click("#p-that-one")
    room.screen.word("#that-one-word", "Kept!")
    marks = until("it marked", lambda: marked(room), room.phone.page)
    assert len(marks) == 1
    assert abs(marks[0]["pts_ms"] - at_ms) <= 2
    room.phone.page.locator(f'[data-moment="{marks[0]["id"]}"]').wait_for()
    room.phone.page.click("#parent")
    parent.locator("#parent").wait_for(state="hidden")


def marked(room: Room) -> list[dict[str, Any]]:
    return [each for each in room.phone.moments(room.session) if each["tags"] == ["family@1/that-one"]]


def test_a_card_stands_where_the_film_was(room: Room) -> None:
    room.phone.page.fill("#card-words", "Look how she waits for you.")
    room.press("#card-form button", "card")
    assert room.screen.page.is_visible("#card-text")
    assert room.screen.page.locator("video").count() == 0
    assert room.other.json("/api/remote")["face"] == "card"


def test_a_lock_on_any_phone_closes_the_curtain(room: Room) -> None:
    room.show(room.moment()["id"])
    room.other.goto("/unlock")
    room.other.page.click("#lock")
    room.closed()
    until("no screen any more", lambda: room.screen.ask("/api/screen")[0] == 401, room.screen.page)
    room.phone.page.wait_for_url("**/unlock?next=*")
    room.phone.unlock()
    room.phone.page.wait_for_url("**/remote")
    take(room)
    room.phone.page.evaluate(PRESSED)


def test_a_killed_keeper_closes_the_curtain(room: Room) -> None:
    room.show(room.moment()["id"])
    assert room.box.web is not None
    (keeper,) = keepers(room.box)
    os.kill(keeper.pid, signal.SIGKILL)
    room.closed()
    assert room.screen.ask("/api/screen")[0] in (401, 403)
    room.phone.page.wait_for_url("**/unlock?next=*")
    room.phone.unlock()
    room.phone.page.wait_for_url("**/remote")
    take(room)
    room.phone.page.evaluate(PRESSED)


def test_a_killed_web_closes_the_curtain(room: Room) -> None:
    room.show(room.moment()["id"])
    assert room.box.web is not None
    room.box.web.kill()
    room.closed()
    room.box.web.launch()
    room.box.web.wait_usable()
    room.screen.page.wait_for_function("() => document.getElementById('code').textContent.length === 4")
    assert room.screen.ask("/api/screen")[0] == 401
