"""Any request at all gets an answer below 500, and one that is refused leaves the store as it was."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk.desk import ORIGIN, Browser, Desk
from tests.desk.routes import EXAMPLES
from tests.store.makers import tree
from tests.web.box import Got, new_op_id
from tests.web.test_properties import FAULT_KEYS, values, words

CHANGES = [example for example in EXAMPLES if example.changes and not example.endpoint.startswith("entry.")]
ENTRY = next(example for example in EXAMPLES if example.endpoint == "entry.sign_in")
READS = [example for example in EXAMPLES if not example.changes]
FIELDS = ["op_id", "days", "on", "why", "staff", "passphrase"]


class Asked:
    """One desk for many examples: what the store holds is compared, so that nothing need be set up again."""

    def __init__(self, place: Path) -> None:
        self.desk = Desk(place)
        self.browser: Browser = self.desk.signed_in()
        session = self.desk.session()
        names = {"session": session, "order": new_op_id(), "device": self.desk.box.device}
        self.names = {**names, "member": self.desk.anna.id}

    def again(self) -> dict[str, bytes | None]:
        """Signed in, and no request held up; what the store holds now."""
        self.desk.clock.advance(ms=2_000)
        if self.browser.get("/api/status").status != 200:
            self.desk.clock.advance(ms=61_000)
            assert self.browser.sign_in(self.desk.anna).status == 200
        return tree(self.desk.office.store.root)

    def check(self, answer: Got, before: dict[str, bytes | None]) -> None:
        assert answer.status < 500, answer.text
        if answer.status >= 400:
            assert answer.json["fault"].keys() == FAULT_KEYS
            assert tree(self.desk.office.store.root) == before


@pytest.fixture(scope="module")
def asked(memory_places: Callable[[], Path]) -> Asked:
    return Asked(memory_places())


def send(asked: Asked, path: str, body: object) -> Got:
    return asked.browser.send(path, json.dumps(body).encode(), **{"Content-Type": "application/json"})


@settings(max_examples=200)
@given(st.sampled_from(CHANGES), st.dictionaries(st.sampled_from(FIELDS), values), st.booleans())
def test_any_fields_of_any_change(asked: Asked, example: Any, fields: dict[str, Any], proper: bool) -> None:
    before = asked.again()
    body = {**({"op_id": new_op_id(), **example.body} if proper else {}), **fields}
    asked.check(send(asked, example.path.format(**asked.names), body), before)


@settings(max_examples=100)
@given(st.sampled_from(CHANGES), values)
def test_any_json_for_any_change(asked: Asked, example: Any, body: Any) -> None:
    before = asked.again()
    answer = send(asked, example.path.format(**asked.names), body)
    assert answer.status == 400, answer.text
    asked.check(answer, before)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(["op_id", "staff", "passphrase"]), values), st.booleans())
def test_any_sign_in(asked: Asked, fields: dict[str, Any], nearly: bool) -> None:
    """A passphrase that is wrong is noted; anything else leaves no trace."""
    before = asked.again()
    asked.desk.clock.advance(ms=61_000)
    body = {"op_id": new_op_id(), "staff": asked.desk.anna.id, **fields} if nearly else fields
    answer = Got.of(
        asked.desk.app.test_client().post(
            ENTRY.path, base_url=ORIGIN, json=json.loads(json.dumps(body)), headers={"Origin": ORIGIN}
        )
    )
    assert answer.status in {400, 403, 404, 429}, answer.text
    if answer.status != 403:
        assert tree(asked.desk.office.store.root) == before
    else:
        assert asked.desk.whats()[-1] == "sign-in-failed"


@settings(max_examples=150)
@given(
    st.sampled_from(READS),
    st.none() | words | st.sampled_from(["0" * 32, "F" * 32, ".."]),
    st.dictionaries(st.sampled_from(["pts_ms", "width", "n", "count", "before"]), words | st.integers().map(str)),
)
def test_any_id_and_any_query_of_any_page(asked: Asked, example: Any, name: str | None, query: dict[str, str]) -> None:
    before = asked.again()
    names = asked.names if name is None else dict.fromkeys(asked.names, name)
    path = example.path.partition("?")[0].format(**names)
    answer = Got.of(asked.browser.client.get(path, base_url=ORIGIN, query_string=query))
    asked.check(answer, before)
