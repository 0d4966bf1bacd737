"""An acknowledged op is whole on the disk, once: three phones at once, restarts, a process ended at any step."""

import itertools
import random
import threading
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.store.durable import Durable
from appliance.worker import Worker
from tests.store.failing import FailingSyncs, FullDurable, TellingDurable
from tests.store.stopping import How, Stopped, StoppingDurable
from tests.web.box import Browser, WebBox, new_op_id, tap


@settings(max_examples=25)
@given(st.integers(0, 1 << 32))
def test_three_phones_interleaved_over_restarts(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    """Each sends its queue again and again in pieces of any size, and drops what was acknowledged."""
    rng = random.Random(seed)
    box = WebBox(tmp_path_factory.mktemp("box"))
    phones = [box.phone() for _ in range(3)]
    box.session(30, ago_s=100)
    queues = [[tap(box, rng.uniform(71, 99)) for _ in range(6)] for _ in phones]
    wanted = {op["id"] for queue in queues for op in queue}
    while any(queues):
        if rng.random() < 0.15:
            box.start()
            phones = [box.again(phone) for phone in phones]
        which = rng.randrange(3)
        piece = queues[which][: rng.randint(1, 6)]
        acked = set(phones[which].tag(*piece)["acked"])
        assert acked == {op["id"] for op in piece}
        if rng.random() < 0.5:  # the acknowledgement arrived
            queues[which] = [op for op in queues[which] if op["id"] not in acked]
    written = box.ops()
    assert sorted(op["id"] for op in written) == sorted(wanted)
    assert [op["n"] for op in written] == list(range(len(wanted)))


def test_three_phones_at_once(box: WebBox) -> None:
    phones = [box.phone() for _ in range(3)]
    box.session(30, ago_s=100)
    queues = [[tap(box, 80) for _ in range(20)] for _ in phones]
    together = threading.Barrier(3)

    def send(phone: Browser, queue: list[dict[str, Any]]) -> None:
        together.wait()
        for op in queue:
            assert phone.tag(op, queue[0])["acked"] == [op["id"], queue[0]["id"]]

    workers = [
        Worker("phone", lambda _stopping, pair=pair: send(*pair)).start()  # type: ignore[misc]
        for pair in zip(phones, queues, strict=True)
    ]
    for worker in workers:
        worker.join(60)
        assert worker.failure is None
    written = box.ops()
    assert sorted(op["id"] for op in written) == sorted(op["id"] for queue in queues for op in queue)
    assert len({op["lamport"] for op in written}) == len(written)


@pytest.mark.parametrize("first", [True, False], ids=["the first op", "a later op"])
@pytest.mark.parametrize("how", ["before", "half", "uncut"])
def test_a_web_process_ended_at_any_step_leaves_a_whole_lane(
    tmp_path_factory: pytest.TempPathFactory, how: How, first: bool
) -> None:
    """The op is sent again after the restart: once in the lane, whatever was begun."""
    for at in itertools.count():
        box = WebBox(tmp_path_factory.mktemp("box"))
        phone, _ = box.paired(), box.session(30, ago_s=100)
        before = [] if first else [tap(box, 80)]
        phone.tag(*before)
        op = tap(box, 79)
        box.durable = StoppingDurable(at, how)
        box.start()
        phone = box.again(phone)
        stopped = False
        try:
            phone.tag(op)
        except Stopped:
            stopped = True
        box.durable = None
        box.start()
        phone = box.again(phone)
        assert phone.tag(op, *before)["acked"] == [each["id"] for each in (op, *before)]
        assert [written["id"] for written in box.ops()] == [each["id"] for each in (*before, op)]
        assert not list(box.home.root.rglob("*.tmp"))
        if not stopped:
            break
    assert at > 3


def test_the_op_is_synced_before_it_is_acknowledged(box: WebBox) -> None:
    phone, _ = box.paired(), box.session(30, ago_s=100)
    phone.tag(tap(box, 80))
    box.durable = durable = TellingDurable()
    box.start()
    phone = box.again(phone)
    durable.telling.told.clear()
    phone.tag(tap(box, 79))
    told = durable.telling.told
    assert told[-4:] == ["sync log ids", "sync file 000001.op.age.tmp", "rename 000001.op.age", "sync folder web"]


@pytest.mark.parametrize("room_bytes", range(0, 9_000, 300))
def test_a_full_card_refuses_and_keeps_what_was_acknowledged(box: WebBox, room_bytes: int) -> None:
    phone, _ = box.paired(), box.session(30, ago_s=100)
    first = tap(box, 80)
    phone.tag(first)
    box.durable = FullDurable(room_bytes)
    box.start()
    phone = box.again(phone)
    ops = [tap(box, 79) for _ in range(6)]
    answer = phone.post("/api/ops", {"ops": ops})
    acked = [] if answer.status == 507 else answer.json["acked"]
    assert answer.status in (200, 507)
    assert "card-full" in answer.text
    assert [op["id"] for op in box.ops()] == [first["id"], *acked]
    box.durable = None
    box.start()
    phone = box.again(phone)
    assert phone.tag(first, *ops)["refused"] == []
    assert [op["id"] for op in box.ops()] == [op["id"] for op in (first, *ops)]


@pytest.mark.parametrize("kind", ["file", "log", "folder"])
def test_what_a_failing_card_refused_is_not_acknowledged_the_next_time(box: WebBox, kind: Any) -> None:
    syncs = FailingSyncs(kind)
    box.durable = Durable(syncs)
    box.start()
    phone, _ = box.paired(), box.session(30, ago_s=100)
    op = tap(box, 80)
    phone.tag(tap(box, 81))
    syncs.failing = True
    for _ in range(2):
        answer = phone.post("/api/ops", {"ops": [op]})
        assert (answer.status, answer.code) == (503, "card-failing")
    syncs.failing = False
    assert phone.tag(op)["acked"] == [op["id"]]
    assert op["id"] in {written["id"] for written in box.ops()}


def test_a_spoiled_journal_of_ids_costs_doubles_and_nothing_else(box: WebBox) -> None:
    """The fold counts each id once; what cannot be read in the journal is as if it was never acknowledged."""
    phone, _ = box.paired(), box.session(30, ago_s=100)
    ops = [tap(box, 80) for _ in range(4)]
    phone.tag(*ops)
    path = box.home.lane("web") / "ids"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + b"\0" * 40 + lines[3])
    box.start()
    phone = box.again(phone)
    new = tap(box, 78)
    assert phone.tag(*ops, new)["refused"] == []
    ids = [op["id"] for op in box.ops()]
    assert set(ids) == {op["id"] for op in (*ops, new)}
    assert ids[:4] == [op["id"] for op in ops]
    box.start()
    assert box.again(phone).tag({**new, "id": new_op_id()}, new)["refused"] == []
    assert [op["id"] for op in box.ops()].count(new["id"]) == 1
