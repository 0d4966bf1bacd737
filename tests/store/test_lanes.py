"""Lanes: numbers and lamports that are never given twice, and what of a lane shows without any key."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import CardFailing, CardFull, FileTampered, NotASession, WrongKey
from appliance.sealing.sealed import Sealed
from appliance.store.durable import Durable
from appliance.store.erasure import erase_session
from appliance.store.lanes import LAMPORT_STEP, SUBJECTS, Lane, fold_names, read_numbering
from appliance.store.layout import Home, op_name
from appliance.store.verify_lane import verify_lane
from tests.store.failing import FailingSyncs, FullDurable
from tests.store.makers import record, recover_all, sealed, tree


def grown(home: Home, ops: int) -> Lane:
    lane = Lane(home, "web")
    for n in range(ops):
        lane.append(n, sealed(f"op {n}"))
    return lane


def test_ops_are_numbered_from_what_is_there(tmp_path: Path) -> None:
    lane = grown(Home(tmp_path), 3)
    assert sorted(tree(lane.folder)) == [op_name(n) for n in range(3)]
    (lane.folder / "000003.op.age.tmp").write_bytes(b"half")
    again = Lane(Home(tmp_path), "web")
    assert again.next_n() == 3
    again.append(3, sealed("op 3"))
    assert (lane.folder / "000003.op.age").read_bytes() == b"op 3"
    assert Lane(Home(tmp_path), "recorder").next_n() == 0


@pytest.mark.parametrize("n", [0, 1, 3])
def test_only_the_op_that_is_due_is_taken(tmp_path: Path, n: int) -> None:
    lane = grown(Home(tmp_path), 2)
    before = tree(tmp_path)
    with pytest.raises(ValueError, match="not due"):
        lane.append(n, sealed("x"))
    assert tree(tmp_path) == before


def test_lamports_rise_above_all_that_was_seen_and_across_restarts(tmp_path: Path) -> None:
    home = Home(tmp_path)
    lane = Lane(home, "web")
    given_out = [lane.next_lamport(), lane.next_lamport(), lane.next_lamport(seen=50), lane.next_lamport(seen=10)]
    assert given_out == sorted(set(given_out))
    assert given_out[2] == 51
    assert int((lane.folder / "lamport").read_text()) > max(given_out)
    given_out.append(Lane(home, "web").next_lamport())
    given_out.append(Lane(home, "web").next_lamport(seen=10_000))
    given_out.append(Lane(home, "web").next_lamport())
    assert given_out == sorted(set(given_out))


def test_the_ceiling_is_raised_once_in_a_thousand(tmp_path: Path) -> None:
    durable = Durable()
    lane = Lane(Home(tmp_path), "web", durable=durable)
    for _ in range(2 * LAMPORT_STEP):
        lane.next_lamport()
    assert durable.syncs.counts["file"] == 2


@pytest.mark.parametrize("content", [None, b"", b"many\n", b"\xff", b"9" * 30])
def test_a_spoiled_ceiling_keeps_nobody_from_a_star(tmp_path: Path, content: bytes | None) -> None:
    lane = grown(Home(tmp_path), 3)
    last = lane.next_lamport()
    (lane.folder / "lamport").unlink()
    if content is not None:
        (lane.folder / "lamport").write_bytes(content)
    assert Lane(Home(tmp_path), "web").next_lamport() > last


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5000)), max_size=30))
def test_no_lamport_comes_twice(tmp_path_factory: pytest.TempPathFactory, calls: list[tuple[bool, int]]) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    lane = Lane(home, "web")
    last = 0
    for restart, seen in calls:
        lane = Lane(home, "web") if restart else lane
        lamport = lane.next_lamport(seen)
        assert lamport > max(last, seen)
        last = lamport


def test_a_refused_op_is_not_there_and_its_number_is_free(tmp_path: Path) -> None:
    lane = Lane(Home(tmp_path), "web", durable=FullDurable(room_bytes=3))
    with pytest.raises(CardFull):
        lane.append(0, sealed("op 0"))
    assert lane.next_n() == 0
    assert list(lane.folder.iterdir()) == []


def test_an_op_whose_name_was_not_synced_keeps_its_number(tmp_path: Path) -> None:
    grown(Home(tmp_path), 1)
    syncs = FailingSyncs("folder")
    syncs.failing = True
    lane = Lane(Home(tmp_path), "web", durable=Durable(syncs))
    with pytest.raises(CardFailing):
        lane.append(1, sealed("op 1"))
    assert lane.next_n() == 2


@given(st.lists(st.integers(0, 60), unique=True), st.lists(st.sampled_from(["lamport", "x", "000001.op.age.tmp"])))
def test_the_numbering_is_what_the_names_say(numbers: list[int], others: list[str]) -> None:
    numbering = fold_names([*map(op_name, numbers), *others])
    assert list(numbering.numbers) == sorted(numbers)
    missing = [n for hole in numbering.holes for n in hole]
    assert sorted(missing + numbers) == list(range(max(numbers, default=-1) + 1))
    assert numbering.next_n == max(numbers, default=-1) + 1


def test_a_huge_number_costs_nothing() -> None:
    assert fold_names([op_name(10**11)]).holes == [range(10**11)]


def test_a_lane_tells_its_holes_without_a_key(tmp_path: Path) -> None:
    lane = grown(Home(tmp_path), 8)
    assert verify_lane(lane.folder).sound
    for n in (2, 4, 5):
        (lane.folder / op_name(n)).unlink()
    verdict = verify_lane(lane.folder)
    assert [(finding.file, finding.what) for finding in verdict.findings] == [
        ("000002.op.age", "is missing: an op was removed"),
        ("000004.op.age", "to 000005.op.age are missing: ops were removed"),
    ]
    assert (verdict.ops, verdict.opened) == (5, 0)


def test_forged_ops_are_named_and_foreign_ones_counted(tmp_path: Path) -> None:
    lane = grown(Home(tmp_path), 4)

    def open_op(n: int, op: Sealed) -> Any:
        assert op.data == b"op %d" % n
        if n == 1:
            raise FileTampered("An op was not signed by the writer that it names.")
        if n == 2:
            raise WrongKey("No key fits.")

    verdict = verify_lane(lane.folder, open_op)
    assert [finding.file for finding in verdict.findings] == ["000001.op.age"]
    assert "not signed" in verdict.findings[0].what
    assert (verdict.ops, verdict.opened) == (4, 2)


def test_no_folder_is_no_lane(tmp_path: Path) -> None:
    assert list(read_numbering(tmp_path / "none").numbers) == []
    with pytest.raises(NotASession):
        verify_lane(tmp_path / "none")


# ---- the hint


def hinted(home: Home, *subjects: str | None) -> Lane:
    lane = Lane(home, "web")
    for subject in subjects:
        n = lane.next_n()
        lane.append(n, sealed(f"op {n}"), subject)
    return lane


def test_a_hint_says_what_an_op_is_about(tmp_path: Path) -> None:
    lane = hinted(Home(tmp_path), "ab" * 16, None, "agency")
    assert (lane.folder / SUBJECTS).read_bytes() == (
        b'{"n":0,"subject":"abababababababababababababababab"}\n{"n":2,"subject":"agency"}\n'
    )
    assert (lane.folder / SUBJECTS).stat().st_mode & 0o777 == 0o600


def test_who_sees_an_op_finds_its_hint(tmp_path: Path) -> None:
    """The op gets its name last: a reader that looks in between sees neither, or a hint too many."""

    class Watching(Durable):
        def rename(self, source: Path, target: Path) -> None:
            assert b'{"n":0,' in (target.parent / SUBJECTS).read_bytes()
            super().rename(source, target)

    Lane(Home(tmp_path), "web", durable=Watching()).append(0, sealed("op 0"), "agency")


def test_a_hint_stands_on_a_line_of_its_own_after_a_torn_one(tmp_path: Path) -> None:
    lane = hinted(Home(tmp_path), "agency")
    with (lane.folder / SUBJECTS).open("ab") as file:
        file.write(b'{"n":1,"subj')
    hinted(Home(tmp_path), "agency", "agency")
    assert (lane.folder / SUBJECTS).read_bytes().splitlines() == [
        b'{"n":0,"subject":"agency"}', b'{"n":1,"subj', b'{"n":1,"subject":"agency"}', b'{"n":2,"subject":"agency"}',
    ]  # fmt: skip


@pytest.mark.parametrize("obstacle", ["folder", "link"])
def test_an_op_needs_no_hint(tmp_path: Path, obstacle: str) -> None:
    lane = hinted(Home(tmp_path), None)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"")
    if obstacle == "folder":
        (lane.folder / SUBJECTS).mkdir()
    else:
        (lane.folder / SUBJECTS).symlink_to(elsewhere)
    lane.append(1, sealed("op 1"), "agency")
    assert (lane.folder / op_name(1)).read_bytes() == b"op 1"
    assert elsewhere.read_bytes() == b""


def test_a_hint_costs_no_sync(tmp_path: Path) -> None:
    with_hint, without = Durable(), Durable()
    Lane(Home(tmp_path / "a"), "web", durable=with_hint).append(0, sealed("op"), "agency")
    Lane(Home(tmp_path / "b"), "web", durable=without).append(0, sealed("op"))
    assert with_hint.syncs.counts == without.syncs.counts


@pytest.mark.parametrize("content", [None, b"", b'{"n":0,', b'{"n":7,"subject":"none of these"}\n', bytes(300)])
def test_a_lane_is_as_sound_as_its_ops_whatever_the_hints_say(tmp_path: Path, content: bytes | None) -> None:
    home = Home(tmp_path)
    lane = hinted(home, "agency", "agency")
    if content is not None:
        (lane.folder / SUBJECTS).write_bytes(content)
    assert (verify_lane(lane.folder).sound, verify_lane(lane.folder).ops) == (True, 2)
    assert Lane(home, "web").next_n() == 2
    (lane.folder / op_name(0)).unlink()
    assert [finding.file for finding in verify_lane(lane.folder).findings] == [op_name(0)]


def test_recovery_and_erasing_leave_hints_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    session = record(home)
    lane = hinted(home, session.name, "agency")
    before = tree(lane.folder)
    recover_all(home)
    erase_session(home, session.name)
    recover_all(home)
    assert tree(lane.folder) == before
    assert not session.exists()
