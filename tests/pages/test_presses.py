"""A press of Hold holds: wherever on the button, however long the finger stays, and at the turn of a repeated part.

Apart from the scenes because here the film plays on between finger down and finger up, as it does under a real finger.
"""

from collections.abc import Iterator
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.pages.scenes import SESSION, WATCHED, Scene, wait_for_picture
from tests.pages.stand_in import HZ_PER_MS, PROFILE, ShortFilm, StandIn

FIRST: Final = 2_800 * HZ_PER_MS
PICTURE: Final = 90_000 // PROFILE.fps
LAST: Final = 3_600 * HZ_PER_MS
"""The repeated part, to the picture: the second moment of the scenes."""
ON_THE_BUTTON: Final = ("#play-icon", "#play-word", "#play")
AROUND: Final = (LAST - PICTURE, LAST, FIRST, FIRST + PICTURE)
EVENTS: Final = (("seeking", 0), ("seeking", 8), ("seeking", 30), ("seeked", 0), ("seeked", 8), ("seeked", 30))
TIMES: Final = 3
PLAYING: Final = "() => !document.querySelector('video').paused"
HELD: Final = "() => document.querySelector('video').paused"
PICTURES: Final = """(wanted) => new Promise((done) => {
    const video = document.querySelector("video");
    const each = () => ((wanted -= 1) > 0 ? video.requestVideoFrameCallback(each) : done());
    video.requestVideoFrameCallback(each);
})"""
"""So many pictures are shown."""
PRESS_AT: Final = """([pts, event, wait]) => new Promise((done) => {
    const video = document.querySelector("video");
    let [shown, over] = [null, false];
    const press = () => {
        over = true;
        document.querySelector("#play").click();
        let left = 40;
        const look = () => ((left -= 1) > 0 ? requestAnimationFrame(look)
            : done({ paused: video.paused, pts: Math.round(video.currentTime * 90000), shown }));
        look();
    };
    if (event !== null) video.addEventListener(event, () => setTimeout(press, wait), { once: true });
    const each = (_now, picture) => {
        if (!over) shown = Math.round(picture.mediaTime * 90000);
        if (event === null && shown === pts) setTimeout(press, wait);
        else if (!over) video.requestVideoFrameCallback(each);
    };
    video.requestVideoFrameCallback(each);
})"""
"""Presses at this picture, or so long after this event; what was on the screen, and how it is 40 turns of it later."""
SENT_S: Final = 1
SEEK_AND_PRESS: Final = f"""() => {{
    const range = document.querySelector("#range");
    range.value = {SENT_S * 1000};
    range.dispatchEvent(new Event("input"));
    document.querySelector("#play").click();
}}"""


@pytest.fixture(scope="module")
def player(browser: Browser, short_film: ShortFilm) -> Iterator[Page]:
    """The second moment, over and over."""
    context = browser.new_context(viewport={"width": 1000, "height": 900}, has_touch=True)
    page = context.new_page()
    with StandIn(short_film).served() as box:
        Scene("repeating", f"/sessions/{SESSION}", ".moment-go", WATCHED, wait_for_picture).open(page, box)
        page.click(".moments li:nth-child(2) .quiet >> nth=0")
        page.wait_for_function(PLAYING)
        yield page
    context.close()


@pytest.fixture
def repeating(player: Page) -> Page:
    play_on(player)
    return player


def play_on(page: Page) -> None:
    page.keyboard.press("l")
    page.wait_for_function(PLAYING)


def middle(page: Page, at: str) -> dict[str, float]:
    box = page.locator(at).bounding_box()
    assert box is not None
    if at == "#play":  # of the button what neither the icon nor the word covers
        return {"x": box["x"] + 4, "y": box["y"] + box["height"] / 2}
    return {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}


@pytest.mark.parametrize("at", ON_THE_BUTTON)
def test_a_press_holds_while_pictures_go_by_under_it(repeating: Page, at: str) -> None:
    page = repeating
    for _ in range(TIMES):
        spot = middle(page, at)
        page.mouse.move(spot["x"], spot["y"])
        page.mouse.down()
        page.evaluate(PICTURES, 3)
        page.mouse.up()
        page.wait_for_function(HELD, timeout=3_000)
        play_on(page)


@pytest.mark.parametrize("at", ON_THE_BUTTON)
def test_a_finger_holds_while_pictures_go_by_under_it(repeating: Page, at: str) -> None:
    line: CDPSession = repeating.context.new_cdp_session(repeating)
    spot = middle(repeating, at)
    line.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [spot]})
    repeating.evaluate(PICTURES, 3)
    line.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    repeating.wait_for_function(HELD, timeout=3_000)


@pytest.mark.parametrize("asked", [*((pts, None, 0) for pts in AROUND), *((0, *event) for event in EVENTS)], ids=str)
def test_a_press_at_the_turn_of_a_repeated_part_holds(repeating: Page, asked: tuple[int, str | None, int]) -> None:
    """On the picture that is on the screen."""
    stands: dict[str, Any] = repeating.evaluate(PRESS_AT, list(asked))
    assert stands["paused"]
    assert FIRST <= stands["shown"] <= LAST
    assert abs(stands["pts"] - PICTURE / 2 - stands["shown"]) <= 1, stands


def test_a_press_while_the_film_is_sent_elsewhere_holds_there(repeating: Page) -> None:
    """It jumped back to the picture of before."""
    repeating.evaluate(SEEK_AND_PRESS)
    repeating.wait_for_function("() => { const v = document.querySelector('video'); return v.paused && !v.seeking; }")
    repeating.wait_for_function(f"() => Math.abs(document.querySelector('video').currentTime - {SENT_S}) < 0.04")
