"""What phones tag, and what becomes of it: the right session and time, once, sealed, or a refusal that says why."""

from typing import Any

import pytest

from tests.web.box import SECOND_US, WebBox, new_op_id, tap

TAG = "orion-8@1/taking-turns"


def refusal(answer: Any) -> str:
    """The code of the only refusal."""
    assert answer["acked"] == []
    (refused,) = answer["refused"]
    return str(refused["fault"]["code"])


def test_a_tap_is_a_signed_op_about_its_session(box: WebBox) -> None:
    phone, session = box.phone(), box.session(30, ago_s=100)
    op = tap(box, 80, tags=[TAG], note="Both laughed.", error_ms=12)
    assert phone.tag(op) == {"acked": [op["id"]], "refused": []}
    (written,) = box.ops()
    (this,) = phone.get("/api/phones").json["phones"]
    pts_ms = 20_000 - 50  # a request takes 50 ms here
    assert written == {
        "v": 1,
        "id": op["id"],
        "lane": "web",
        "n": 0,
        "device": written["device"],
        "lamport": written["lamport"],
        "at": box.clock.utc_ms() - 50,
        "at_source": "rtc",
        "by": this["id"],
        "subject": session.id,
        "kind": "moment",
        "pts_ms": pts_ms + 50,
        "in_ms": pts_ms + 50 - 8_000,
        "out_ms": pts_ms + 50 + 4_000,
        "tags": [TAG],
        "note": "Both laughed.",
        "error_ms": 12,
    }


def test_it_needs_no_unlock(box: WebBox) -> None:
    phone = box.paired()
    box.session(5, live=True)
    assert phone.tag(tap(box))["refused"] == []
    assert not box.keeper.unlocked


def test_a_moment_does_not_begin_before_its_film(box: WebBox) -> None:
    phone = box.phone()
    box.session(30, ago_s=100)
    phone.tag(tap(box, 97))
    (written,) = box.ops()
    assert (written["pts_ms"], written["in_ms"], written["out_ms"]) == (3_000, 0, 7_000)


def test_a_tap_on_a_film_in_progress_runs_ahead_of_its_log(box: WebBox) -> None:
    """Its last second is on the card only after the tap."""
    phone, _ = box.phone(), box.session(5, live=True, ago_s=6)
    phone.tag(tap(box))
    (written,) = box.ops()
    assert written["pts_ms"] == 6_000


def test_kinds_of_ops(box: WebBox) -> None:
    phone, session = box.phone(), box.session(30, ago_s=100)
    moment, star = tap(box, 80), tap(box, 79, "star")
    undo = {"id": new_op_id(), "kind": "undo", "op": star["id"]}
    edit = {"id": new_op_id(), "kind": "edit", "op": moment["id"], "in_ms": 1, "out_ms": 2_000, "note": "", "tags": []}
    of_panel = {"id": new_op_id(), "kind": "undo", "op": new_op_id(), "session": session.id}
    assert phone.tag(moment, star, undo, edit, of_panel)["refused"] == []
    told = [
        {k: v for k, v in op.items() if k not in ("v", "lane", "device", "at", "at_source", "by")} for op in box.ops()
    ]
    lamports = [op.pop("lamport") for op in told]
    assert lamports == sorted(set(lamports))
    assert told[1:] == [
        {"id": star["id"], "n": 1, "subject": session.id, "kind": "star", "pts_ms": 21_000},
        {"id": undo["id"], "n": 2, "subject": session.id, "kind": "undo", "op": star["id"]},
        {**edit, "n": 3, "subject": session.id},
        {"id": of_panel["id"], "n": 4, "subject": session.id, "kind": "undo", "op": of_panel["op"]},
    ]


def test_an_undo_goes_where_its_op_is(box: WebBox) -> None:
    phone, first, second = box.phone(), box.session(5, ago_s=100), box.session(5, ago_s=50)
    star = tap(box, 98, "star")
    phone.tag(star, {"id": new_op_id(), "kind": "undo", "op": star["id"], "session": second.id})
    assert [op["subject"] for op in box.ops()] == [first.id, first.id]


