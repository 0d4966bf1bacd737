"""A visit: pair, unlock, film, tag with a bad connection, pause, look back while it films, stop, and look at it."""

import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from tests.capture.films import big_buck_bunny
from tests.journeys.conftest import NewPhone
from tests.journeys.phone import LOOK_MS, Phone, Seen, until, until_quick
from tests.process.box import Box, Studio
from tests.process.playing import Played, play

FIRST_PICTURE_MS: Final = 1_000
BEST_S: Final = 1.0
STEPS: Final = 20
NEAR: Final = 6
DROPPED: Final = 3
OVER_S: Final = 1.5
HZ_PER_MS: Final = 90
ANY_MS: Final = 0.6
"""Film time in logs and ops is in whole milliseconds."""


@dataclass(frozen=True, slots=True)
class Visit:
    """`tagged`: the ids of the ops that the phone made; `live`: what was seen while it was filmed.

    `best_s`: from the stop until the best moments stood on the page that followed it.
    `late`: pictures that this machine had no time to draw, so that no film can have them.
    """

    phone: Phone
    session: str
    tagged: list[str]
    live: list[Seen]
    truth: Played
    late: int
    best_s: float

    def number_at(self, pts: int) -> int | None:
        """Of the picture at this time; a live playlist tells times in whole milliseconds, and the player goes by it."""
        near = (s.number for s in self.truth.pictures if abs(s.at_ms - pts / HZ_PER_MS) <= ANY_MS)
        return next(near, None)

    def first_from(self, ms: float) -> int:
        """Which of the film's pictures is the first from then on."""
        return bisect_left([shown.at_ms for shown in self.truth.pictures], ms - ANY_MS)


class Connection:
    """The radio between one phone and the box: it can lose the box's answers, after the box did what was asked."""

    def __init__(self, phone: Phone) -> None:
        self.lost: list[str] = []
        self._line = phone.devtools()
        self._line.on("Fetch.requestPaused", self._answered)

    def _answered(self, event: dict[str, Any]) -> None:
        self.lost.append(str(event.get("request", {}).get("postData", "")))
        self._line.send("Fetch.failRequest", {"requestId": event["requestId"], "errorReason": "ConnectionReset"})

    def lose_answers(self) -> None:
        self._line.send("Fetch.enable", {"patterns": [{"urlPattern": "*/api/ops", "requestStage": "Response"}]})


@pytest.fixture(scope="module", params=["test-card", "film"])
def box(studio: Studio, request: pytest.FixtureRequest) -> Iterator[Box]:
    """What it films: a drawn room, or a real film; each picture of both is numbered."""
    camera = f"film:{big_buck_bunny()}" if request.param == "film" else request.param
    with studio.box(f"visit-{request.param}", "--camera", camera) as box:
        box.start_web(0)
        yield box


@pytest.fixture(scope="module")
def visit(box: Box, studio: Studio, new_phone: NewPhone) -> Visit:
    phone = new_phone(box)
    phone.pair("work phone")
    lock_and_unlock(phone)
    phone.hold_to("#start", "recording")
    phone.confirm()
    session = str(box.filmed(1_000)["film"]["session"])
    tagged = tag(phone, session)
    box.press()
    box.until("starred", lambda status: status["film"]["stars"] == 1)
    pause_and_go_on(phone)
    box.until("enough filmed", lambda status: status["film"]["film_ms"] > 17_000)
    live = look_back(phone, session)
    phone.goto("/record")
    held = phone.stop()
    phone.page.locator(".best a").first.wait_for()
    best_s = time.monotonic() - held
    assert box.closed() == session
    late = box.late_pictures()
    truth = play(box.session(session), studio.office)
    print(f"\nfilm: {truth.told()}; {late} never drawn")
    return Visit(phone, session, tagged, live, truth, late, best_s)


def lock_and_unlock(phone: Phone) -> None:
    phone.goto("/unlock")
    phone.page.click("#lock")
    phone.unlock()
    phone.page.wait_for_url("**/visit")
    phone.goto("/record")


