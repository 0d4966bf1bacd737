"""The way home: filmed, sent off at the visit's end, signed for, opened at the desk; after a week gone from the box.

All processes of box and office are the real ones; a folder is the network, and the week is a setting of the bench's
clocks.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pytest
from playwright.sync_api import Browser

from appliance.clock import SetClock, SystemClock
from appliance.commands.demo_box import PASSPHRASE
from appliance.commands.demo_desk import MEMBER
from appliance.commands.demo_office import DemoOffice
from appliance.intercom import Line
from appliance.office.ingest import Ingest
from tests.journeys.conftest import NewPhone
from tests.journeys.phone import Phone, until
from tests.process.box import Box, Studio
from tests.process.playing import Played, play

WEEK_DAYS: Final = 8
DAY_MS: Final = 86_400_000
HZ_PER_MS: Final = 90
ANY_MS: Final = 0.6
STEPS: Final = 10
LISTEN: Final = """() => {
  const at = document.getElementById("way-word");
  window.told = [];
  new MutationObserver(() => told.push(at.textContent)).observe(at, { childList: true });
}"""


@dataclass
class Way:
    """`kept` has its consent confirmed, `unsure` has not."""

    box: Box
    office: DemoOffice
    phone: Phone
    kept: str
    unsure: str
    truth: Played

    def dock(self, *, is_open: bool) -> None:
        with Line(self.box.run / "dock.sock") as dock:
            dock.ask("dock", open=is_open)

    def number_at(self, pts: int) -> int | None:
        near = (s.number for s in self.truth.pictures if abs(s.at_ms - pts / HZ_PER_MS) <= ANY_MS)
        return next(near, None)


@pytest.fixture(scope="module")
def way(studio: Studio, new_phone: NewPhone) -> Iterator[Way]:
    box = studio.unstarted("test_home")
    office = DemoOffice(box.folder / "office", box, 0)
    office.prepare()
    try:
        box.start()
        box.start_web(0)
        box.launch_courier()
        office.launch()
        phone = new_phone(box)
        until("the dock answers", (box.run / "dock.sock").exists, phone.page)
        way = Way(box, office, phone, "", "", None)  # type: ignore[arg-type]
        way.dock(is_open=False)
        film_two(way)
        way.truth = play(box.session(way.kept), studio.office)
        office.wait_usable()
        yield way
    finally:
        office.stop()
        box.stop()


def film_two(way: Way) -> None:
    phone, box = way.phone, way.box
    phone.pair()
    phone.begin_visit("F-017")
    phone.word("#armed", "F-017")
    phone.hold_to("#start", "recording")
    phone.confirm()
    box.filmed(4_000)
    box.press()
    box.until("starred", lambda status: status["film"]["stars"] == 1)
    phone.stop()
    way.kept = box.closed()
    box.start_film(2_000)
    way.unsure = box.stop_film()


def test_the_end_of_the_visit_sends_the_films_off(way: Way) -> None:
    page = way.phone.page
    way.phone.goto("/visit/close")
    page.locator(".fate").nth(1).wait_for()
    page.click("#go:enabled")
    page.click('#end-sure button[value="end"]')
    page.wait_for_url("**/carrying")
    way.phone.word("#way-word", "Waiting for a way to the office")
    assert page.locator(".way-film").count() == 2
    assert page.locator("text=Safe at the office").count() == 0
    told = way.phone.json("/api/carrying")["courier"]
    assert (told["state"], told["sent_bytes"], told["bytes"] > 0) == ("waiting", 0, True)


def test_once_there_is_a_way_all_of_it_is_safe_at_the_office(way: Way) -> None:
    page = way.phone.page
    page.evaluate(LISTEN)
    way.dock(is_open=True)
    way.phone.word("#way-word", "Everything is safe at the office")
    told = page.evaluate("told")
    print(f"\nthe page said: {' · '.join(told)}")
    assert "The office looks at what came" in told
    assert page.locator(".way-film .chip.is-good").count() == 2
    way.phone.word("#films", "Leaves this box in 7 days")
    way.phone.word("#films", "Consent to confirm")
    for session in (way.kept, way.unsure):
        on_box = {path.name: path.read_bytes() for path in way.box.session(session).iterdir()}
        on_box.pop("local.age", None)
        assert {path.name: path.read_bytes() for path in way.office.store.session(session).iterdir()} == on_box


def test_the_desk_shows_the_same_pictures(way: Way, browser: Browser) -> None:
    person = Phone.new(browser, way.box, way.office.address, viewport={"width": 1280, "height": 800})
    person.goto("/")
    person.page.select_option("#staff", label=MEMBER)
    person.page.fill("#passphrase", PASSPHRASE)
    person.page.click("#go:enabled")
    person.page.wait_for_url("**/families")
    person.word("#families", "F-017")
    assert person.ask(f"/sessions/{way.unsure}/init.mp4")[0] == 409, "nobody has confirmed its consent"
    person.goto(f"/sessions/{way.kept}")
    shown = [person.shown()]
    for _ in range(STEPS):
        shown.append(person.next_shown(lambda: person.page.click("#step-on")))
    person.forget()
    person.page.click("#play")
    person.page.wait_for_function("() => eye.seen.length > 30", polling=20)
    shown += person.seen()
    print(f"\n{len(shown)} pictures at the desk, as they were filmed")
    assert [each for each in shown if each.number is None or each.number != way.number_at(each.pts)] == []
    person.page.locator(".moment-go").first.wait_for()
    person.context.close()
    assert person.complaints == []


def test_after_the_policys_week_the_box_has_them_no_more(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the office holds is let go of; what nobody confirmed is erased, on the box and at the office."""
    way.box.stop()
    monkeypatch.setenv("FIELDREEL_BENCH_DAYS_AHEAD", str(WEEK_DAYS))
    way.box.start()
    way.phone.address = way.box.start_web(0)
    way.box.launch_courier()
    until("one purged, one erased", lambda: not list(way.box.layout.sessions.glob("?" * 32)), way.phone.page, 60)
    assert way.office.store.session(way.kept).is_dir()
    later = SetClock(utc_ms=SystemClock().utc_ms() + WEEK_DAYS * DAY_MS)
    way.office.stop()
    Ingest(way.office.store, later).round()
    assert not way.office.store.session(way.unsure).exists()
    assert way.office.store.session(way.kept).is_dir()
    left = [path for path in way.office.store.root.rglob("*key.age*") if way.unsure in str(path)]
    assert left == []
    assert os.listdir(way.box.layout.sessions)
