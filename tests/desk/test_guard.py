"""The desk's route map walked signed out and in: nothing is open that is not listed, and nothing answers with 5xx."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.desk.desk import HOST, ORIGIN, Browser, Desk
from tests.desk.routes import EXAMPLES
from tests.web.box import Got, new_op_id
from tests.web.routes import Example
from web_ui.desk.app import create_desk
from web_ui.desk.routes import ROUTES
from web_ui.guard import CSP
from web_ui.visitor import Role

EVERY = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.endpoint)
CHANGES = pytest.mark.parametrize("example", [e for e in EXAMPLES if e.changes], ids=lambda example: example.endpoint)


@dataclass
class Walk:
    """A desk with two sessions, one confirmed and one ordered to be erased, asked by one browser."""

    desk: Desk
    browser: Browser
    names: dict[str, str]

    def ask(self, example: Example, **headers: str) -> Got:
        path = example.path.format(**self.names)
        if example.body is None:
            return self.browser.get(path, **headers)
        body: dict[str, Any] = {
            name: value.format(**self.names) if isinstance(value, str) else value
            for name, value in example.body.items()
        }
        return self.browser.post(path, body, **headers)


@pytest.fixture
def walks(desk: Desk) -> Callable[[Role], Walk]:
    session, other = desk.session(), desk.session(family="F-099")
    order = new_op_id()
    desk.site.voice.say("confirmed", {"session": session, "keep_until": None})
    desk.site.voice.say("erase", {"sessions": [other], "families": [], "why": "request"}, order)
    names = {"session": session, "order": order, "device": desk.box.device, "member": desk.anna.id}

    def walk(role: Role) -> Walk:
        return Walk(desk, desk.browser() if role is Role.STRANGER else desk.signed_in(), names)

    return walk


def test_every_route_is_listed_and_has_an_example(desk: Desk) -> None:
    endpoints = {rule.endpoint for rule in desk.app.url_map.iter_rules()}
    assert endpoints == set(ROUTES)
    assert endpoints == {example.endpoint for example in EXAMPLES}


def test_every_change_is_once_only(desk: Desk) -> None:
    posts = {rule.endpoint for rule in desk.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posts == {endpoint for endpoint, access in ROUTES.items() if access.once}
    assert posts == {example.endpoint for example in EXAMPLES if example.changes}


@EVERY
@pytest.mark.parametrize("role", [Role.STRANGER, Role.UNLOCKED])
def test_who_may(walks: Callable[[Role], Walk], example: Example, role: Role) -> None:
    answer = walks(role).ask(example)
    if role >= ROUTES[example.endpoint].role:
        assert answer.status == example.status, answer.text
    else:
        assert (answer.status, answer.code) == (403, "locked")


@EVERY
def test_a_page_that_is_closed_leads_to_the_sign_in(walks: Callable[[Role], Walk], example: Example) -> None:
    answer = walks(Role.STRANGER).ask(example, Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    if ROUTES[example.endpoint].role is Role.UNLOCKED and not example.changes:
        assert (answer.status, answer.headers["Location"]) == (302, "/sign-in")


@EVERY
def test_another_host_is_not_served(walks: Callable[[Role], Walk], example: Example) -> None:
    walk = walks(Role.UNLOCKED)
    for host in ("evil.example", "127.0.0.1:8048", "box.localhost:8048", "desk.localhost.evil.example"):
        answer = walk.ask(example, Host=host)
        assert (answer.status, answer.code) == (421, "other-site"), host


FOREIGN = {
    "the box": {"Origin": "http://box.localhost:8047"},
    "another site": {"Origin": "https://evil.example"},
    "another port": {"Origin": "http://desk.localhost:9999"},
    "another scheme": {"Origin": f"https://{HOST}"},
    "no origin": {"Origin": ""},
    "a sister host": {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
}


@CHANGES
def test_a_change_from_another_site_changes_nothing(walks: Callable[[Role], Walk], example: Example) -> None:
    walk = walks(Role.UNLOCKED)
    before = walk.desk.whats(), len(walk.desk.site.voice.said())
    for what, foreign in FOREIGN.items():
        answer = walk.ask(example, **foreign)
        assert (answer.status, answer.code) == (403, "other-site"), what
    assert (walk.desk.whats(), len(walk.desk.site.voice.said())) == before


@EVERY
@pytest.mark.parametrize("role", [Role.STRANGER, Role.UNLOCKED])
def test_every_answer_is_dressed(walks: Callable[[Role], Walk], example: Example, role: Role) -> None:
    answer = walks(role).ask(example)
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["Cache-Control"] == ("no-cache" if example.endpoint == "static" else "no-store")


def test_the_pages_of_a_box_are_not_there(desk: Desk) -> None:
    browser = desk.signed_in()
    for path in ("/unlock", "/record", "/tags", "/bench", "/health", "/api/phones", "/api/clock"):
        assert browser.get(path).code == "not-found", path
    for path in ("/api/pair", "/api/ops", "/api/recorder/start", "/api/end-visit"):
        assert browser.post(path).code == "not-found", path


def test_a_phones_cookie_opens_nothing(desk: Desk) -> None:
    signed_in = desk.signed_in()
    found = signed_in.client.get_cookie("__Host-desk-signin", "desk.localhost")
    assert found is not None
    other = desk.browser()
    other.client.set_cookie("__Host-box-signin", found.value, domain="desk.localhost")
    assert other.get("/api/status").code == "locked"


def test_no_flask_route_can_be_added_unlisted(desk: Desk) -> None:
    app = create_desk(desk.site.config, desk.site)
    app.add_url_rule("/new", "new", lambda: "open to everybody")
    desk.app = app
    assert desk.signed_in().get("/new").status == 404
