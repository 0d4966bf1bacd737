"""A film's life at the office: recorded by a box, carried home, signed for, confirmed, played, checked, held, erased.

The store is filled by the office's own taking in; the pages are looked at on the way, in every size and light and dark.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Page

from appliance.clock import SystemClock
from appliance.commands.demo_box import PASSPHRASE
from appliance.commands.demo_desk import MEMBER, DemoDesk
from appliance.office.facts import make_store
from appliance.office.ingest import Ingest
from appliance.office.register import register_device
from appliance.sealing.ops import known_writers, open_op
from appliance.sealing.sealed import Sealed
from appliance.sealing.signing import WriterKey
from appliance.store.archive import Store
from tests.journeys.phone import Phone, until
from tests.office.carrying import put, run_parcel, session_parcels
from tests.pages.looking import SIZES, misplaced_on, wrong_with
from tests.process.box import Box, Studio
from tests.process.playing import Played, play

VIEWS: Final = (("phone", "light"), ("desktop", "dark"))
PICTURED: Final = ("tablet", "light")
HZ_PER_MS: Final = 90
ANY_MS: Final = 0.6
STEPS: Final = 12


@dataclass
class Office:
    """A store that holds what the box recorded: `kept` and `given_up`, two sessions of the family F-017."""

    store: Store
    box: Box
    desk: DemoDesk
    ingest: Ingest
    kept: str
    given_up: str
    truth: Played
    studio: Studio
    wrong: dict[str, list[str]] = field(default_factory=dict)
    receipt: str = ""

    def deeds(self) -> list[str]:
        """What stands in the desk's lane, opened with the office key."""
        certificate = WriterKey.load(self.store.home.device, "desk").certificate
        check = known_writers([certificate])
        lane = self.store.lane(str(certificate["device"]), "desk")
        ops = (Sealed.found(path.read_bytes()) for path in sorted(lane.glob("*.op.age")))
        return [str(open_op(op, self.studio.office, check)["what"]) for op in ops]

    def number_at(self, pts: int) -> int | None:
        near = (s.number for s in self.truth.pictures if abs(s.at_ms - pts / HZ_PER_MS) <= ANY_MS)
        return next(near, None)


@pytest.fixture(scope="module")
def office(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    place = tmp_path_factory.mktemp("office")
    with studio.box("test_desk") as box:
        sessions = [film(box, stars=2), film(box, stars=0)]
        store = carried(place / "store", box, sessions)
        ingest = Ingest(store, SystemClock("rtc"))
        assert {taken.session for taken in ingest.round().taken} == set(sessions)
        desk = DemoDesk(store.root, place / "run", place / "desk.log", 0)
        desk.add_member(studio.keys / "office.key", PASSPHRASE)
        desk.launch()
        try:
            desk.wait_usable()
            truth = play(store.session(sessions[0]), studio.office)
            yield Office(store, box, desk, ingest, sessions[0], sessions[1], truth, studio)
        finally:
            desk.stop()


def film(box: Box, stars: int) -> str:
    box.ask("arm", family="F-017", purpose="film")
    box.start_film(3_000)
    for _ in range(stars):
        box.press()
    box.until("starred", lambda status: status["film"]["stars"] == stars)
    return box.stop_film()


def carried(root: Path, box: Box, sessions: list[str]) -> Store:
    """A new store that knows the box, with everything of it in the drop."""
    store, home = Store(root), box.layout
    make_store(store, "Family office North", (home.device / "recipients.txt").read_text())
    certificate = WriterKey.load(home.device, "recorder").certificate
    register_device(store, str(certificate["device_public"]), "Box 7", SystemClock().utc_ms())
    parcels = [parcel for session in sessions for parcel in session_parcels(home.session(session))]
    put(store.drop(str(certificate["device"])), [run_parcel("lane", home.lane("recorder")), *parcels])
    return store


@pytest.fixture(scope="module")
def person(browser: Browser, office: Office) -> Iterator[Phone]:
    """A member of staff at a browser; no page may have complained when all is over."""
    person = Phone.new(browser, office.box, office.desk.address, viewport={"width": 1280, "height": 800})
    yield person
    person.context.close()
    assert person.complaints == []


@pytest.fixture(scope="module")
def take(office: Office, checkout: Path) -> Any:
    """Takes pictures of a page in every view, and looks for what is wrong with it."""
    place = checkout / "artefacts" / "desk"
    place.mkdir(parents=True, exist_ok=True)

    def look(name: str, page: Page) -> None:
        for size, scheme in (PICTURED, *VIEWS):
            width, height = SIZES[size]
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=place / f"{name}-{size}-{scheme}.png", full_page=True)
            if (size, scheme) in VIEWS:
                office.wrong[f"{name}-{size}-{scheme}"] = wrong_with(page)

    return look


