"""The route map walked by every kind of visitor: nothing is open that is not listed, and nothing answers with 5xx."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.web.box import HOST, ORIGIN, Browser, Got, WebBox, new_op_id
from tests.web.routes import EXAMPLES, Example
from web_ui.app import create_app
from web_ui.guard import BODY_BYTES, CSP, ROUTES
from web_ui.visitor import Role

VISITORS: dict[Role, Callable[[WebBox], Browser]] = {
    Role.STRANGER: lambda box: box.browser(),
    Role.PAIRED: lambda box: box.paired(),
    Role.UNLOCKED: lambda box: box.phone(),
}
REFUSED = {Role.STRANGER: (401, "not-paired"), Role.PAIRED: (403, "locked")}
EVERY = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.endpoint)
CHANGES = pytest.mark.parametrize("example", [e for e in EXAMPLES if e.changes], ids=lambda example: example.endpoint)
DRESS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Access-Control-Allow-Origin": None,
}


def undressed(answer: Got, cached: str) -> dict[str, str | None]:
    """The headers of an answer that are not what every answer carries; `cached`: what it says of being kept."""
    wanted = {**DRESS, "Cache-Control": cached}
    return {name: answer.headers.get(name) for name, value in wanted.items() if answer.headers.get(name) != value}


@dataclass
class Walk:
    """A box with one session that plays, asked by one visitor; no answer of it is undressed."""

    box: WebBox
    browser: Browser
    session: str

    def ask(self, example: Example, **headers: str) -> Got:
        path = example.path.format(session=self.session)
        if example.body is None:
            answer = self.browser.get(path, **headers)
        else:
            answer = self.browser.post(path, example.body, **headers)
        assert undressed(answer, "no-cache" if example.endpoint == "static" else "no-store") == {}
        return answer


def with_a_session(place: Path) -> tuple[WebBox, str]:
    box = WebBox(place)
    session = box.session(5, ago_s=60).id
    box.keeper.films[session] = [b"0", b"1", b"2", b"3", b"4"]
    return box, session


@pytest.fixture
def walks(in_memory: Path) -> Callable[[Role], Walk]:
    """On a box that nobody has asked before."""

    def walk(role: Role) -> Walk:
        box, session = with_a_session(in_memory)
        return Walk(box, VISITORS[role](box), session)

    return walk


class Gate:
    """One box for all that it refuses, which may leave no trace on it."""

    def __init__(self, place: Path) -> None:
        self.box, self.session = with_a_session(place)
        paired, unlocked = self.box.phone(), self.box.phone()
        assert paired.post("/api/lock").status == unlocked.unlock().status == 200
        self._browsers = {Role.STRANGER: self.box.browser(), Role.PAIRED: paired, Role.UNLOCKED: unlocked}
        self.keep_open()
        self.traces = self.left()

    def keep_open(self) -> None:
        """Time goes by, so that nobody is told to ask less often; what was unlocked is in use."""
        self.box.clock.advance(ms=10_000)
        assert self._browsers[Role.UNLOCKED].get("/sessions").status == 200
        assert self._browsers[Role.PAIRED].get("/sessions").code == "locked"

    def walk(self, role: Role) -> Walk:
        self.keep_open()
        return Walk(self.box, self._browsers[role], self.session)

    def left(self) -> tuple[object, ...]:
        files = {path: path.read_bytes() for path in self.box.place.rglob("*") if path.is_file()}
        box = self.box
        return files, list(box.recorder.asked), box.keeper.unlocked, box.keeper.locked_times, set(box.keeper.paired)


@pytest.fixture(scope="module")
def gate(memory_places: Callable[[], Path]) -> Gate:
    return Gate(memory_places())


@pytest.fixture
def refused(gate: Gate) -> Iterator[Callable[[Role], Walk]]:
    yield gate.walk
    assert gate.left() == gate.traces


def test_every_route_is_listed_and_has_an_example(box: WebBox) -> None:
    endpoints = {rule.endpoint for rule in box.app.url_map.iter_rules()}
    assert endpoints == set(ROUTES)
    assert endpoints == {example.endpoint for example in EXAMPLES}


def test_every_change_but_ops_is_once_only(box: WebBox) -> None:
    """An op has an id of its own."""
    posts = {rule.endpoint for rule in box.app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert posts == {endpoint for endpoint, access in ROUTES.items() if access.once} | {"pad.ops"}
    assert posts == {example.endpoint for example in EXAMPLES if example.changes}


def may(role: Role, example: Example) -> bool:
    access = ROUTES[example.endpoint]
    return role >= access.role and not access.screen


def cases(chosen: Callable[[Role, Example], bool]) -> pytest.MarkDecorator:
    found = [(example, role) for role in Role for example in EXAMPLES if chosen(role, example)]
    return pytest.mark.parametrize(
        ("example", "role"), found, ids=[f"{role.name}-{example.endpoint}" for example, role in found]
    )


@cases(may)
def test_who_may(walks: Callable[[Role], Walk], example: Example, role: Role) -> None:
    answer = walks(role).ask(example)
    assert answer.status == example.status, answer.text


@cases(lambda role, example: not may(role, example))
def test_who_may_not(refused: Callable[[Role], Walk], example: Example, role: Role) -> None:
    answer = refused(role).ask(example)
    wanted = (401, "screen-gone") if ROUTES[example.endpoint].screen else REFUSED[role]
    assert (answer.status, answer.code) == wanted


@cases(lambda role, example: role < ROUTES[example.endpoint].role and not example.changes)
def test_a_page_that_is_closed_leads_to_unlock(refused: Callable[[Role], Walk], example: Example, role: Role) -> None:
    answer = refused(role).ask(example, Accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (answer.status, answer.headers["Location"]) == (302, "/unlock")


HOSTS = ["evil.example", "127.0.0.1:8047", "box.localhost.evil.example", "box.localhost:x", "BOX.LOCALHOST@evil"]


@EVERY
@pytest.mark.parametrize("role", Role)
def test_another_host_is_not_served(refused: Callable[[Role], Walk], example: Example, role: Role) -> None:
    walk = refused(role)
    for host in HOSTS:
        answer = walk.ask(example, Host=host)
        assert (answer.status, answer.code) == (421, "other-site"), host


FOREIGN = {
    "another site": {"Origin": "https://evil.example"},
    "another port": {"Origin": "http://box.localhost:9999"},
    "another scheme": {"Origin": f"https://{HOST}"},
    "a sandboxed frame": {"Origin": "null"},
    "no origin": {"Origin": ""},
    "a lying origin": {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
    "a sister host": {"Origin": ORIGIN, "Sec-Fetch-Site": "same-site"},
}


@CHANGES
@pytest.mark.parametrize("role", Role)
def test_a_change_from_another_site_is_refused(refused: Callable[[Role], Walk], example: Example, role: Role) -> None:
    walk = refused(role)
    for what, foreign in FOREIGN.items():
        answer = walk.ask(example, **foreign)
        assert (answer.status, answer.code) == (403, "other-site"), what


@CHANGES
@pytest.mark.parametrize("role", Role)
def test_only_json_is_taken(refused: Callable[[Role], Walk], example: Example, role: Role) -> None:
    walk = refused(role)
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        answer = walk.ask(example, **{"Content-Type": kind})
        assert (answer.status, answer.code) == (415, "wrong-type"), kind


@CHANGES
@pytest.mark.parametrize("role", Role)
def test_a_large_body_is_refused(refused: Callable[[Role], Walk], example: Example, role: Role) -> None:
    walk = refused(role)
    path = example.path.format(session=walk.session)
    body = json.dumps({"op_id": new_op_id(), "pin": "1" * BODY_BYTES}).encode()
    told = walk.browser.send(path, body, **{"Content-Type": "application/json"})
    chunked = walk.browser.client.post(
        path,
        base_url=ORIGIN,
        headers={"Origin": ORIGIN, "Content-Type": "application/json", "Transfer-Encoding": "chunked"},
        input_stream=io.BytesIO(body),
        environ_overrides={"wsgi.input_terminated": True},
    )
    for answer in (told, Got.of(chunked)):
        assert (answer.status, answer.code) == (413, "too-large")


NO_OBJECTS = {
    "empty": b"",
    "cut short": b"{",
    "list": b"[]",
    "null": b"null",
    "text": b'"x"',
    "no utf-8": b"\xff\xfe",
    "NaN": b'{"op_id":NaN}',
    "deep": b"[" * 60_000,
    "long number": b'{"op_id":' + b"9" * 5000 + b"}",
}


@CHANGES
def test_what_is_no_json_object_is_refused(refused: Callable[[Role], Walk], example: Example) -> None:
    walk = refused(Role.UNLOCKED)
    path = example.path.format(session=walk.session)
    for what, body in NO_OBJECTS.items():
        answer = walk.browser.send(path, body, **{"Content-Type": "application/json"})
        assert (answer.status, answer.code) == (400, "bad-input"), what


@pytest.mark.parametrize("name", DRESS)
def test_an_undressed_answer_is_seen(gate: Gate, name: str) -> None:
    answer = gate.box.browser().get("/unlock")
    assert undressed(answer, "no-store") == {}
    answer.headers[name] = "*"
    assert undressed(answer, "no-store") == {name: "*"}


def test_the_policy_allows_nothing_inline() -> None:
    assert "unsafe" not in CSP
    assert CSP.startswith("default-src 'self'; ")


@pytest.mark.parametrize("path", ["/nowhere", "/api/nowhere", "/sessions/x/y/z", "/api/recorder/erase", "/api/bench/x"])
def test_what_is_not_there_is_404(box: WebBox, path: str) -> None:
    phone = box.phone()
    assert phone.get(path).status in {404, 405}
    assert phone.post(path).status == 404


@EVERY
def test_other_methods_are_not_answered(refused: Callable[[Role], Walk], example: Example) -> None:
    walk = refused(Role.UNLOCKED)
    path = example.path.format(session=walk.session)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "GET" if example.changes else "POST"):
        answer = Got.of(walk.browser.client.open(path, method=method, base_url=ORIGIN, headers={"Origin": ORIGIN}))
        assert answer.status == 405, method


def test_the_bench_is_not_there_on_a_real_box(box: WebBox) -> None:
    box.hardware = "pi"
    box.start()
    for example in EXAMPLES:
        if example.endpoint.startswith("bench."):
            answer = Walk(box, box.browser(), "").ask(example)
            assert (answer.status, answer.code) == (404, "not-found")


def test_no_flask_route_can_be_added_unlisted(box: WebBox) -> None:
    app = create_app(box.config, box.site)
    app.add_url_rule("/new", "new", lambda: "open to everybody")
    box.app = app
    assert box.phone().get("/new").status == 404


def test_an_unforeseen_failure_tells_nothing(box: WebBox, caplog: pytest.LogCaptureFixture) -> None:
    def fall_over() -> str:
        raise ValueError("the note says: Anna cried")

    box.app.view_functions["clock.told"] = fall_over
    answer = box.paired().get("/api/clock")
    assert (answer.status, answer.code) == (500, "fault")
    assert "Anna" not in answer.text + caplog.text
    assert "ValueError in" in caplog.text