def test_a_moment_may_be_marked_in_a_film_that_is_watched(box: WebBox) -> None:
    phone, session = box.phone(), box.session(30, ago_s=100)
    base = {"kind": "moment", "session": session.id, "tags": [TAG]}
    phone.tag({**base, "id": new_op_id(), "pts_ms": 9_000, "in_ms": 8_500, "out_ms": 9_500})
    phone.tag({**base, "id": new_op_id(), "pts_ms": 999_000})
    assert [(op["pts_ms"], op["in_ms"], op["out_ms"]) for op in box.ops()] == [
        (9_000, 8_500, 9_500),
        (30_000, 22_000, 34_000),
    ]


@pytest.mark.parametrize("where", ["another boot", "long before", "long after", "nowhere"])
def test_a_tap_that_no_film_holds_is_refused(box: WebBox, where: str) -> None:
    phone = box.phone()
    if where != "nowhere":
        box.session(30, ago_s=100)
    op = tap(box, {"long before": 120, "long after": 50}.get(where, 80))
    if where == "another boot":
        op["boot"] = "00000000-0000-4000-8000-000000000009"
    assert refusal(phone.tag(op)) == "bad-input"
    assert box.ops() == []


def test_a_tap_for_a_film_of_an_earlier_boot_still_finds_it(box: WebBox) -> None:
    """The phone slept with its queue while the box was carried to the next family."""
    phone, session = box.phone(), box.session(30, ago_s=100)
    late = tap(box, 80)
    box.clock.boot = "00000000-0000-4000-8000-000000000002"
    box.clock.now_us = 10 * SECOND_US
    box.session(5, live=True)
    phone.tag(late)
    assert [(op["subject"], op["pts_ms"]) for op in box.ops()] == [(session.id, 20_000)]


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"},
        {"id": None},
        {"id": "0601D86E-08F3-49D6-A7CA-1D86D5746346"},
        {"kind": "erased"},
        {"kind": "session"},
        {"kind": None},
        {"at_us": -1},
        {"at_us": 1.5},
        {"at_us": True},
        {"at_us": 1 << 60},
        {"boot": ""},
        {"boot": "b" * 65},
        {"boot": None},
        {"error_ms": -1},
        {"tags": "orion-8@1/taking-turns"},
        {"tags": ["taking turns"]},
        {"tags": [TAG, TAG]},
        {"tags": [f"orion-8@1/tag-{n}" for n in range(17)]},
        {"note": "n" * 2_001},
        {"note": "\ud800"},
        {"note": "a\0b"},
        {"note": "\x1b[2J"},
        {"in_ms": 5, "out_ms": 5},
        {"in_ms": -1},
        {"in_ms": 700_000_000},
        {"in_ms": 90_000},
        {"session": "../../device"},
        {"session": "0" * 32},
        {"kind": "hide", "why": "shy"},
        {"kind": "hide", "in_ms": 0, "out_ms": 0},
        {"kind": "undo"},
        {"kind": "undo", "op": "x"},
        {"kind": "undo", "op": "0601d86e-08f3-49d6-a7ca-1d86d5746346"},
        {"kind": "edit", "op": "0601d86e-08f3-49d6-a7ca-1d86d5746346"},
    ],
)
def test_what_is_out_of_bounds_is_refused_and_changes_nothing(box: WebBox, change: dict[str, Any]) -> None:
    phone, _ = box.phone(), box.session(30, ago_s=100)
    good = tap(box, 79)
    answer = phone.tag({**tap(box, 80), **change}, good)
    assert answer["acked"] == [good["id"]]
    assert [refused["fault"]["code"] for refused in answer["refused"]] in (["bad-input"], ["not-found"])
    assert [op["id"] for op in box.ops()] == [good["id"]]


def test_a_visitor_is_hidden_from_before_the_tap_until_they_leave(box: WebBox) -> None:
    phone, session = box.paired(), box.session(30, live=True, ago_s=31)
    came, gone = tap(box, 20, "hide"), tap(box, 12, "edit", ends_here=True)
    early = tap(box, 29, "hide", why="visitor")
    assert phone.tag(came, {**gone, "op": came["id"]}, early)["refused"] == []
    shown = [{key: op.get(key) for key in ("kind", "in_ms", "out_ms", "why", "op", "subject")} for op in box.ops()]
    about = {"why": "visitor", "op": None, "subject": session.id}
    assert shown == [
        {"kind": "hide", "in_ms": 6_000, "out_ms": None, **about},
        {"kind": "edit", "in_ms": None, "out_ms": 19_000, "why": None, "op": came["id"], "subject": session.id},
        {"kind": "hide", "in_ms": 0, "out_ms": None, **about},
    ]
    assert box.ops()[1].keys() >= {"out_ms"}
    again = {"id": new_op_id(), "kind": "edit", "op": came["id"], "out_ms": None}
    assert phone.tag(again)["refused"] == []
    assert box.ops()[-1]["out_ms"] is None