def sign_in(person: Phone, passphrase: str = PASSPHRASE) -> None:
    person.goto("/")
    person.page.select_option("#staff", label=MEMBER)
    person.page.fill("#passphrase", passphrase)
    person.page.click("#go:enabled")


def test_a_wrong_passphrase_and_then_the_right_one(person: Phone, office: Office, take: Any) -> None:
    sign_in(person, "not the passphrase")
    person.word("#sign-in-error", "do not belong together")
    take("sign-in", person.page)
    until("time to try again", lambda: person.page.is_enabled("#go"), person.page)
    person.page.wait_for_timeout(1_100)
    sign_in(person)
    person.page.wait_for_url("**/families")
    person.word("#families", "F-017")
    person.word("#families", "2 consents to confirm")
    take("families", person.page)
    assert office.deeds() == ["sign-in-failed", "signed-in"]


def test_nothing_plays_before_consent_is_confirmed(person: Phone, office: Office, take: Any) -> None:
    status, told = person.ask(f"/sessions/{office.kept}/init.mp4")
    assert (status, "not confirmed" in told) == (409, True)
    person.page.click("text=F-017")
    person.page.locator(".line").nth(1).wait_for()
    take("family", person.page)
    person.goto(f"/sessions/{office.kept}/about")
    person.word("#consent-chip", "Consent to confirm")
    person.word("#facts", "Box 7")
    assert not person.page.is_visible("#play")
    take("about", person.page)
    person.page.click("#confirm")
    person.page.locator("#sure[open]").wait_for()
    assert person.page.evaluate("document.activeElement.id") == "sure-no", "the safe answer has the focus"
    take("confirm", person.page)
    person.page.click("#sure-no")
    assert not person.page.is_visible("#play")
    person.page.click("#confirm")
    person.page.click("#sure-yes")
    person.page.locator("#play").wait_for()
    assert "played" not in office.deeds()


def test_the_film_is_the_same_picture_by_picture(person: Phone, office: Office, take: Any) -> None:
    person.page.set_viewport_size({"width": 1280, "height": 800})
    person.page.click("#play")
    shown = [person.shown()]
    for _ in range(STEPS):
        shown.append(person.next_shown(lambda: person.page.click("#step-on")))
    person.forget()
    person.page.click("#play")
    person.page.wait_for_function("() => eye.seen.length > 30", polling=20)
    shown += person.seen()
    assert [(each.pts, each.number) for each in shown if each.number != office.number_at(each.pts)] == []
    person.page.locator(".moment-go").nth(1).wait_for()
    take("player", person.page)
    assert office.deeds().count("played") == 1


def test_a_play_is_noted_even_if_the_page_is_killed(person: Phone, office: Office) -> None:
    other = office.given_up
    person.goto(f"/sessions/{other}/about")
    person.page.click("#confirm")
    person.page.click("#sure-yes")
    person.page.locator("#play").wait_for()
    person.goto(f"/sessions/{other}")
    person.shown()
    person.kill_tab()
    assert office.deeds().count("played") == 2
    person.reopen("/families")
    person.page.locator("#families li").first.wait_for()