def tag(phone: Phone, session: str) -> list[str]:
    """One tag with a connection, one without, one whose acknowledgement is lost; then the tab is killed."""
    phone.goto("/tags")
    tags = phone.page.locator(".tag:enabled")
    tags.nth(0).click()
    phone.word("#last", "saved")
    phone.context.set_offline(True)
    tags.nth(1).click()
    phone.word("#last", "kept on this phone")
    phone.context.set_offline(False)
    phone.word("#last", "saved")
    radio = Connection(phone)
    radio.lose_answers()
    tags.nth(2).click()
    until("an answer lost", lambda: radio.lost, phone.page)
    until("it written", lambda: len(phone.moments(session)) == 3, phone.page)
    phone.word("#last", "kept on this phone")
    phone.context.set_offline(True)
    tags.nth(3).click()
    phone.word("#last", "kept on this phone")
    kept = kept_ids(phone.page)
    phone.kill_tab()
    phone.context.set_offline(False)
    phone.reopen("/tags")
    until("all delivered", lambda: kept_ids(phone.page) == [], phone.page)
    return kept


def kept_ids(page: Page) -> list[str]:
    """What the phone's own store still holds."""
    found: list[str] = page.evaluate("""() => new Promise((done) => {
        const opening = indexedDB.open("fieldreel");
        opening.onsuccess = () => {
            const all = opening.result.transaction("ops").objectStore("ops").getAll();
            all.onsuccess = () => { opening.result.close(); done(all.result.map((op) => op.id)); };
        };
    })""")
    return found


def pause_and_go_on(phone: Phone) -> None:
    phone.goto("/record")
    phone.page.click("#pause")
    phone.box.state("paused")
    paused = time.monotonic()
    phone.word("#state", "Paused")
    until("some time paused", lambda: time.monotonic() - paused > 1.5, phone.page)
    phone.hold_to("#resume", "recording")


def look_back(phone: Phone, session: str) -> list[Seen]:
    """The player at the live edge, then five seconds back twice, while the film goes on."""
    phone.goto(f"/sessions/{session}")
    phone.shown()
    phone.page.locator("#live").wait_for()
    seen = [phone.next_shown(lambda: phone.page.click("#back")) for _ in range(2)]
    seen.append(phone.next_shown(lambda: phone.page.click("#play")))
    phone.page.wait_for_function("() => eye.seen.length > 15")
    return [*seen, *phone.seen()]


def test_nothing_tagged_is_lost_or_doubled(visit: Visit) -> None:
    moments = visit.phone.moments(visit.session)
    assert len(visit.tagged) == 2
    assert len({moment["id"] for moment in moments}) == len(moments) == 5
    assert set(visit.tagged) <= {moment["id"] for moment in moments}
    assert sorted(len(moment["tags"]) for moment in moments) == [0, 1, 1, 1, 1]
    assert sum(moment["star"] for moment in moments) == 1
    assert len({tag for moment in moments for tag in moment["tags"]}) == 4


def test_looking_back_shows_the_film_and_costs_it_no_picture(visit: Visit) -> None:
    assert sum(visit.truth.missing()) <= visit.late
    assert [gap.why for gap in visit.truth.gaps if gap.what == "all"] == ["pause"]
    for held in visit.live[:2]:
        assert held.number == visit.number_at(held.pts), held
    assert all(visit.number_at(seen.pts) for seen in visit.live)


def test_the_best_moments_are_there_within_a_second_of_the_stop(visit: Visit) -> None:
    print(f"\nbest moments {visit.best_s * 1000:.0f} ms after the stop")
    best = visit.phone.json(f"/api/sessions/{visit.session}/best")["best"]
    assert 1 <= len(best) <= 5
    assert visit.best_s <= BEST_S


def go_to(visit: Visit, at: int) -> None:
    """Show the `at`th picture by the slider."""
    phone, wanted = visit.phone, visit.truth.pictures[at]
    phone.slide(wanted.at_ms + 10)
    until("there", lambda: phone.shown().number == wanted.number, phone.page)


def test_the_first_picture_comes_within_a_second(visit: Visit) -> None:
    took_ms = until_quick(lambda: visit.phone.open_player(visit.session), FIRST_PICTURE_MS)
    print(f"\nfirst picture after {', '.join(f'{ms:.0f}' for ms in took_ms)} ms")
    assert min(took_ms) <= FIRST_PICTURE_MS


