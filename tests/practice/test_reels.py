"""Reels by their ops: the last version leads, in whatever order they come; an item is what it should be or is not."""

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.practice.items import Card, Clip, Still, Unfit, long_ms, read_items, told
from appliance.practice.ops import read_ops
from appliance.practice.projection import Projection
from appliance.practice.reels import reels_of
from tests.practice.makers import OTHER, SESSION, Writer

FAMILY = "ab" * 16
CLIP: dict[str, Any] = {
    "kind": "clip",
    "session": SESSION,
    "in_ms": 1_000,
    "out_ms": 4_000,
    "speed": 0.5,
    "loops": 2,
    "hold_ms": 3_000,
    "prompts": ["What do you see?"],
}
STILL: dict[str, Any] = {"kind": "still", "session": SESSION, "pts_ms": 2_000, "prompts": []}
CARD: dict[str, Any] = {"kind": "card", "text": "You wait", "prompts": []}


def reel(writer: Writer, id_: str, *items: Any, subject: str = FAMILY, **fields: Any) -> dict[str, Any]:
    usual = {"reel": id_, "title": "For today", "approved": False, "items": list(items)}
    return writer.op("reel", subject, **{**usual, **fields})


def test_items_are_read_as_they_are_told() -> None:
    items = read_items([CLIP, STILL, CARD])
    assert items == (
        Clip(SESSION, 1_000, 4_000, 0.5, 2, 3_000, ("What do you see?",)),
        Still(SESSION, 2_000),
        Card("You wait"),
    )
    assert [told(item) for item in items] == [CLIP, STILL, CARD]
    assert long_ms(items) == 12_000
    assert read_items([{"kind": "drawing", "strokes": []}, CARD]) == (Card("You wait"),), "a kind of tomorrow"


@pytest.mark.parametrize(
    "wrong",
    [
        None, {}, [7], [{}], [{**CLIP, "out_ms": 1_000}], [{**CLIP, "hold_ms": 4_000}], [{**CLIP, "speed": 2}],
        [{**CLIP, "speed": True}], [{**CLIP, "loops": 0}], [{**CLIP, "session": "x"}], [{**CLIP, "in_ms": -1}],
        [{**CLIP, "in_ms": True}], [{**CLIP, "prompts": ["a", "b", "c", "d"]}], [{**CLIP, "prompts": "a"}],
        [{**STILL, "pts_ms": 1.0}], [{**CARD, "text": " "}], [{**CARD, "text": "\ud800"}],
        [{**CARD, "text": "x" * 281}],
        [CARD] * 41,
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_item_is_refused(wrong: object) -> None:
    with pytest.raises(Unfit):
        read_items(wrong)
    assert reels_of(read_ops([reel(Writer(), "r", items=wrong)])) == ()


@settings(max_examples=150)
@given(st.integers(0, 1 << 40))
def test_the_last_version_leads_in_any_order(seed: int) -> None:
    random, writers = Random(seed), [Writer("web"), Writer("desk", lamport=2)]
    ops: list[dict[str, Any]] = []
    for n in range(random.randint(1, 8)):
        writer = random.choice(writers)
        if ops and random.random() < 0.2:
            ops.append(writer.op("undo", FAMILY, op=random.choice(ops)["id"]))
        else:
            ops.append(reel(writer, random.choice("ab"), {**CARD, "text": str(n)}, approved=random.random() < 0.5))
    mixed = random.sample(ops, len(ops))
    found = reels_of(read_ops(mixed))
    assert found == reels_of(read_ops(ops))
    projection = Projection()
    for op in [*mixed, *random.choices(mixed, k=2)]:
        projection.feed([op])
    assert projection.reels() == found
    undone = {op["op"] for op in ops if op["kind"] == "undo"}
    if not undone:
        order = sorted(ops, key=lambda op: (op["lamport"], op["device"], op["lane"], op["n"]))
        assert {each.id: each.items for each in found} == {op["reel"]: read_items(op["items"]) for op in order}


def test_a_reel_goes_with_its_session() -> None:
    web, projection = Writer(), Projection()
    projection.feed([reel(web, "a", CLIP, subject=SESSION), reel(web, "b", CARD, subject=FAMILY)])
    assert [each.id for each in projection.reels()] == ["a", "b"]
    assert projection.reels()[0].sessions == {SESSION}
    projection.feed([web.op("erased", "agency", session=SESSION)])
    assert [each.id for each in projection.reels()] == ["b"]
    assert OTHER not in {each.subject for each in projection.reels()}
