"""Whatever is sent to a keeper, it answers each message with sense or a Fault, and is there for the next one."""

import json
import signal
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.errors import BadInput, Fault
from appliance.playback import keeper, wire
from appliance.playback.verbs import box_verbs
from appliance.sealing.recipients import parse_recipient
from appliance.store.layout import Home
from tests.playback.homes import PIN, SECRET, Film, record
from tests.playback.raw_keeper import GONE_S, RawKeeper

VERBS = ["unlock", "first", "add_phone", "revoke_phone", "playable", "init", "segment", "frame", "pts", "ops"]

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(scalars, lambda each: st.lists(each) | st.dictionaries(st.text(), each), max_leaves=5)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, card: Film) -> Iterator[tuple[RawKeeper, str]]:
    """Unlocked, in a home with one session; gives the session's id as well."""
    home = Home(tmp_path_factory.mktemp("home"))
    with RawKeeper.start(home.root) as raw:
        head, parts = first(raw)
        recipient = parse_recipient(bytes(parts[head["files"].index("recipient.txt")]).decode().strip())
        yield raw, record(home, card.events, recipient)
        assert raw.end() == "", "it must say nothing of what it was asked"
        assert raw.process.returncode == 0


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[RawKeeper]:
    with RawKeeper.start(tmp_path) as raw:
        yield raw


def first(raw: RawKeeper) -> tuple[wire.Head, list[memoryview]]:
    wire.send(raw.line, {"do": "first", "name": "phone", "made": 0}, [PIN.encode(), SECRET, b""])
    return wire.receive(raw.line)


def check_alive(raw: RawKeeper, session: str) -> None:
    assert raw.ask({"do": "playable", "session": session}) == {"ok": True, "playable": True}


def check_refused(answer: dict[str, Any]) -> None:
    assert answer["ok"] is False
    assert set(answer["fault"]) - {"said"} == {"code", "what", "do"}
    assert answer["fault"]["code"] in {kind.code for kind in Fault.__subclasses__()}


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_in_a_frame_are_answered(shared: tuple[RawKeeper, str], head: bytes, body: bytes) -> None:
    shared[0].send(head, body)
    check_refused(shared[0].answer())
    check_alive(*shared)


@given(values.map(lambda value: json.dumps(value).encode()), st.binary(max_size=50))
def test_any_json_is_answered(shared: tuple[RawKeeper, str], head: bytes, body: bytes) -> None:
    shared[0].send(head, body)
    check_refused(shared[0].answer())
    check_alive(*shared)


@given(st.data())
def test_any_fields_of_any_verb_are_answered(shared: tuple[RawKeeper, str], data: st.DataObject) -> None:
    """`parts` that fit the body, so that it comes to the verb itself; true values among the wrong ones."""
    process, session = shared
    fields = {
        "session": st.just(session) | values,
        "n": st.integers(-2, 10) | values,
        "pts_ms": st.integers(-2, 9000) | values,
        "width": st.integers(-2, 700) | values,
        "name": values,
        "made": values,
        "pairing": values,
    }
    head = data.draw(st.fixed_dictionaries({"do": st.sampled_from(VERBS)}, optional=fields))
    parts = data.draw(st.lists(st.binary(max_size=40), max_size=6))
    answer = process.ask(head, *parts)
    if not answer["ok"]:
        check_refused(answer)
    check_alive(*shared)


@pytest.mark.parametrize("most", [wire.HEAD_BYTES, wire.BODY_BYTES])
def test_what_is_too_long_is_dropped_and_refused(shared: tuple[RawKeeper, str], most: int) -> None:
    zeros = bytes(most + 1)
    shared[0].send(*((zeros, b"") if most == wire.HEAD_BYTES else (b"{}", zeros)))
    check_refused(shared[0].answer())
    check_alive(*shared)


@given(st.binary(max_size=64))
@settings(max_examples=20)
def test_a_line_that_breaks_off_anywhere_ends_it(sent: bytes) -> None:
    """Not the process, which the tests above share: what it serves."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        ours.sendall(struct.pack(">I", len(sent) + 1) + sent)
        ours.shutdown(socket.SHUT_WR)
        keeper.serve(theirs, box_verbs(Home(Path("/nonexistent"))))


def test_before_there_is_a_key_each_verb_is_refused_as_locked(tmp_path: Path) -> None:
    verbs = box_verbs(Home(tmp_path))
    for verb in VERBS[2:]:
        head = {"do": verb, "session": "a" * 32, "n": 0, "pts_ms": 0, "name": "x", "made": 0, "pairing": "b" * 32}
        with pytest.raises(Fault) as caught:
            verbs.answer(head, [])
        assert caught.value.code == "locked"


def test_what_came_with_a_request_is_wiped(tmp_path: Path) -> None:
    body = bytearray(b"1234" + SECRET)
    view = memoryview(body)
    with pytest.raises(BadInput):
        box_verbs(Home(tmp_path)).answer({"do": "first", "name": "", "made": 0}, [view[:4], view[4:], view[:0]])
    assert body == bytes(len(body))


def test_lock_is_answered_and_ends_it(raw: RawKeeper) -> None:
    first(raw)
    assert raw.ask({"do": "lock"}) == {"ok": True}
    assert raw.process.wait(GONE_S) == 0
    assert raw.end() == ""


@pytest.mark.parametrize("unlocked", [True, False])
def test_hanging_up_ends_it(raw: RawKeeper, unlocked: bool) -> None:
    if unlocked:
        first(raw)
    assert raw.end() == ""
    assert raw.process.returncode == 0


def test_hanging_up_without_hearing_the_answer_ends_it(raw: RawKeeper) -> None:
    first(raw)
    for _ in range(50):
        raw.send(b'{"do":"ops"}')
    raw.end()
    assert raw.process.returncode == 0


def test_sigterm_ends_it_and_ctrl_c_does_not(raw: RawKeeper) -> None:
    first(raw)
    raw.process.send_signal(signal.SIGINT)
    assert raw.ask({"do": "ops"})["ok"]
    raw.process.send_signal(signal.SIGTERM)
    assert raw.process.wait(GONE_S) == -signal.SIGTERM
    raw.end()


def test_what_breaks_inside_is_told_by_its_kind_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback could hold what was opened: a keeper that fails says which kind of failure it was, and ends."""

    class Broken:
        def __init__(self, _home: Home) -> None: ...

        def answer(self, _head: object, _parts: object) -> None:
            raise KeyError("AGE-SECRET-KEY-PQ-1")

    ours, theirs = socket.socketpair()
    monkeypatch.setattr(keeper, "box_verbs", Broken)
    monkeypatch.setattr(keeper, "harden", lambda: None)
    with ours:
        wire.send(ours, {"do": "ops"})
        assert keeper.main([str(theirs.detach()), "box", str(tmp_path)]) == 70