def test_each_moment_is_jumped_to_exactly(visit: Visit) -> None:
    visit.phone.open_player(visit.session)
    phone = visit.phone
    lines = phone.page.locator(".moment-go")
    lines.nth(4).wait_for()
    for n, moment in enumerate(phone.moments(visit.session)):
        wanted = visit.truth.pictures[visit.first_from(moment["in_ms"])]
        first = phone.goes_to(wanted.number, lines.nth(n).click)
        phone.page.wait_for_function("() => !eye.video.paused")
        phone.page.click("#play")
        phone.page.wait_for_function("() => eye.video.paused")
        assert first.pts == round(wanted.at_ms * HZ_PER_MS), moment


def test_steps_are_exact_both_ways(visit: Visit) -> None:
    visit.phone.open_player(visit.session)
    phone, pictures = visit.phone, visit.truth.pictures
    at = visit.first_from(2_500)
    go_to(visit, at)
    wrong = []
    for by, button in ((1, "#step-on"), (-1, "#step-back")):
        for _ in range(STEPS):
            at += by
            number = pictures[at].number
            phone.goes_to(number, lambda button=button: phone.page.click(button))  # type: ignore[misc]
            stands = phone.shown()
            if stands.number != number:
                wrong.append((by, number, stands, phone.seen()))
    print(f"\nexact steps: {2 * STEPS - len(wrong)} of {STEPS} on and {STEPS} back")
    assert wrong == []


def test_steps_go_over_a_pause_both_ways(visit: Visit) -> None:
    """A browser's decoder holds pictures back until it has seen the next ones, and before a hole none come."""
    visit.phone.open_player(visit.session)
    phone, pictures = visit.phone, visit.truth.pictures
    (pause,) = [gap for gap in visit.truth.gaps if gap.what == "all"]
    over = visit.first_from(pause.pts_ms)
    at = over - NEAR
    go_to(visit, at)
    for by, button in ((1, "#step-on"), (-1, "#step-back")):
        for _ in range(2 * NEAR - 1):
            at += by
            phone.page.click(button)
            until(f"picture {at - over:+d}", lambda at=at: phone.shown().number == pictures[at].number, phone.page)  # type: ignore[misc]


def test_playing_goes_over_a_pause_at_once(visit: Visit) -> None:
    """From a second before it, and from its very last picture, where the browser itself shows nothing any more."""
    visit.phone.open_player(visit.session)
    (pause,) = [gap for gap in visit.truth.gaps if gap.what == "all"]
    over = visit.first_from(pause.pts_ms)
    for before in (visit.truth.opened.fps, 1):
        took_s = until_quick(lambda before=before: over_the_pause(visit, over, before), OVER_S)  # type: ignore[misc]
        print(f"\nover a pause of {pause.dur_ms} ms in {', '.join(f'{s:.2f}' for s in took_s)} s", end="")
        assert min(took_s) <= OVER_S


def over_the_pause(visit: Visit, over: int, before: int) -> float:
    """Played from so many pictures before it: seconds until picture `over` was shown, less those of the film."""
    phone, pictures, fps = visit.phone, visit.truth.pictures, visit.truth.opened.fps
    go_to(visit, over - before)
    phone.forget()
    began = time.monotonic()
    phone.page.click("#play")
    after = f"() => eye.seen.some((each) => each.pts >= {pictures[over].at_ms * HZ_PER_MS - 1})"
    phone.page.wait_for_function(after, polling=LOOK_MS)
    took_s = time.monotonic() - began - before / fps
    phone.page.click("#play")
    assert {each.number for each in phone.seen()} <= {shown.number for shown in pictures}
    return took_s


def test_a_moment_is_trimmed_to_the_picture_and_back(visit: Visit) -> None:
    visit.phone.open_player(visit.session)
    phone, pictures, page = visit.phone, visit.truth.pictures, visit.phone.page
    old = phone.moments(visit.session)[0]
    page.locator(".moments li").first.get_by_role("button", name="Trim").click()
    page.locator("#trim:not([hidden])").wait_for()
    a, b = visit.first_from(old["in_ms"]), visit.first_from(old["out_ms"] + 1) - 1
    for at, button, times in ((a + 2, "#trim-in-on", 2), (b - 3, "#trim-out-back", 3)):
        for _ in range(times):
            page.click(button)
        until("there", lambda at=at: phone.shown().number == pictures[at].number, page)  # type: ignore[misc]
    page.click("#trim-keep")
    page.locator("#trim").wait_for(state="hidden")
    new = next(each for each in phone.moments(visit.session) if each["id"] == old["id"])
    ends = round(pictures[a + 2].at_ms), round(pictures[b - 3].at_ms)
    print(f"\ntrimmed from {old['in_ms']} - {old['out_ms']} to {new['in_ms']} - {new['out_ms']}, pictures at {ends}")
    assert (new["in_ms"], new["out_ms"]) == ends
    page.click("#done-undo")
    until("as before", lambda: phone.moments(visit.session)[0] == old, page)


