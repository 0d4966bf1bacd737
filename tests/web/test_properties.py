"""Any request at all gets an answer below 500, with a Fault when it is refused, and a refusal changes nothing."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.store.makers import tree
from tests.web.box import Browser, Got, WebBox, new_op_id, tap
from tests.web.routes import EXAMPLES
from web_ui.guard import ROUTES

CHANGES = [
    example
    for example in EXAMPLES
    if example.changes and example.endpoint != "pad.ops" and not ROUTES[example.endpoint].screen
]
FIELDS = sorted({name for example in CHANGES for name in (example.body or {})} | {"op_id", "keep", "name", "reason"})
OP_FIELDS = [
    "id",
    "kind",
    "boot",
    "at_us",
    "error_ms",
    "session",
    "tags",
    "note",
    "op",
    "in_ms",
    "out_ms",
    "pts_ms",
    "why",
    "ends_here",
]
FAULT_KEYS = {"code", "what", "do"}

numbers = st.integers() | st.integers(-(1 << 70), 1 << 70) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(max_size=40) | st.sampled_from(
    [
        "0" * 32,
        "f" * 32,
        "../device",
        "orion-8@1/taking-turns",
        "\ud800",
        "moment",
        "star",
        "hide",
        "visitor",
        "undo",
        "edit",
        "stop",
    ]
)
scalars = st.none() | st.booleans() | numbers | texts | st.uuids().map(str)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=8
)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/?#%"), min_size=1, max_size=20)


class Asked:
    """One box for many examples: what it keeps is compared, so that nothing need be set up again."""

    def __init__(self, box: WebBox) -> None:
        self.box = box
        self.phone: Browser = box.phone()
        self.session = box.session(5, ago_s=60).id
        box.keeper.films[self.session] = [b"%d" % n for n in range(5)]

    def check(self, answer: Got, before: dict[str, bytes | None]) -> None:
        assert answer.status < 500, answer.text
        if answer.status >= 400:
            assert answer.json["fault"].keys() == FAULT_KEYS
            assert tree(self.box.home.root) == before

    def again(self) -> None:
        """Unlocked, and no request held up."""
        self.box.clock.advance(ms=2_000)
        if not self.box.keeper.unlocked:
            self.box.clock.advance(ms=61_000)
            assert self.phone.unlock().status == 200


@pytest.fixture(scope="module")
def asked(memory_places: Callable[[], Path]) -> Asked:
    return Asked(WebBox(memory_places()))


def as_json(body: object) -> bytes:
    """JSON can spell half a character, and phones can send it."""
    return json.dumps(body).encode()


@settings(max_examples=200)
@given(st.sampled_from(CHANGES), st.dictionaries(st.sampled_from(FIELDS), values), st.booleans())
def test_any_fields_of_any_change(asked: Asked, example: Any, fields: dict[str, Any], proper: bool) -> None:
    asked.again()
    before = tree(asked.box.home.root)
    body = {**({"op_id": new_op_id(), **example.body} if proper else {}), **fields}
    path = example.path.format(session=asked.session)
    asked.check(asked.phone.send(path, as_json(body), **{"Content-Type": "application/json"}), before)


@settings(max_examples=100)
@given(st.sampled_from(CHANGES), values)
def test_any_json_for_any_change(asked: Asked, example: Any, body: Any) -> None:
    asked.again()
    before = tree(asked.box.home.root)
    path = example.path.format(session=asked.session)
    answer = asked.phone.send(path, as_json(body), **{"Content-Type": "application/json"})
    assert answer.status == 400, answer.text
    asked.check(answer, before)


@settings(max_examples=200)
@given(st.lists(st.dictionaries(st.sampled_from(OP_FIELDS), values), min_size=1, max_size=3), st.booleans())
def test_any_ops(asked: Asked, ops: list[dict[str, Any]], nearly: bool) -> None:
    """Each is acknowledged and in the lane, or refused and nowhere."""
    asked.again()
    told = [{**tap(asked.box, 58), **op} if nearly else op for op in ops]
    before = tree(asked.box.home.root)
    written = len(list(asked.box.home.lane("web").glob("*.op.age")))
    answer = asked.phone.send("/api/ops", as_json({"ops": told}), **{"Content-Type": "application/json"})
    assert answer.status == 200, answer.text
    assert len(answer.json["acked"]) + len(answer.json["refused"]) == len(told)
    assert all(refused["fault"].keys() == FAULT_KEYS for refused in answer.json["refused"])
    if not answer.json["acked"]:
        assert tree(asked.box.home.root) == before
    now = len(list(asked.box.home.lane("web").glob("*.op.age")))
    assert written <= now <= written + len(set(answer.json["acked"]))


queries = st.dictionaries(st.sampled_from(["pts_ms", "width", "n", "count", "x"]), numbers.map(str) | words, max_size=4)
READS = [example for example in EXAMPLES if not example.changes]


@settings(max_examples=150)
@given(st.sampled_from(READS), st.none() | words | st.sampled_from(["0" * 32, "F" * 32, ".."]), queries)
def test_any_id_and_any_query_of_any_page(
    asked: Asked, example: Any, session: str | None, query: dict[str, str]
) -> None:
    asked.again()
    before = tree(asked.box.home.root)
    path = example.path.partition("?")[0].format(session=session or asked.session)
    path = re.sub(r"(?<=/)1(?=\.m4s)", query.get("n", "1"), path)
    answer = Got.of(asked.phone.client.get(path, base_url="http://box.localhost:8047", query_string=query))
    assert answer.status < 500
    if answer.status >= 400:
        assert answer.json["fault"].keys() == FAULT_KEYS
    assert tree(asked.box.home.root) == before


@settings(max_examples=100)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), st.sampled_from(["GET", "POST", "PUT", "HEAD"]))
def test_any_address(asked: Asked, path: str, method: str) -> None:
    asked.again()
    before = tree(asked.box.home.root)
    told = {"Origin": "http://box.localhost:8047", "Content-Type": "application/json"}
    answer = asked.phone.client.open("/" + path, method=method, headers=told, base_url="http://box.localhost:8047")
    assert answer.status_code < 500
    assert tree(asked.box.home.root) == before


@settings(max_examples=100)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "Cookie",
                "Accept",
                "Host",
                "Origin",
                "Sec-Fetch-Site",
                "Content-Type",
                "Accept-Encoding",
                "Content-Length",
                "X-Forwarded-Proto",
                "X-Forwarded-Host",
                "Range",
                "If-None-Match",
            ]
        ),
        st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40),
    )
)
def test_any_headers(asked: Asked, headers: dict[str, str]) -> None:
    asked.again()
    for path in ("/api/hello", "/api/status", f"/sessions/{asked.session}/index.m3u8", "/static/app.css"):
        assert asked.phone.get(path, **headers).status < 500
    assert asked.phone.post("/api/lock", {}, **headers).status < 500