def test_is_it_whole(person: Phone, office: Office, take: Any) -> None:
    person.goto(f"/sessions/{office.kept}/about")
    person.page.click("#check")
    person.word("#check-chip", "Whole, and as it was signed")
    person.word("#account", "This session is sound.")
    take("checked", person.page)


def test_what_is_still_on_the_box(person: Phone, office: Office, take: Any) -> None:
    person.goto("/boxes")
    person.word("#boxes", "2 films are also still on the box")
    person.page.click("#boxes summary")
    person.word("#boxes", "Film 1: receipt of")
    take("boxes", person.page)
    person.page.click("text=If it is lost")
    person.page.locator("#sheet").wait_for()
    take("lost", person.page)


def test_a_hold_and_an_erasure_with_its_receipt(person: Phone, office: Office, take: Any) -> None:
    person.goto(f"/sessions/{office.given_up}/about")
    hold = person.page.locator("#hold")
    hold.check()
    person.page.click("#sure-yes")
    until("held", lambda: person.page.is_disabled("#erase"), person.page)
    hold.uncheck()
    person.page.click("#sure-yes")
    until("released", lambda: person.page.is_enabled("#erase"), person.page)
    person.page.click("#erase")
    person.page.select_option("#why", "withdrawn")
    take("erase", person.page)
    person.page.click("#sure-yes")
    person.page.wait_for_url("**/receipts/*")
    person.word(".sheet", "Ordered; not carried out yet")
    person.word(".sheet", MEMBER)
    status, _ = person.ask(f"/sessions/{office.given_up}/init.mp4")
    assert status == 409
    assert office.given_up in office.ingest.round().erased
    person.page.reload()
    person.word(".sheet", f"sessions/{office.given_up}/key.age")
    take("receipt", person.page)
    office.receipt = person.page.url.removeprefix(office.desk.address)
    status, _ = person.ask(f"/sessions/{office.given_up}/init.mp4")
    assert status == 404
    person.goto("/sessions")
    person.page.locator(".line").first.wait_for()
    assert person.page.locator(".line").count() == 1
    take("sessions", person.page)


def test_every_page_fits_in_every_language(person: Phone, office: Office) -> None:
    """On the narrowest screen; the player is looked at with the box's pages, and each look here would be noted."""
    about = f"/sessions/{office.kept}/about"
    pages = ["/families", "/families/F-017", "/sessions", about, "/boxes", "/audit", office.receipt]
    width, height = SIZES["small"]
    person.page.set_viewport_size({"width": width, "height": height})
    found = {}
    for language in ("nl", "es", "he"):
        person.page.set_extra_http_headers({"Accept-Language": language})
        for path in pages:
            person.goto(path)
            person.page.wait_for_load_state("networkidle")
            assert person.page.evaluate("document.documentElement.lang") == language
            found[f"{language} {path}"] = wrong_with(person.page) if language == "he" else misplaced_on(person.page)
    person.page.set_extra_http_headers({})
    assert {name: told for name, told in found.items() if told} == {}


def test_the_audit_tells_all_of_it(person: Phone, office: Office, take: Any) -> None:
    person.goto("/audit")
    person.page.locator("#deeds li").nth(8).wait_for()
    take("audit", person.page)
    told = [deed["what"] for deed in person.json("/api/audit")["deeds"]]
    wanted = ["sign-in-failed", "signed-in", "confirmed", "played", "confirmed", "played", "verified"]
    assert list(reversed(told)) == office.deeds() == [*wanted, "held", "released", "erased"]
    person.page.click("#sign-out")
    person.page.wait_for_url("**/sign-in")
    person.goto("/families")
    person.page.wait_for_url("**/sign-in*")
    assert office.deeds()[-1] == "signed-out"


@pytest.mark.slow
def test_nothing_is_wrong_with_any_page(office: Office) -> None:
    print(f"\n{len(office.wrong)} pictures")
    assert len(office.wrong) == 13 * len(VIEWS)
    assert {name: found for name, found in office.wrong.items() if found} == {}
