"""What may be asked of the real recorder over its socket: it answers or refuses, and lives on."""

import json
import socket
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.errors import BadInput, Fault
from appliance.intercom import LINE_BYTES
from tests.process.box import Box, Studio
from tests.process.lanes import ops_about, ops_for
from tests.process.scenes import scene
from tests.process.verbs import NOWHERE, Answers, every_verb, outcome

LONGEST_S = 3.0


@dataclass(frozen=True, slots=True)
class Asked:
    """`finishing`: what each verb came to just after a stop; `starting`: the states seen from the first answer on."""

    answers: list[Answers]
    current_erased: str
    finishing: list[str]
    starting: list[str]
    told: str


def asked_in_every_state(studio: Studio) -> Asked:
    box = studio.unstarted("asked")
    try:
        box.launch()
        starting = _states_until_ready(box)
        box.start_film()
        first = box.stop_film()
        answers = [every_verb(box, first)]
        box.ask("start")
        current = box.filmed(1)["film"]["session"]
        answers.append(every_verb(box, first))
        erased = outcome(lambda: box.ask("erase", session=current))
        box.ask("pause")
        answers.append(every_verb(box, first))
        box.ask("resume")
        box.filmed(2_000)
        box.ask("stop")
        finishing = [outcome(lambda verb=verb: box.ask(verb)) for verb in ("star", "pause", "resume", "stop")]  # type: ignore[misc]
        box.closed()
        return Asked(answers, erased, finishing, starting, box.told)
    finally:
        box.stop()


def _states_until_ready(box: Box) -> list[str]:
    states: list[str] = []
    deadline = time.monotonic() + 30
    while "ready" not in states and time.monotonic() < deadline:
        try:
            states.append(box.status()["state"])
        except Fault:
            time.sleep(0.01)
    return states


@scene(asked_in_every_state)
def test_every_verb_is_answered_or_refused_in_every_state(take: Asked) -> None:
    for answers in take.answers:
        print(f"\n{answers.state}: {len(answers.told)} verbs, the longest took {answers.longest_s * 1000:.0f} ms")
        assert answers.told == answers.expected
        assert answers.longest_s < LONGEST_S
    assert [answers.state for answers in take.answers] == ["ready", "recording", "paused"]
    assert take.told == ""


@scene(asked_in_every_state)
def test_the_states_in_passing_refuse(take: Asked) -> None:
    assert set(take.finishing) <= {"forbidden"}
    assert set(take.starting) <= {"starting", "ready"}
    assert take.current_erased == "forbidden"


@pytest.fixture(scope="module")
def box(studio: Studio) -> Iterator[Box]:
    with studio.box("requests") as box:
        yield box


def test_the_same_start_twice_is_one_session(box: Box) -> None:
    before, op_id = len(box.sessions()), str(uuid.uuid4())
    with ThreadPoolExecutor(4) as pool:
        lines = [box.another_line() for _ in range(4)]
        told = list(pool.map(lambda line: line.ask("start", op_id=op_id), lines))
    for line in lines:
        line.close()
    box.filmed(1)
    assert told == [{"state": "recording"}] * 4
    assert len(box.sessions()) == before + 1
    with pytest.raises(Fault, match="not possible"):
        box.ask("start")


def test_the_same_star_twice_is_one_op(box: Box, studio: Studio) -> None:
    op_id = str(uuid.uuid4())
    told = [box.ask("star", op_id=op_id)["id"] for _ in range(3)]
    session = box.stop_film()
    stars = [op["id"] for op in ops_about(box.layout, session, studio.office) if op["kind"] == "star"]
    assert told == [op_id] * 3
    assert stars == [op_id]
    assert box.ask("star", op_id=op_id)["id"] == op_id, "an answer is kept beyond the film"


