"""Families, visits, consents and assents by their ops: the last leads, an undo takes back, order does not matter."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.practice.families import Consent, Families, FamilyView
from appliance.practice.family_ops import AUTHORITIES, SAYINGS, SCOPES, read_family_op
from appliance.practice.fold import fold
from tests.practice.makers import Told, Writer

FAMILY, OTHER = "ab" * 16, "cd" * 16
DAY_MS = 86_400_000


def fed(*ops: Told) -> Families:
    families = Families()
    families.feed(ops)
    return families


def view(*ops: Told) -> FamilyView:
    found = fed(*ops).family(FAMILY)
    assert found is not None
    return found


def coded(web: Writer, code: str = "F-017", language: str | None = None, subject: str = FAMILY) -> Told:
    return web.op("family", subject, code=code, language=language)


def begun(web: Writer, **fields: Any) -> Told:
    return web.op("visit", FAMILY, **{"purpose": "film", "target_min": 10, "question": "How does he ask?", **fields})


def consented(web: Writer, scope: str = "film", *, given: bool = True, **fields: Any) -> Told:
    told = {"scope": scope, "given": given, "authority": "parent", "until": None, "visit": None}
    return web.op("consent", FAMILY, **{**told, **fields})


def test_a_family_is_what_was_said_last() -> None:
    web, desk = Writer(), Writer("desk", lamport=50)
    first, later = coded(web), coded(desk, "F-018", "nl")
    assert (view(first).code, view(first).language) == ("F-017", None)
    assert (view(later, first).code, view(later, first).language) == ("F-018", "nl")
    assert view(later, first, desk.undo(later, subject=FAMILY)).code == "F-017"
    assert fed(first, web.undo(first, subject=FAMILY)).family(FAMILY) is None
    assert fed(begun(web)).family(FAMILY) is None


def test_a_visit_is_changed_and_its_child_asked() -> None:
    web = Writer()
    visit = begun(web)
    change = web.edit(visit, subject=FAMILY, question="And when she waits?", target_min=None)
    no = web.op("assent", FAMILY, visit=visit["id"], says="no")
    ok = web.op("assent", FAMILY, visit=visit["id"], says="ok")
    (found,) = view(coded(web), ok, no, change, visit).visits
    assert (found.id, found.purpose, found.target_min, found.question) == (
        visit["id"],
        "film",
        None,
        change["question"],
    )
    assert found.says == "ok"
    (found,) = view(
        coded(web), ok, no, change, visit, web.undo(ok, subject=FAMILY), web.undo(change, subject=FAMILY)
    ).visits
    assert (found.says, found.target_min, found.question) == ("no", 10, visit["question"])
    families = fed(coded(web), visit)
    assert families.of_visit(visit["id"]) == families.family(FAMILY)
    assert families.of_visit("nobody's") is None


def test_consent_is_good_while_it_is_given_and_not_past() -> None:
    web = Writer()
    ops = [
        coded(web),
        consented(web, until=10 * DAY_MS),
        consented(web, "review"),
        consented(web, "review", given=False),
    ]
    consents = view(*ops).consents
    assert consents["film"] == Consent("film", given=True, authority="parent", until=10 * DAY_MS, at=1, visit=None)
    assert [consents["film"].good(now) for now in (0, 10 * DAY_MS, 10 * DAY_MS + 1)] == [True, True, False]
    assert not consents["review"].good(0)
    assert view(*ops, web.undo(ops[-1], subject=FAMILY)).consents["review"].good(0)


def test_what_is_about_another_family_changes_nothing() -> None:
    web = Writer()
    mine, visit = coded(web), begun(web)
    foreign = [
        web.undo(mine, subject=OTHER),
        web.edit(visit, subject=OTHER, question="?"),
        coded(web, "X-1", subject=OTHER),
    ]
    assert view(mine, visit, *foreign) == view(mine, visit)
    assert [each.code for each in fed(mine, visit, *foreign).all()] == ["F-017", "X-1"]


def test_of_two_families_with_one_code_the_older_comes_first() -> None:
    web = Writer()
    families = fed(coded(web, subject=OTHER), coded(web))
    assert [each.id for each in families.all()] == [OTHER, FAMILY]
    families.forget()
    assert families.all() == []


def test_sessions_do_not_know_of_families() -> None:
    web = Writer()
    assert fold([coded(web), begun(web), consented(web)]).sessions == {}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": ["consent"]}, {"given": 1}, {"scope": "everything"}, {"authority": None}, {"until": -1},
        {"until": True}, {"visit": 5}, {"lamport": 1 << 53}, {"device": None}, {"at": "now"}, {"subject": "\ud800"},
    ],
)  # fmt: skip
def test_what_is_not_as_it_should_be_is_ignored(change: dict[str, Any]) -> None:
    told = consented(Writer())
    assert read_family_op(told) is not None
    assert read_family_op(told | change) is None
    assert read_family_op({**begun(Writer()), "purpose": "party"}) is None
    assert read_family_op(Writer().op("edit", FAMILY, op="x", note="of a moment")) is None


def tell(random: Random, web: Writer, seen: list[Told]) -> Told:
    about = random.choice([*seen, {"id": f"web-{random.randrange(30)}"}])
    subject = random.choice([FAMILY] * 4 + [OTHER])
    match random.choice(["family", "visit", "consent", "consent", "assent", "edit", "undo"]):
        case "family":
            return coded(web, random.choice(["F-1", "F-2"]), subject=subject)
        case "visit":
            return begun(web, purpose=random.choice(["film", "review"]))
        case "consent":
            return consented(
                web,
                random.choice(SCOPES[:2]),
                given=random.random() < 0.6,
                until=random.choice([None, 5]),
                authority=random.choice(AUTHORITIES),
            )
        case "assent":
            return web.op("assent", FAMILY, visit=about["id"], says=random.choice(SAYINGS))
        case "edit":
            return web.edit(about, subject=subject, question=str(len(seen)))
        case _:
            return web.undo(about, subject=subject)


def last_of_each(ops: list[Told], kind: str, key: str) -> dict[str, Told]:
    """Slowly, straight from FORMAT.md: of each `key` the last op of this kind that no counting undo names."""
    undone: dict[str, bool] = {}
    undos = [op for op in ops if op["kind"] == "undo" and op["subject"] == FAMILY]

    def is_undone(id_: str, seen: frozenset[str] = frozenset()) -> bool:
        if id_ in seen:
            return True
        if id_ not in undone:
            undone[id_] = any(u["op"] == id_ and not is_undone(u["id"], seen | {id_}) for u in undos)
        return undone[id_]

    found: dict[str, Told] = {}
    for op in sorted(ops, key=lambda op: (op["lamport"], op["device"], op["lane"])):
        if op["kind"] == kind and op["subject"] == FAMILY and not is_undone(op["id"]):
            found[str(op.get(key))] = op
    return found


@given(st.randoms(use_true_random=False), st.integers(0, 40))
def test_any_order_and_any_repeat_make_the_same(random: Random, count: int) -> None:
    writers = [Writer(), Writer("desk")]
    ops: list[Told] = []
    for _ in range(count):
        writer = random.choice(writers)
        writer.lamport = len(ops)
        ops.append(tell(random, writer, ops))
    whole = fed(*ops)
    pieces = Families()
    shuffled = random.sample(ops + random.choices(ops, k=len(ops) // 3) if ops else [], len(ops) + len(ops) // 3)
    for op in shuffled:
        pieces.feed([op])
    assert pieces.all() == whole.all()
    found = whole.family(FAMILY)
    acyclic = not any(
        op["kind"] == "undo" and op["op"] not in {each["id"] for each in ops[:n]} for n, op in enumerate(ops)
    )
    if found is not None and acyclic:
        said = last_of_each(ops, "consent", "scope")
        assert {s: (c.given, c.authority) for s, c in found.consents.items()} == {
            s: (op["given"], op["authority"]) for s, op in said.items()
        }
        assert found.code == next(iter(last_of_each(ops, "family", "kind").values()))["code"]