def test_a_note_holds_the_film_and_enter_goes_on(visit: Visit) -> None:
    visit.phone.open_player(visit.session)
    phone, page = visit.phone, visit.phone.page
    page.locator(".moment-go").first.click()
    page.wait_for_function("() => !eye.video.paused")
    page.keyboard.press("n")
    page.wait_for_function("() => eye.video.paused")
    page.keyboard.type("He waits.")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("She looks up.")
    page.keyboard.press("Enter")
    page.wait_for_function("() => !eye.video.paused")
    noted = [each for each in phone.moments(visit.session) if each["note"]]
    assert [each["note"] for each in noted] == ["He waits.\nShe looks up."]
    assert len(phone.moments(visit.session)) == 5, "it went to the moment that was seen there"
    page.click("#done-undo")
    until("taken back", lambda: not any(each["note"] for each in phone.moments(visit.session)), page)


def test_a_loop_shows_its_part_and_nothing_else(visit: Visit) -> None:
    visit.phone.open_player(visit.session)
    phone, pictures = visit.phone, visit.truth.pictures
    a, b = visit.first_from(1_200), visit.first_from(2_200)
    for at, mark in ((a, "#mark-in"), (b, "#mark-out")):
        go_to(visit, at)
        phone.page.click(mark)
    until("looping", lambda: phone.page.get_attribute("#loop", "aria-pressed") == "true", phone.page)
    phone.forget()
    phone.page.click("#play")
    turns = "() => eye.seen.filter((each, n) => n > 0 && each.pts < eye.seen[n - 1].pts).length >= 4"
    phone.page.wait_for_function(turns)
    phone.page.click("#play")
    seen = phone.seen()
    backs = [(before.pts, after.pts) for before, after in pairwise(seen) if after.pts < before.pts]
    part = [round(shown.at_ms * HZ_PER_MS) for shown in pictures[a : b + 1]]
    print(f"\nloop of {len(part)} pictures: {len(seen)} shown, turned at {backs}")
    assert {each.pts for each in seen} <= set(part)
    assert {each.number for each in seen} <= {shown.number for shown in pictures[a : b + 1]}
    assert {last for last, _ in backs} == {part[-1]}
    assert {first for _, first in backs} <= set(part[:DROPPED]), "a busy browser drops pictures, and shows none before"


HIDE: Final = """async ([session, in_ms, out_ms]) => {
    const { write } = await import("/static/writing.js");
    await write(session, { kind: "hide", pts_ms: in_ms, in_ms, out_ms, why: "visitor" });
}"""


def test_what_is_hidden_is_played_over_until_they_have_agreed(visit: Visit) -> None:
    """Two seconds of the film, from within the first of them to within the second."""
    visit.phone.open_player(visit.session)
    phone, pictures, page = visit.phone, visit.truth.pictures, visit.phone.page
    starts = phone.json(f"/sessions/{visit.session}/pts.json?n=0&count=5")["start_ms"]
    page.evaluate(HIDE, [visit.session, starts[2] + 100, starts[4] - 100])
    unseen = {each.number for each in pictures if starts[2] + ANY_MS <= each.at_ms < starts[4] - ANY_MS}
    assert phone.ask(f"/sessions/{visit.session}/frame.jpg?pts_ms={starts[2] + 1}")[0] == 409
    visit.phone.open_player(visit.session)
    go_to(visit, visit.first_from(starts[1] + 1))
    phone.forget()
    page.click("#play")
    page.wait_for_function(f"() => eye.seen.some((each) => each.pts > {(starts[4] + 200) * HZ_PER_MS})")
    page.click("#play")
    assert {each.number for each in phone.seen()} & unseen == set()
    page.locator("#hidden .quiet").click()
    page.click("#agreed button[value=agreed]")
    page.locator("#hidden-side").wait_for(state="hidden")
    page.wait_for_function("() => eye.video.readyState >= 2")
    go_to(visit, visit.first_from(starts[3] + 1))
