"""After a lock the film is out of reach: every address of it is refused, and the browser kept none of it."""

from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.journeys.conftest import NewPhone
from tests.journeys.phone import Phone
from tests.process.box import Box

SAYS_NO: Final = {401, 403}


@dataclass(frozen=True, slots=True)
class Played:
    """`asked`: every address of the film that the pages asked for, with its Cache-Control."""

    phone: Phone
    session: str
    asked: dict[str, str]


@pytest.fixture(scope="module")
def played(box: Box, new_phone: NewPhone) -> Played:
    """A film that was listed and played, then locked."""
    phone = new_phone(box)
    phone.pair()
    phone.hold_to("#start", "recording")
    phone.confirm()
    box.filmed(3_000)
    session = box.stop_film()
    asked: dict[str, str] = {}

    def note(response: Any) -> None:
        path = response.url.removeprefix(phone.address)
        if path.startswith(("/sessions", "/api/sessions")) and response.status == 200:
            asked[path] = response.headers.get("cache-control", "")

    phone.page.on("response", note)
    phone.goto("/sessions")
    phone.page.wait_for_function("() => [...document.images].some((image) => image.naturalWidth > 0)")
    phone.page.click(f'a[href="/sessions/{session}"]')
    phone.shown()
    phone.page.click("#step-on")
    phone.page.click("#play")
    phone.page.wait_for_function("() => eye.seen.length > 15")
    phone.page.click("#play")
    phone.page.evaluate("(path) => fetch(path).then((got) => got.blob())", f"/sessions/{session}/frame.jpg?pts_ms=500")
    return Played(phone, session, dict(asked))


def test_the_page_itself_leaves_when_another_tab_locks(played: Played) -> None:
    phone = played.phone
    other = phone.context.new_page()
    other.goto(f"{phone.address}/unlock")
    other.click("#lock")
    other.locator("#locked").wait_for()
    phone.page.bring_to_front()
    phone.page.wait_for_url("**/unlock?next=*")
    phone.page.locator("#locked").wait_for()
    other.close()


def test_every_request_for_film_is_refused(played: Played) -> None:
    kinds = {path.split("?")[0].rsplit("/", 1)[-1].rsplit(".", 1)[-1] for path in played.asked}
    assert {"m3u8", "mp4", "m4s", "jpg", "json"} <= kinds
    told = {path: played.phone.ask(path)[0] for path in played.asked}
    pages = {path for path in told if path in ("/sessions", f"/sessions/{played.session}")}
    print(f"\n{len(told)} addresses refused after the lock: {sorted(set(told.values()))}")
    assert {told[path] for path in told.keys() - pages} <= SAYS_NO


def test_pages_of_films_lead_to_the_unlock_page(played: Played) -> None:
    for path in ("/sessions", f"/sessions/{played.session}"):
        played.phone.goto(path)
        assert "/unlock" in played.phone.page.url
        assert played.phone.page.locator("img:not(.scan), video").count() == 0


def test_nothing_of_a_film_may_be_kept(played: Played) -> None:
    assert set(played.asked.values()) == {"no-store"}
    only = (
        "async (paths) => Promise.all(paths.map(async (path) => { try { return (await fetch(path, "
        "{ cache: 'only-if-cached', mode: 'same-origin' })).status; } catch { return 0; } }))"
    )
    kept = played.phone.page.evaluate(only, list(played.asked))
    assert not [status for status in kept if status == 200]


def test_back_shows_no_film_again(played: Played) -> None:
    phone = played.phone
    for _ in range(3):
        phone.page.go_back()
        phone.page.wait_for_url("**/unlock**")
        assert phone.page.locator("video").count() == 0