def test_every_phone_is_told_of_a_visitor(box: WebBox) -> None:
    phone, session = box.paired(), box.session(30, live=True, ago_s=31)
    box.recorder.film = {"session": session.id, "film_ms": 30_000}
    came = tap(box, 20, "hide")
    phone.tag(came)
    assert phone.get("/api/status").json["visitors"] == {came["id"]: True}
    phone.tag({**tap(box, 10, "edit"), "op": came["id"], "ends_here": True})
    assert phone.get("/api/status").json["visitors"] == {came["id"]: False}
    phone.tag({"id": new_op_id(), "kind": "edit", "op": came["id"], "out_ms": None})
    assert phone.get("/api/status").json["visitors"] == {came["id"]: True}
    phone.tag({"id": new_op_id(), "kind": "undo", "op": came["id"]})
    assert phone.get("/api/status").json["visitors"] == {came["id"]: False}
    box.recorder.film = None
    assert phone.get("/api/status").json["visitors"] == {}


def test_what_ends_here_needs_to_lie_in_its_film(box: WebBox) -> None:
    """Else it stays hidden to the end: what is not certain is not shown."""
    phone, _ = box.paired(), box.session(30, live=True, ago_s=31)
    came = tap(box, 20, "hide")
    phone.tag(came)
    for wrong in ({"boot": "00000000-0000-4000-8000-000000000009"}, {"at_us": None}):
        gone = {**tap(box, 10, "edit"), "op": came["id"], "ends_here": True, **wrong}
        assert refusal(phone.tag(gone)) == "bad-input"


@pytest.mark.parametrize("ops", [None, {}, "x", [{}] * 101])
def test_ops_are_a_list_of_at_most_a_hundred(box: WebBox, ops: object) -> None:
    answer = box.paired().post("/api/ops", {"ops": ops})
    assert (answer.status, answer.code) in ((400, "bad-input"), (200, "")) if ops is None else answer.status == 400


def test_what_is_no_op_is_refused_without_an_id(box: WebBox) -> None:
    answer = box.paired().post("/api/ops", {"ops": [None, 3, "x", [], {}, {"id": 7}]}).json
    assert [refused["id"] for refused in answer["refused"]] == [None] * 6


def test_an_op_sent_again_is_acknowledged_again_and_written_once(box: WebBox) -> None:
    phone, _ = box.paired(), box.session(30, ago_s=100)
    ops = [tap(box, 80 - n) for n in range(3)]
    for _ in range(2):
        assert phone.tag(*ops, ops[0])["acked"] == [*(op["id"] for op in ops), ops[0]["id"]]
        box.start()
        phone = box.again(phone)
    assert [op["id"] for op in box.ops()] == [op["id"] for op in ops]


def test_an_op_of_an_erased_session_stays_acknowledged(box: WebBox) -> None:
    """The phone must be able to empty its queue."""
    phone, session = box.paired(), box.session(30, ago_s=100)
    op = tap(box, 80)
    phone.tag(op)
    (session.folder / "key.age").unlink()
    assert phone.tag(op)["acked"] == [op["id"]]
    assert refusal(phone.tag({**tap(box), "session": session.id, "pts_ms": 1})) == "unreadable"


def test_the_note_is_nowhere_in_clear(box: WebBox) -> None:
    phone, _ = box.paired(), box.session(30, ago_s=100)
    phone.tag(tap(box, 80, note="Anna cried and was held.", tags=[TAG]))
    everything = b"".join(path.read_bytes() for path in box.home.root.rglob("*") if path.is_file())
    assert b"Anna" not in everything
    assert b"taking-turns" not in everything


def test_lamports_go_on_over_restarts_and_above_what_was_read(box: WebBox) -> None:
    phone, _ = box.paired(), box.session(30, ago_s=100)
    phone.tag(tap(box, 80))
    box.start()
    phone = box.again(phone)
    phone.tag(tap(box, 79))
    box.site.lane.seen = 50_000
    phone.tag(tap(box, 78))
    first, second, third = (op["lamport"] for op in box.ops())
    assert first < second < third
    assert third > 50_000
