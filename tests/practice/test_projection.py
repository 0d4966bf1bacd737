"""The projection: fed in any pieces and any order, it is what the fold of all of it is, and stays in memory."""

import threading
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.errors import Locked
from appliance.practice.fold import Practice, fold
from appliance.practice.projection import Projection, SessionLine
from tests.practice.makers import NAMING, OTHER, SESSION, TURNS, Told, Writer

WRITERS = ("recorder", "web", "desk")
TAGS: list[tuple[str, ...]] = [(), (TURNS,), (NAMING,), (TURNS, NAMING)]


def state(projection: Projection) -> Practice:
    views = (projection.session(line.id) for line in projection.sessions())
    return Practice({view.id: view for view in views if view is not None})


def fed(*batches: list[Told]) -> Projection:
    projection = Projection()
    for batch in batches:
        projection.feed(batch)
    return projection


def tell(random: Random, writer: Writer, seen: list[Told]) -> Told:  # noqa: PLR0911 - one for each kind
    """One op, as often as in life a tap, about what was written before by anyone, or by nobody yet."""
    writer.lamport = max(writer.lamport, random.choice([0, len(seen)]))
    subject, by = random.choice([SESSION] * 4 + [OTHER]), random.choice(["phone 1", "phone 2"])
    about = random.choice([*seen, {"id": f"web-{random.randrange(40)}", "subject": subject}])
    what = random.choice(["tap"] * 5 + ["star", "undo", "undo", "edit", "edit", "hide", "session", "erased"])
    if what == "tap":
        return writer.tap(random.randrange(0, 20_000, 500), *random.choice(TAGS), subject=subject, by=by)
    if what == "star":
        return writer.star(random.randrange(0, 40_000), subject=subject)
    if what == "hide":
        return writer.hide(random.randrange(20_000), random.choice([None, random.randrange(40_000)]), subject=subject)
    if what == "undo":
        return writer.undo(about, subject=about["subject"])
    if what == "edit":
        changes: dict[str, Any] = {"note": str(len(seen)), "in_ms": random.randrange(-9, 40_000)}
        changes |= {"out_ms": random.choice([None, random.randrange(40_000)]), "tags": list(random.choice(TAGS))}
        kept = random.sample(sorted(changes), random.randint(1, 4))
        return writer.edit(about, subject=about["subject"], **{key: changes[key] for key in kept})
    if what == "session":
        family = random.choice([None, "F-017"])
        told: dict[str, Any] = {"family": family, "purpose": "film", "discreet": random.random() < 0.5}
        return writer.op("session", subject, **told, visit=(None, "a visit")[len(seen) % 2])
    gone = subject if random.random() < 0.2 else "ee" * 16
    return writer.op("erased", "agency", session=gone)


def lanes(random: Random, count: int) -> list[list[Told]]:
    """Three writers' ops as they come about, each in its own order."""
    writers = [Writer(lane) for lane in WRITERS]
    seen: list[Told] = []
    for _ in range(count):
        op = tell(random, random.choice(writers), seen)
        seen.append(op | {"id": random.choice(seen)["id"]} if seen and random.random() < 0.05 else op)
    return [[op for op in seen if op["lane"] == lane] for lane in WRITERS]


