"""The fold over statements: the same in any order, and nobody's word counts beyond what he may say."""

import uuid
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from appliance.said.fates import Fates
from appliance.said.kinds import Confirmed, Erase, Erased, Hold, Purged, Said

SESSIONS = ("aa" * 16, "bb" * 16)
DESK, BOX, OTHER = "d" * 16, "b" * 16, "c" * 16
WRITERS = {
    Confirmed: ("web", "desk"),
    Hold: ("desk",),
    Erase: ("web", "desk"),
    Erased: ("recorder", "ingest"),
    Purged: ("recorder",),
}
IDS = st.uuids(version=4).map(str)
KINDS: dict[type[Said], st.SearchStrategy[tuple[object, ...]]] = {
    Confirmed: st.tuples(st.sampled_from(SESSIONS), st.none() | st.integers(0, 9)),
    Hold: st.tuples(st.sampled_from(SESSIONS), st.booleans()),
    Erase: st.tuples(st.lists(st.sampled_from(SESSIONS), max_size=2).map(tuple), st.just(()), st.just("request")),
    Erased: st.sampled_from(SESSIONS).map(lambda s: ((s,), (1,), (), "request", None, ())),
    Purged: st.tuples(st.sampled_from(SESSIONS), st.just(1), st.just(())),
}


@st.composite
def statements(draw: st.DrawFn) -> Said:
    kind = draw(st.sampled_from(list(KINDS)))
    device, writer = draw(st.sampled_from((DESK, BOX, OTHER))), draw(st.sampled_from(WRITERS[kind]))
    return kind(device, writer, draw(IDS), draw(st.integers(0, 5)), *draw(KINDS[kind]))


def fates(said: list[Said]) -> list[object]:
    folded = Fates((DESK,), said)
    return [folded.of(session, box) for session in SESSIONS for box in (BOX, OTHER)]


@given(st.lists(statements(), max_size=12, unique_by=lambda said: said.id), st.data())
def test_neither_order_nor_repeats_matter(said: list[Said], data: st.DataObject) -> None:
    other = data.draw(st.permutations(said))
    repeats = data.draw(st.lists(st.sampled_from(said), max_size=4)) if said else []
    halves = Fates((DESK,), other[: len(other) // 2])
    halves.add(other + repeats)
    assert fates(said) == fates(list(other) + repeats)
    assert fates(said)[0] == halves.of(SESSIONS[0], BOX)


@given(st.lists(statements(), max_size=12, unique_by=lambda said: said.id))
def test_a_box_says_nothing_of_another_boxs_sessions(said: list[Said]) -> None:
    without = [each for each in said if each.device != OTHER]
    assert Fates((DESK,), said).of(SESSIONS[0], BOX) == Fates((DESK,), without).of(SESSIONS[0], BOX)


@given(st.lists(statements(), max_size=12, unique_by=lambda said: said.id))
def test_only_a_desk_holds(said: list[Said]) -> None:
    folded = Fates((DESK,), said)
    newest = max(
        (each for each in said if isinstance(each, Hold) and (each.device, each.session) == (DESK, SESSIONS[0])),
        key=lambda each: each.place,
        default=None,
    )
    assert folded.of(SESSIONS[0], BOX).held == (newest is not None and newest.on)


def _at(kind: type[Said], device: str, writer: str, at: int, *told: object) -> Said:
    return kind(device, writer, str(uuid.uuid4()), at, *told)


def test_a_desks_word_of_consent_leads_and_a_box_never_says_until_when() -> None:
    box = Confirmed(BOX, "web", str(uuid.uuid4()), 1 << 52, SESSIONS[0], 0)
    desk = _at(Confirmed, DESK, "desk", 2, SESSIONS[0], 99)
    assert Fates((DESK,), [desk, box]).of(SESSIONS[0], BOX).confirmed == desk
    assert Fates((DESK,), [desk, box]).of(SESSIONS[0], OTHER).confirmed == desk
    assert Fates((DESK,), [box]).of(SESSIONS[0], BOX).confirmed == replace(box, keep_until=None)
    assert Fates((DESK,), [box]).of(SESSIONS[0], OTHER).confirmed is None


def test_a_boxs_order_counts_until_it_has_purged() -> None:
    order = _at(Erase, BOX, "web", 5, (SESSIONS[0],), (), "objection")
    purged = _at(Purged, BOX, "recorder", 9, SESSIONS[0], 3, ())
    assert Fates((DESK,), [order]).of(SESSIONS[0], BOX).order == order
    after = Fates((DESK,), [order, purged]).of(SESSIONS[0], BOX)
    assert (after.order, after.asked, after.purged) == (None, order, purged)
    desk = replace(order, device=DESK, writer="desk", id=str(uuid.uuid4()))
    settled = Fates((DESK,), [order, purged, desk]).of(SESSIONS[0], BOX)
    assert (settled.order, settled.asked) == (desk, None)


def test_what_went_from_a_box_by_itself_is_no_order_to_the_office() -> None:
    by_itself = _at(Erased, BOX, "recorder", 1, (SESSIONS[0],), (1,), (), "unconfirmed", None, ())
    asked_for = _at(Erased, BOX, "recorder", 2, (SESSIONS[1],), (2,), (), "objection", None, ())
    folded = Fates((DESK,), [by_itself, asked_for])
    assert folded.of(SESSIONS[0], BOX).order is None
    assert folded.of(SESSIONS[0], BOX).erased_by == {BOX}
    assert folded.of(SESSIONS[1], BOX).order == asked_for


def test_a_box_that_certifies_a_desk_of_its_own_is_not_heard() -> None:
    forged = [
        _at(Hold, BOX, "desk", 1, SESSIONS[0], True),
        _at(Erase, BOX, "desk", 1, (SESSIONS[0],), (), "request"),
        _at(Erased, BOX, "ingest", 1, (SESSIONS[0],), (1,), (), "request", None, ()),
    ]
    fate = Fates((DESK,), forged).of(SESSIONS[0], BOX)
    assert (fate.held, fate.order, fate.erased_by) == (False, None, frozenset())