def test_an_erased_session_is_gone_and_said_so(box: Box, studio: Studio) -> None:
    session, op_id = box.sessions()[-1].id, str(uuid.uuid4())
    for _ in range(2):
        assert box.ask("erase", session=session, op_id=op_id) == {"id": op_id}
    assert not box.session(session).exists()
    agency = [op for op in ops_for(box.layout, studio.office) if op["kind"] == "erased"]
    assert [(op["id"], op["session"], op["subject"]) for op in agency] == [(op_id, session, "agency")]
    with pytest.raises(BadInput):
        box.ask("erase", session=session)


def test_a_change_without_an_op_id_is_refused(box: Box) -> None:
    for op_id in (None, "", "x" * 36, str(uuid.uuid4()).upper(), 7, ["a"]):
        with pytest.raises(BadInput):
            box.ask("start", op_id=op_id)
    assert box.status()["state"] == "ready"


CHANGES = (
    "go_on",
    "start",
    "stop",
    "pause",
    "resume",
    "star",
    "arm",
    "keep",
    "forget",
    "erase",
    "show",
    "obey",
    "purge",
)
VERBS = (*CHANGES, "status", "preview", "")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
UUIDS = st.uuids().map(str)
MEANT = st.fixed_dictionaries({"do": st.sampled_from(CHANGES), "op_id": UUIDS})
ODD = st.fixed_dictionaries(
    {"do": st.sampled_from(VERBS) | JSON},
    optional={
        "op_id": UUIDS | JSON,
        "session": st.just(NOWHERE) | JSON,
        "reason": st.sampled_from(["stop", "objection"]) | JSON,
        "at_us": st.integers() | JSON,
        "family": st.sampled_from(["F-017", "Jansen"]) | JSON,
        "purpose": st.sampled_from(["film", "review"]) | JSON,
        "discreet": JSON,
        "target_min": st.integers(-2, 200) | JSON,
        "local_age": JSON,
        "statement": JSON,
        "why": st.sampled_from(["objection"]) | JSON,
        "what": st.sampled_from(["playing", "syncing", "nothing"]) | JSON,
        "later": JSON,
    },
)
LINES = (MEANT | ODD | JSON).map(lambda request: json.dumps(request).encode()) | st.binary(max_size=60)
TOLD: Counter[str] = Counter()


@given(lines=st.lists(LINES, min_size=1, max_size=6))
@settings(max_examples=60)
def test_whatever_is_asked_it_answers_each_line(box: Box, lines: list[bytes]) -> None:
    whole = [line.replace(b"\n", b" ") for line in lines]
    for answer in exchange(box, whole):
        assert answer["ok"] or {"code", "what", "do"} <= answer["fault"].keys() <= {"code", "what", "do", "said"}
        TOLD["ok" if answer["ok"] else answer["fault"]["code"]] += 1


def exchange(box: Box, lines: list[bytes]) -> list[dict[str, Any]]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer, peer.makefile("rb") as answers:
        peer.settimeout(10)
        peer.connect(str(box.run / "recorder.sock"))
        peer.sendall(b"".join(line + b"\n" for line in lines))
        return [json.loads(answers.readline()) for _ in lines]


def test_a_line_that_never_ends_is_hung_up_on(box: Box) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        peer.settimeout(10)
        peer.connect(str(box.run / "recorder.sock"))
        with pytest.raises(OSError):  # noqa: PT011 - a reset or a broken pipe
            peer.sendall(b"x" * (64 * LINE_BYTES))


def test_after_all_that_it_still_records(box: Box) -> None:
    state = box.until("calm", lambda status: status["state"] in {"ready", "recording", "paused"})["state"]
    if state != "ready":
        box.stop_film()
    box.start_film(2_000)
    session = box.stop_film()
    print(f"\nanswers: {dict(TOLD)}; {len(box.sessions())} sessions, the last state was {state}")
    assert box.verdict(session).findings == ()
    assert all(box.verdict(facts.id).findings == () for facts in box.sessions())
    assert "Traceback" not in box.told
    assert "ended by" not in box.told
