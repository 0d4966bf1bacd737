"""The fold: what is undone, what an op is about, what counts once, and what is ignored."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.practice.fold import Practice, SessionView, fold
from appliance.practice.ops import Undo
from appliance.practice.undoing import undone_by
from tests.practice.makers import DEVICE, NAMING, OTHER, SESSION, TURNS, Told, Writer


def view(*ops: Told) -> SessionView:
    return fold(ops).sessions[SESSION]


def ids(*ops: Told) -> list[str]:
    return [moment.id for moment in view(*ops).moments]


def test_nothing_is_folded_to_nothing() -> None:
    assert fold([]) == Practice({})


def test_a_session_is_what_the_box_was_told_last() -> None:
    recorder, desk = Writer("recorder"), Writer("desk", lamport=9)
    first = recorder.op("session", family="F-017", purpose="film", discreet=True)
    assert view(first) == SessionView(SESSION, "F-017", "film", discreet=True)
    assert view(first | {"visit": "v"}).visit == "v"
    other = desk.op("session", family=None, purpose="review", discreet=False)
    assert view(other, first) == SessionView(SESSION, None, "review")
    assert view(other, first, desk.undo(other)) == view(first)
    assert view(recorder.star(1)).purpose is None


def test_an_undo_takes_an_op_back_and_an_undo_of_it_brings_it_back() -> None:
    web = Writer()
    tap = web.tap(20_000, TURNS)
    undo = web.undo(tap)
    redo = web.undo(undo)
    again = web.undo(redo)
    assert [ids(tap), ids(tap, undo), ids(tap, undo, redo), ids(tap, undo, redo, again)] == [
        ["web-0"],
        [],
        ["web-0"],
        [],
    ]


def test_what_is_undone_is_told_with_the_undos_that_hold_it() -> None:
    web, desk = Writer(), Writer("desk")
    tap = web.tap(20_000, TURNS, note="a")
    edit, wrong = web.edit(tap, note="b"), web.edit(tap, note="c")
    assert view(tap, edit, wrong, web.undo(wrong), web.undo(tap)).undone[0].moment.note == "b"
    undos = [web.undo(tap), desk.undo(tap)]
    (undone,) = view(tap, edit, *undos).undone
    assert (undone.moment.note, undone.moment.taps) == ("b", ("web-0",))
    assert undone.undos == (undos[1]["id"], undos[0]["id"])
    back = [web.undo(undo) for undo in undos]
    assert view(tap, edit, *undos, back[0]).undone[0].undos == (undos[1]["id"],)
    assert ids(tap, edit, *undos, *back) == ["web-0"]
    assert view(tap, edit, *undos, *back).undone == ()


def test_an_undone_edit_counts_as_never_made() -> None:
    web = Writer()
    tap = web.tap(20_000, TURNS, note="a")
    edits = [web.edit(tap, note="b"), web.edit(tap, note="c")]
    assert view(tap, *edits, web.undo(edits[1])).moments[0].note == "b"
    assert view(tap, *edits, web.undo(edits[0])).moments[0].note == "c"
    assert view(tap, *edits, *map(web.undo, edits)).moments[0].note == "a"


def test_an_undone_second_tap_takes_its_stretch_back() -> None:
    web = Writer()
    taps = [web.tap(20_000, TURNS), web.tap(22_000, TURNS)]
    assert [moment.out_ms for moment in view(*taps, web.undo(taps[1])).moments] == [24_000]
    assert ids(*taps, web.undo(taps[0])) == ["web-1"]
    assert ids(*taps, *map(web.undo, taps)) == []


def test_a_tap_made_after_an_undo_is_not_swallowed_by_what_was_undone() -> None:
    web = Writer()
    wrong = web.tap(20_000, TURNS)
    assert ids(wrong, web.undo(wrong), web.tap(21_000, TURNS)) == ["web-2"]


def test_an_undo_that_stands_before_its_op_waits_for_it() -> None:
    slow, fast = Writer(), Writer("recorder", lamport=5_000)
    star = fast.star(20_000)
    undo = slow.undo(star)
    assert fold([undo]) == Practice({})
    assert ids(undo, star) == []


def test_undos_in_a_ring_hold_nothing() -> None:
    web = Writer()
    tap = web.tap(20_000, TURNS)
    itself = web.op("undo", op="web-1")
    assert ids(tap, itself) == ["web-0"]
    ring = [web.op("undo", op="web-3"), web.op("undo", op="web-2")]
    assert ids(tap, *ring) == ["web-0"]
    outside = web.op("undo", op="web-2")
    assert ids(tap, *ring, outside) == ["web-0"]


def make_undo(number: int, about: int) -> Undo:
    return Undo((number, DEVICE, "web", number, f"op {number}"), SESSION, f"op {about}")


@given(st.lists(st.integers(-3, 40), max_size=40))
def test_undoing_is_what_its_definition_says(abouts: list[int]) -> None:
    """Acyclic here: each is about an earlier op; then an op is undone if an undo of it is not."""
    undos = [make_undo(number, min(about, number - 1)) for number, about in enumerate(abouts)]
    undone: dict[str, bool] = {}
    for number in reversed(range(-3, len(undos))):
        of_it = [undo for undo in undos if undo.about == f"op {number}"]
        undone[f"op {number}"] = any(not undone[undo.id] for undo in of_it)
    found = undone_by(reversed(undos))
    assert {id_ for id_, is_undone in undone.items() if is_undone} - {f"op {n}" for n in range(-40, -3)} == {
        id_ for id_ in found if id_ in undone
    }
    assert all(undo not in found for undos in found.values() for undo in undos)


def test_each_id_counts_once_and_the_first_in_order_is_it() -> None:
    web, again = Writer(), Writer(lamport=7)
    first, later = web.tap(20_000, TURNS), again.tap(50_000, NAMING)
    assert first["id"] == later["id"]
    assert view(first, later) == view(later, first) == view(first)
    elsewhere = later | {"subject": OTHER}
    assert fold([elsewhere, first]).sessions.keys() == {SESSION}


def test_an_op_acts_within_its_own_subject_only() -> None:
    web = Writer()
    tap = web.tap(20_000, TURNS)
    foreign = [web.undo(tap, subject=OTHER), web.edit(tap, subject=OTHER, note="x")]
    assert fold([tap, *foreign]) == fold([tap])


def test_an_erased_session_is_gone_for_good() -> None:
    web, recorder = Writer(), Writer("recorder")
    ops = [web.tap(20_000, TURNS), web.tap(20_000, TURNS, subject=OTHER)]
    erased = recorder.op("erased", subject="agency", session=SESSION)
    assert fold([*ops, erased]).sessions.keys() == {OTHER}
    assert fold([*ops, erased, recorder.undo(erased, subject="agency")]).sessions.keys() == {OTHER}
    assert fold([*ops, recorder.op("erased", subject=OTHER, session=SESSION)]).sessions.keys() == {SESSION, OTHER}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"kind": "reel"}, {"kind": ["star"]}, {"kind": None}, {"lamport": "1"}, {"lamport": -1}, {"lamport": True},
        {"lamport": 1 << 53}, {"n": 1.0}, {"device": 5}, {"lane": None}, {"id": ["x"]}, {"subject": {}}, {"by": 1},
        {"pts_ms": -1}, {"pts_ms": 1 << 70}, {"pts_ms": None}, {"in_ms": "0"}, {"out_ms": -1}, {"tags": TURNS},
        {"tags": [[]]}, {"tags": None}, {"note": None}, {"note": "\ud800"}, {"tags": ["\udfff"]},
    ],
)  # fmt: skip
def test_what_is_unknown_or_no_proper_op_is_ignored(spoilt: dict[str, Any]) -> None:
    assert fold([Writer().tap(20_000, TURNS) | spoilt]) == Practice({})


@pytest.mark.parametrize("spoilt", [{"in_ms": "0"}, {"out_ms": -1}, {"tags": 5}, {"note": 7}, {"op": None}])
def test_a_spoilt_edit_changes_nothing(spoilt: dict[str, Any]) -> None:
    web = Writer()
    tap = web.tap(20_000, TURNS)
    assert view(tap, web.edit(tap, note="b") | spoilt) == view(tap)


def test_unknown_keys_are_ignored() -> None:
    web = Writer()
    tap = web.tap(20_000, TURNS)
    assert view(tap | {"error_ms": 12, "marks": [1]}) == view(tap)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
KEYS = (
    "id",
    "lane",
    "n",
    "device",
    "lamport",
    "by",
    "subject",
    "kind",
    "pts_ms",
    "in_ms",
    "out_ms",
    "tags",
    "note",
    "op",
)


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), json_values, max_size=4), max_size=6), st.randoms())
def test_no_op_at_all_breaks_the_fold(changes: list[dict[str, Any]], random: Any) -> None:
    web = Writer()
    sound = [web.tap(20_000, TURNS), web.star(5), web.op("undo", op="web-1"), web.op("edit", op="web-0", note="x")]
    ops = [random.choice(sound) | change for change in changes]
    assert isinstance(fold([*sound, *ops]), Practice)
