"""Reels as a phone makes them: sealed to their family, of one family's films only, each version once."""

from typing import Any, Final

import pytest

from tests.practice.makers import Writer
from tests.web.box import Browser, WebBox, new_op_id

REEL: Final = "11111111-2222-4333-8444-555555555555"
CARD: Final = {"kind": "card", "text": "You wait, and he comes."}


def clip(session: str, in_ms: int = 1_000, out_ms: int = 3_000) -> dict[str, Any]:
    return {"kind": "clip", "session": session, "in_ms": in_ms, "out_ms": out_ms, "speed": 0.5}


def of_family(box: WebBox, code: str | None, lamport: int) -> str:
    """A film of this family, or of none."""
    session = box.session(5, ago_s=60 * lamport).id
    box.keeper.films[session] = [b"%d" % n for n in range(5)]
    told: dict[str, Any] = {"family": code, "purpose": "film", "discreet": False}
    box.keeper.told.append(Writer("recorder", lamport=lamport).op("session", session, **told) | {"id": f"r{lamport}"})
    return session


def keep(phone: Browser, items: list[Any], reel: str = REEL, **fields: Any) -> Any:
    return phone.post(f"/api/reels/{reel}", {"title": "For today", "approved": False, "items": items, **fields})


def test_a_reel_is_sealed_to_its_family_and_found_again(box: WebBox) -> None:
    phone = box.phone()
    family = phone.post("/api/visit/family", {"code": "F-017"}).json["family"]
    session = of_family(box, "F-017", 1)
    asked = {"session": session, "op_id": new_op_id()}
    for _ in range(2):
        assert keep(phone, [clip(session), CARD], **asked).status == 200
    assert keep(phone, [CARD, clip(session)], approved=True).status == 200
    ops = [op for op in box.family_ops() if op["kind"] == "reel"]
    assert [(op["subject"], op["approved"], [each["kind"] for each in op["items"]]) for op in ops] == [
        (family, False, ["clip", "card"]),
        (family, True, ["card", "clip"]),
    ]
    (told,) = phone.get("/api/reels").json["reels"]
    assert (told["id"], told["subject"], told["approved"], told["long_ms"]) == (REEL, family, True, 4_000)
    assert told["numbers"] == {session: 1}


def test_a_reel_of_no_family_is_its_sessions(box: WebBox) -> None:
    phone, session = box.phone(), of_family(box, None, 1)
    assert keep(phone, [clip(session)], session=session).status == 200
    (op,) = box.ops()
    assert (op["subject"], op["kind"], op["reel"]) == (session, "reel", REEL)


def test_no_reel_is_of_two_families(box: WebBox) -> None:
    """Nor by way of a version that comes later."""
    phone = box.phone()
    for code in ("F-017", "F-018"):
        phone.post("/api/visit/family", {"code": code})
    ours, others = of_family(box, "F-017", 1), of_family(box, "F-018", 2)
    assert keep(phone, [clip(ours), clip(others)], session=ours).code == "forbidden"
    assert keep(phone, [clip(ours)], session=ours).status == 200
    assert keep(phone, [clip(others)], session=others).code == "forbidden"
    assert [op["kind"] for op in box.family_ops()].count("reel") == 1


@pytest.mark.parametrize(
    ("items", "fields", "code"),
    [
        ([{"kind": "drawing"}], {}, "bad-input"), ("x", {}, "bad-input"), ([CARD] * 41, {}, "bad-input"),
        ([{**CARD, "text": ""}], {}, "bad-input"), ([CARD], {"title": ""}, "bad-input"),
        ([CARD], {"approved": 1}, "bad-input"), ([CARD], {"session": None}, "bad-input"),
        ([CARD], {"session": "0" * 32}, "not-found"), ([CARD], {"reel": "../x"}, "not-found"),
        ([CARD], {"reel": REEL.replace("1", "G")}, "bad-input"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_reel_is_refused(box: WebBox, items: Any, fields: dict[str, Any], code: str) -> None:
    phone, session = box.phone(), of_family(box, None, 1)
    answer = keep(phone, items, **{"session": session, **fields})
    assert answer.code == code, answer.text
    assert box.ops() == []


def test_a_long_reel_is_told_so(box: WebBox) -> None:
    phone, session = box.phone(), of_family(box, None, 1)
    items = [clip(session, 0, 20_000), *[CARD] * 5]
    assert keep(phone, items, session=session).status == 200
    box.keeper.told.extend(box.ops())
    (told,) = phone.get("/api/reels").json["reels"]
    assert (told["many"], told["long"], told["long_ms"]) == (True, False, 40_000)