def deliver(random: Random, lanes: list[list[Told]]) -> list[list[Told]]:
    """Batches in which everything comes at least once: interleaved, reordered, lost and sent again, sent twice."""
    waiting = [list(lane) for lane in lanes]
    batches: list[list[Told]] = []
    while any(waiting):
        lane = random.choice([lane for lane in waiting if lane])
        batch = lane[: random.randint(1, 5)]
        fate = random.choice(["arrives", "arrives", "lost", "arrives, but its answer is lost"])
        if fate == "arrives":
            del lane[: len(batch)]
        if fate != "lost":
            batches.append(random.sample(batch, len(batch)))
    repeats = [random.choices(batch, k=2) for batch in random.sample(batches, len(batches) // 4)]
    return random.sample(batches + repeats, len(batches) + len(repeats))


@settings(max_examples=600)
@given(st.integers(0, 1 << 60), st.integers(1, 30))
def test_three_writers_in_any_interleaving_come_to_one_state(seed: int, count: int) -> None:
    random = Random(seed)
    written = lanes(random, count)
    everything = [op for lane in written for op in lane]
    truth = fold(everything)
    assert fold(random.sample(everything, len(everything))) == truth
    assert fold(op for batch in deliver(random, written) for op in batch) == truth
    projection, come, before = Projection(), list[Told](), Practice({})
    for batch in deliver(random, written):
        changed = projection.feed(batch)
        come += batch
        after = state(projection)
        assert after == fold(come)
        others = (before.sessions.keys() | after.sessions.keys()) - changed
        assert {id_: before.sessions.get(id_) for id_ in others} == {id_: after.sessions.get(id_) for id_ in others}
        before = after
    assert after == truth
    assert all(projection.moments_of(id_) == view.moments for id_, view in truth.sessions.items())


def test_the_draws_hold_what_they_must() -> None:
    """A test of the test: all kinds of ops, joined taps, undone and restored ones, late and repeated batches."""
    random = Random(1)
    drawn = [lanes(random, 40) for _ in range(100)]
    views = [view for written in drawn for view in fold(op for lane in written for op in lane).sessions.values()]
    kinds = {op["kind"] for written in drawn for lane in written for op in lane}
    assert kinds == {"moment", "star", "undo", "edit", "hide", "session", "erased"}
    assert any(view.hidden for view in views)
    assert sum(len(moment.taps) > 1 for view in views for moment in view.moments) > 50
    assert sum(len(view.undone) for view in views) > 50
    assert any(len(each.undos) > 1 for view in views for each in view.undone)
    assert any(moment.star for view in views for moment in view.moments)
    undone: set[str | None] = set()
    for written in drawn:
        by_id = {op["id"]: op["kind"] for lane in written for op in lane}
        undone |= {by_id.get(op["op"]) for lane in written for op in lane if op["kind"] == "undo"}
    assert undone == {"moment", "star", "undo", "edit", "hide", "session", "erased", None}
    assert any(sum(map(len, deliver(random, written))) > sum(map(len, written)) for written in drawn)
    subjects = [{op["subject"] for lane in written for op in lane if op["id"] == "web-0"} for written in drawn]
    assert {SESSION, OTHER} in subjects, "an id that comes twice, about two sessions"


def test_a_list_tells_how_many_moments_there_are() -> None:
    web, recorder = Writer(), Writer("recorder")
    tap, wrong = web.tap(20_000, TURNS), web.tap(50_000, TURNS)
    ops = [recorder.op("session", family="F-017", purpose="film", discreet=True), tap, wrong, web.undo(wrong)]
    projection = fed(ops, [web.tap(1, subject=OTHER)])
    assert projection.sessions() == (
        SessionLine(SESSION, "F-017", "film", discreet=True, visit=None, moments=1, stars=0),
        SessionLine(OTHER, None, None, discreet=False, visit=None, moments=1, stars=1),
    )
    assert [moment.id for moment in projection.moments_of(SESSION)] == [tap["id"]]
    assert projection.moments_of("00" * 16) == ()
    assert projection.session("00" * 16) is None


def test_an_id_that_comes_again_as_an_earlier_op_moves() -> None:
    later = Writer(lamport=7).tap(50_000, TURNS, subject=OTHER)
    first = Writer().tap(20_000, TURNS)
    projection = fed([later])
    assert projection.feed([first]) == {SESSION, OTHER}
    assert state(projection) == fold([later, first])
    assert projection.feed([later, first]) == frozenset()


def test_what_was_erased_is_kept_no_longer() -> None:
    web = Writer()
    erased = web.op("erased", "agency", session=SESSION)
    projection = fed([web.tap(1, TURNS, note="she waits")])
    assert projection.feed([erased]) == {SESSION}
    assert projection.feed([erased]) == frozenset()
    assert "she waits" not in repr(vars(projection))
    assert projection.feed([web.tap(1, TURNS, note="she waits")]) == {SESSION}
    assert projection.sessions() == ()
    assert "she waits" not in repr(vars(projection))


def test_the_highest_lamport_is_known_whatever_the_op_was() -> None:
    web = Writer()
    assert Projection().lamport == 0
    projection = fed([web.star(1) | {"lamport": 50}], [web.star(2)])
    assert projection.lamport == 50
    projection.feed([web.op("no such kind") | {"lamport": 70}, {"lamport": 1 << 60}, {"lamport": "80"}, {}])
    assert projection.lamport == 70


def test_nothing_can_reach_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    projection = fed(*lanes(Random(2), 200))
    tables = projection._tables
    assert [row[2] for row in tables.execute("PRAGMA database_list")] == [""]
    assert tables.execute("PRAGMA temp_store").fetchone() == (2,)
    assert tables.execute("PRAGMA journal_mode").fetchone() == ("memory",)
    assert list(tmp_path.iterdir()) == []


def test_when_closed_it_knows_nothing() -> None:
    projection = fed([Writer().tap(1, TURNS, note="she waits")])
    projection.close()
    projection.close()
    assert "she waits" not in repr(vars(projection))
    for ask in (projection.sessions, lambda: projection.feed([]), lambda: projection.moments_of(SESSION)):
        with pytest.raises(Locked):
            ask()
    with pytest.raises(Locked):
        projection.session(SESSION)


def test_it_is_fed_and_asked_by_many_threads_at_once() -> None:
    written = lanes(Random(3), 300)
    truth, projection = fold(op for lane in written for op in lane), Projection()
    failures: list[BaseException] = []

    def feed(lane: list[Told]) -> None:
        try:
            for op in lane:
                projection.feed([op])
                state(projection)
        except BaseException as failure:  # noqa: BLE001 - told below
            failures.append(failure)

    threads = [threading.Thread(target=feed, args=(lane,)) for lane in written]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert state(projection) == truth


def visits(ops: int, sessions: int) -> list[Told]:
    """As many ops as in so many sessions of a year's work: taps by two phones, notes, a few undone."""
    random, writers = Random(4), [Writer("recorder"), Writer("web"), Writer("desk")]
    told: list[Told] = []
    for number in range(ops):
        writer, subject = random.choice(writers), f"{number * sessions // ops:032x}"
        if number % 10 == 9:
            about = random.choice(told[-9:])
            told.append(writer.undo(about, subject=about["subject"]))
        elif number % 10 == 8:
            about = random.choice(told[-8:])
            told.append(writer.edit(about, subject=about["subject"], note="Ze wacht tot hij kijkt"))
        else:
            told.append(writer.tap(random.randrange(600_000), random.choice([TURNS, NAMING]), subject=subject))
    return told


@pytest.mark.parametrize(("ops", "sessions", "bound_s"), [(1_000, 10, 10), (15_000, 150, 60), (15_000, 1, 60)])
def test_a_years_ops_are_there_at_once(ops: int, sessions: int, bound_s: float) -> None:
    """Newest first and a thousand at a time, as the keeper gives them."""
    told = visits(ops, sessions)
    start = perf_counter()
    folded = fold(told)
    folded_s = perf_counter() - start
    projection, start, first_s = Projection(), perf_counter(), 0.0
    for at in range(ops, 0, -1_000):
        projection.feed(reversed(told[max(0, at - 1_000) : at]))
        first_s = first_s or perf_counter() - start
    projected_s = perf_counter() - start
    start = perf_counter()
    lines = projection.sessions()
    views = [projection.session(line.id) for line in lines]
    asked_s, newest = perf_counter() - start, told[-1]["subject"]
    start = perf_counter()
    projection.feed([Writer("web", lamport=10**6).tap(5, TURNS, subject=newest) | {"id": "new"}])
    one_s = perf_counter() - start
    print(
        f"\n{ops} ops of {sessions} sessions: folded {folded_s:.3f} s; projected {projected_s:.3f} s "
        f"(first thousand {first_s:.3f} s); all asked for {asked_s:.3f} s; one more tap {one_s * 1000:.1f} ms"
    )
    assert {view.id: view for view in views if view} == folded.sessions
    assert len(folded.sessions) == sessions
    assert folded_s + projected_s < bound_s
