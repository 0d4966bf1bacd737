"""At the office what must go is gone everywhere, keys first; what is on hold stays; and it is written what was done."""

import itertools
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from appliance.errors import NotFound
from appliance.office.ingest import Ingest
from appliance.office.register import read_register
from appliance.office.sheet import erasure_receipt
from appliance.said.terms import DAY_MS
from appliance.store.durable import Durable
from tests.office.carrying import family_parcel, session_parcels
from tests.office.rig import END_MS, CarryingBox, OfficeRig, same
from tests.store.makers import tree
from tests.store.stopping import How, Stopped, StoppingDurable, no_syncs


def confirm(office: OfficeRig, *sessions: Path, keep_until: int | None = None) -> None:
    for each in sessions:
        office.desk("confirmed", session=each.name, keep_until=keep_until)


def left_of(root: Path, *ids: str) -> list[str]:
    """Files that are of it, statements and marks of any kind apart."""
    found = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return [path for path in found if any(id_ in path for id_ in ids)]


def test_an_erased_family_leaves_no_key_anywhere(tmp_path: Path, box: CarryingBox) -> None:
    backup = tmp_path / "back up of März"
    office = OfficeRig(tmp_path / "store", copies=(str(backup),))
    office.know(box)
    session, other, family = box.record(), box.record(), box.family()
    office.carry(box, session, other)
    office.put(box, family_parcel(family))
    office.round()
    confirm(office, session, other)
    shutil.copytree(office.store.root / "sessions", backup / "monday" / "sessions")
    shutil.copytree(office.store.root / "families", backup / "monday" / "families")
    (backup / f"{session.name}.key.age").write_bytes(b"by hand")
    locals_ = office.store.outbox(box.device) / "locals"
    locals_.mkdir(parents=True)
    for each in (session, family, other):
        (locals_ / f"{each.name}.age").write_bytes(b"sealed to the box")
    office.carry(box, session, attempt=2)
    order = office.desk("erase", sessions=[session.name], families=[family.name], why="withdrawn")
    report = office.round()
    assert sorted(report.erased) == sorted([session.name, family.name])
    keys = ("key.age", "local.age", f"{session.name}.age", f"{family.name}.age")
    for root in (office.store.root, backup):
        assert [each for each in left_of(root, session.name, family.name) if each.endswith(keys) or "key" in each] == []
    assert left_of(office.store.root, session.name, family.name) == []
    assert same(other, office.archived(other.name))
    assert (backup / "monday" / "sessions" / other.name / "key.age").exists()
    assert (locals_ / f"{other.name}.age").exists()
    said = {each["order"]: each for each in office.said("erased") if session.name in each["sessions"]}[order]
    destroyed = {each["what"] for each in said["destroyed"]}
    assert said["numbers"] == [1]
    assert {
        f"sessions/{session.name}/key.age",
        f"sessions/{session.name}/",
        f"{backup.name}/monday/sessions/{session.name}/key.age",
        f"{backup.name}/{session.name}.key.age",
        f"outbox/{box.device}/locals/{session.name}.age",
        f"outbox/{box.device}/receipts/{session.name}.{office.facts.store}.json",
    } <= destroyed
    assert any(each.startswith(f"drop/{box.device}/{session.name}.key.age~") for each in destroyed)
    sheet = erasure_receipt(office.store, family.name, read_register(office.store))
    assert f"families/{family.name}/key.age" in sheet
    assert "consent was withdrawn" in sheet
    assert erasure_receipt(office.store, order, read_register(office.store)).count("destroyed") > len(destroyed)
    page = erasure_receipt(office.store, session.name, read_register(office.store), html=True)
    assert page.startswith("<!doctype html>")
    with pytest.raises(NotFound):
        erasure_receipt(office.store, other.name, read_register(office.store))


def test_a_copy_that_is_away_is_told_and_emptied_when_it_comes_back(tmp_path: Path, box: CarryingBox) -> None:
    backup, drawer = tmp_path / "backup", tmp_path / "drawer"
    office = OfficeRig(tmp_path / "store", copies=(str(backup),))
    office.know(box)
    session = box.record()
    office.carry(box, session)
    backup.mkdir()
    assert office.round().findings == []
    shutil.copytree(office.store.root / "sessions", backup / "sessions")
    backup.rename(drawer)
    assert office.round().findings == [], "nothing waits for it"
    order = office.desk("erase", sessions=[session.name], families=[], why="request")
    report = office.round()
    assert (report.erased, [found.file for found in report.findings]) == ([session.name], ["backup"])
    assert not office.archived(session.name).exists()
    office.again()
    report = office.round()
    assert (report.erased, len(report.findings), len(office.said("erased"))) == ([], 1, 1)
    drawer.rename(backup)
    report = office.round()
    assert (report.erased, report.findings) == ([session.name], [])
    assert not (backup / "sessions" / session.name / "key.age").exists()
    assert [each["order"] for each in office.said("erased")] == [order] * 2
    assert list((office.store.root / "erasing").iterdir()) == []


def test_keys_go_before_footage(box: CarryingBox, office: OfficeRig) -> None:
    session = box.record()
    office.carry(box, session)
    office.round()

    class Telling(Durable):
        def remove(self, path: Path) -> None:
            gone.append((path.name, path.exists() and not path.read_bytes().strip(b"\0")))
            super().remove(path)

    gone: list[tuple[str, bool]] = []
    office.desk("erase", sessions=[session.name], families=[], why="request")
    office.again(Telling(no_syncs()))
    office.round()
    assert gone[0] == ("key.age", True)
    assert "000000.m4s.age" in [name for name, _ in gone]


def test_what_was_erased_is_destroyed_when_it_comes_later(box: CarryingBox, office: OfficeRig) -> None:
    session, family = box.record(), box.family()
    order = office.desk("erase", sessions=[session.name], families=[family.name], why="request")
    office.round()
    assert [(each["order"], each["destroyed"]) for each in office.said("erased")] == [(order, [])] * 2
    office.round()
    assert len(office.said("erased")) == 2
    office.carry(box, session)
    office.put(box, family_parcel(family))
    report = office.round()
    assert report.taken == []
    assert left_of(office.store.root, session.name, family.name) == []
    assert len(office.said("erased")) == 4
    office.put(box, session_parcels(session)[0])
    office.again()
    office.round()
    assert left_of(office.store.root, session.name) == []


def test_a_boxs_own_erasure_is_done_at_the_office_too(box: CarryingBox, office: OfficeRig) -> None:
    session, by_itself = box.record(), box.record()
    office.carry(box, session, by_itself)
    office.round()
    confirm(office, session, by_itself)
    for each, why in ((session, "objection"), (by_itself, "unconfirmed")):
        told = {"sessions": [each.name], "numbers": [1], "families": [], "why": why}
        box.say("recorder", "erased", **told, order=None, destroyed=[])
    office.put(box, box.said_parcel("recorder"))
    assert office.round().erased == [session.name]
    assert office.archived(by_itself.name).exists(), "confirmed at the desk, of which the box had not heard"


def test_a_thief_of_a_boxs_keys_erases_nothing_that_left_the_box(box: CarryingBox, office: OfficeRig) -> None:
    session = box.record()
    office.carry(box, session)
    office.round()
    confirm(office, session)
    box.say("recorder", "purged", session=session.name, number=1, stores=[office.facts.store])
    box.say("web", "erase", sessions=[session.name], families=[], why="request")
    office.put(box, box.said_parcel("recorder"), box.said_parcel("web"))
    report = office.round()
    assert (report.erased, report.asked) == ([], [session.name])
    office.desk("erase", sessions=[session.name], families=[], why="request")
    report = office.round()
    assert (report.erased, report.asked) == ([session.name], [])


def test_a_box_erases_nothing_of_another(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    other = CarryingBox(tmp_path / "other", 32)
    office.know(other, "box 2")
    session = box.record()
    office.carry(box, session)
    family = office.bring_family(box)
    office.round()
    other.say("web", "erase", sessions=[session.name], families=[family.name], why="request")
    office.put(other, other.said_parcel("web"))
    assert office.round().erased == []
    assert office.store.family(family.name).exists()


def test_an_unconfirmed_session_goes_after_seven_days(box: CarryingBox, office: OfficeRig) -> None:
    session, other, by_box = box.record(), box.record(), box.record()
    office.carry(box, session, other, by_box)
    box.say("web", "confirmed", session=by_box.name, keep_until=None)
    office.put(box, box.said_parcel("web"))
    office.round()
    confirm(office, other)
    office.clock.now_utc_ms = END_MS + 7 * DAY_MS
    assert office.round().erased == []
    office.clock.advance(ms=1)
    assert office.round().erased == [session.name]
    assert office.archived(other.name).exists()
    assert office.archived(by_box.name).exists()
    assert [each["why"] for each in office.said("erased")] == ["unconfirmed"]
    office.carry(box, session)
    assert office.round().erased == [session.name], "it does not come back"


def test_days_of_a_box_that_did_not_know_the_time_count_from_the_receipt(box: CarryingBox, office: OfficeRig) -> None:
    session = box.record(end_ms=1_000, source="last known")
    office.carry(box, session)
    report = office.round()
    assert (len(report.taken), report.erased) == (1, [])
    office.clock.advance(ms=7 * DAY_MS)
    assert office.round().erased == []
    office.clock.advance(ms=1)
    office.again()
    assert office.round().erased == [session.name]


def test_a_session_that_comes_too_late_is_erased_at_once(box: CarryingBox, office: OfficeRig) -> None:
    session = box.record(end_ms=END_MS - 8 * DAY_MS)
    office.carry(box, session)
    assert office.round().erased == [session.name]
    assert office.receipt(box, session.name) is None
    assert office.round().gaps == {}, "its number is explained"


def test_what_was_kept_long_enough_goes(box: CarryingBox, office: OfficeRig) -> None:
    session, other = box.record(), box.record()
    office.carry(box, session, other)
    confirm(office, session, keep_until=END_MS + DAY_MS)
    confirm(office, other)
    office.round()
    office.clock.now_utc_ms = END_MS + DAY_MS + 1
    assert office.round().erased == [session.name]
    assert [each["why"] for each in office.said("erased")] == ["retention"]


@pytest.mark.parametrize("why", ["order", "unconfirmed", "retention", "box"])
def test_a_hold_stops_each_of_these(box: CarryingBox, office: OfficeRig, why: str) -> None:
    session = box.record()
    office.carry(box, session)
    family = office.bring_family(box)
    office.round()
    office.desk("hold", session=session.name, on=True)
    office.desk("hold", session=family.name, on=True)
    told = {"sessions": [session.name], "families": [family.name], "why": "request"}
    match why:
        case "order":
            office.desk("erase", **told)
        case "box":
            box.say("web", "erase", **told)
            office.put(box, box.said_parcel("web"))
        case "retention":
            confirm(office, session, keep_until=0)
    office.clock.advance(ms=99 * DAY_MS)
    assert office.round().erased == []
    office.carry(box, session, attempt=2)
    assert len(office.round().taken) == 1, "what is on hold is kept when it comes again"
    office.desk("hold", session=session.name, on=False)
    office.desk("hold", session=family.name, on=False)
    assert session.name in office.round().erased
    assert office.store.family(family.name).exists() == (why in ("unconfirmed", "retention"))


@pytest.mark.parametrize("purged", [False, True])
def test_a_box_that_confirms_until_yesterday_erases_nothing(box: CarryingBox, office: OfficeRig, purged: bool) -> None:
    session, other = box.record(), box.record()
    office.carry(box, session, other)
    confirm(office, other, keep_until=END_MS + 9 * DAY_MS)
    office.round()
    if purged:
        box.say("recorder", "purged", session=session.name, number=1, stores=[office.facts.store])
        office.put(box, box.said_parcel("recorder"))
    box.clock.now_utc_ms = 1 << 52
    for each in (session, other):
        box.say("web", "confirmed", session=each.name, keep_until=1)
    office.put(box, box.said_parcel("web"))
    office.clock.advance(ms=8 * DAY_MS)
    assert office.round().erased == []
    office.clock.advance(ms=2 * DAY_MS)
    assert office.round().erased == [other.name], "a desk's time is over, whatever a box says later"


def test_a_link_in_a_drop_takes_nothing_with_it(box: CarryingBox, office: OfficeRig) -> None:
    """Whoever holds a box's account and keys makes a link that is called like a parcel, and orders that to go."""
    session, kept = box.record(), box.record()
    office.carry(box, kept)
    confirm(office, kept)
    office.round()
    log, key = (office.drop(box) / f"{session.name}.{name}~{'0' * 64}~1" for name in ("log.jsonl", "key.age"))
    log.symlink_to(office.archived(kept.name))
    key.symlink_to(office.archived(kept.name) / "key.age")
    os.mkfifo(office.drop(box) / f"{session.name}.key.age~{'1' * 64}~1")
    box.say("web", "erase", sessions=[session.name], families=[], why="request")
    office.put(box, box.said_parcel("web"))
    assert office.round().erased == [session.name]
    assert same(kept, office.archived(kept.name))
    assert list(office.drop(box).iterdir()) == []


def test_a_box_cannot_erase_what_another_is_bringing(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    thief = CarryingBox(tmp_path / "thief", seed=99)
    office.know(thief, "box 9")
    session = box.record()
    *footage, signature = session_parcels(session)
    office.put(box, *footage)
    office.put(thief, *(each for each in footage if ".key.age~" in each[0]))
    thief.say("web", "erase", sessions=[session.name], families=[], why="request")
    office.put(thief, thief.said_parcel("web"))
    assert office.round().erased == []
    office.put(box, signature)
    assert [each.session for each in office.round().taken] == [session.name]
    assert same(session, office.archived(session.name))


def test_a_confirmation_that_comes_late_brings_the_film_back(box: CarryingBox, office: OfficeRig) -> None:
    """Confirmed on the sixth day on a box that was away until the ninth: it is the box that has the film now."""
    session = box.record()
    office.carry(box, session)
    office.round()
    office.clock.advance(ms=9 * DAY_MS)
    assert office.round().erased == [session.name]
    office.carry(box, session, attempt=2)
    assert office.round().erased == [session.name], "nobody has confirmed it"
    box.say("web", "confirmed", session=session.name, keep_until=None)
    office.put(box, box.said_parcel("web"))
    office.carry(box, session, attempt=3)
    assert office.round().erased == []
    office.clock.advance(ms=99 * DAY_MS)
    assert office.again().round().erased == []
    assert same(session, office.archived(session.name))
    assert (office.receipt(box, session.name) or {})["purge_after"] is not None


@pytest.mark.parametrize("torn", [True, False])
def test_nothing_goes_unconfirmed_while_a_word_of_its_box_is_missing(
    box: CarryingBox, office: OfficeRig, torn: bool
) -> None:
    session = box.record()
    box.say("web", "introduced")
    box.say("web", "confirmed", session=session.name, keep_until=None)
    if torn:
        name, content = box.said_parcel("web")
        office.put(box, (name, content[:-1_000] + bytes(1_000) + b"torn"))
    else:
        box.say("web", "introduced")
        office.put(box, box.said_parcel("web", first=2))
    office.carry(box, session)
    office.clock.advance(ms=9 * DAY_MS)
    assert office.round().erased == []
    office.put(box, box.said_parcel("web"))
    assert office.again().round().erased == []
    office.clock.advance(ms=99 * DAY_MS)
    assert office.round().erased == []
    assert same(session, office.archived(session.name))


def test_the_desk_of_another_store_is_obeyed_here_too(tmp_path: Path, box: CarryingBox, office: OfficeRig) -> None:
    second = OfficeRig(tmp_path / "second", beside=(office.store,))
    second.know(box)
    stranger = OfficeRig(tmp_path / "stranger")
    session, other = box.record(), box.record()
    for each in (office, second):
        each.carry(box, session, other)
        each.round()
    confirm(office, session, other)
    confirm(stranger, session)
    office.desk("erase", sessions=[session.name], families=[], why="request")
    second.clock.advance(ms=9 * DAY_MS)
    assert second.round().erased == [session.name]
    assert second.archived(other.name).exists()


EVERY = 1 if os.environ.get("FIELDREEL_ALL_STOPS") else 9
"""Each of some 170 steps twice takes a minute; in CI every ninth is enough to see a wrong order."""


@pytest.mark.parametrize(("how", "first"), [("before", 0), ("half", 4)])
def test_a_stop_anywhere_ends_in_the_same_archive(tmp_path: Path, box: CarryingBox, how: How, first: int) -> None:
    """One round that files, takes in, answers and erases, stopped before each of its steps and run again."""
    model = OfficeRig(tmp_path / "model")
    model.know(box)
    old, kept, gone, family, kept_family = box.record(), box.record(4), box.record(2), box.family(), box.family()
    model.carry(box, old, gone)
    model.put(box, family_parcel(family))
    model.round()
    box.op(0)
    box.op(1)
    box.say("web", "confirmed", session=kept.name, keep_until=None)
    model.carry(box, kept)
    model.put(box, box.lane_parcel(), box.said_parcel("web"), family_parcel(kept_family))
    model.desk("erase", sessions=[gone.name], families=[family.name], why="withdrawn")
    model.desk("hold", session=old.name, on=True)
    for at in itertools.count(first, EVERY):
        root = tmp_path / "store"
        shutil.copytree(model.store.root, root)
        rig = OfficeRig.__new__(OfficeRig)
        rig.store, rig.clock, rig.facts, rig.device = type(model.store)(root), model.clock, model.facts, model.device
        durable = StoppingDurable(at, how)
        stopped = True
        with suppress(Stopped):
            Ingest(rig.store, rig.clock, durable).round()
            stopped = False
        durable.die()
        _nothing_early(rig, box, (old, kept, gone))
        rig.again().round()
        assert same(kept, rig.archived(kept.name))
        assert same(old, rig.archived(old.name))
        assert left_of(root, gone.name, family.name) == [], f"stopped {how} step {at}"
        assert list(rig.drop(box).iterdir()) == []
        assert (rig.receipt(box, old.name) or {}).get("hold") is True
        assert rig.receipt(box, kept.name) is not None
        assert rig.store.family(kept_family.name).joinpath("key.age").exists()
        assert {subject for each in rig.said("erased") for subject in (*each["sessions"], *each["families"])} == {
            gone.name,
            family.name,
        }
        assert [path for path in root.rglob("*.tmp") if "staging" not in path.parts] == []
        shutil.rmtree(root)
        if not stopped:
            break
    print(f"\nstopped {how} each of {at} steps")
    assert at > 60


def _nothing_early(rig: OfficeRig, box: CarryingBox, sessions: tuple[Path, ...]) -> None:
    """A receipt stands for a whole session in the archive, whenever one looks."""
    for each in sessions:
        if rig.receipt(box, each.name) is not None and not (rig.store.root / "erasing" / each.name).exists():
            assert same(each, rig.archived(each.name))


def test_tree_is_not_changed_by_a_round_without_news(box: CarryingBox, office: OfficeRig) -> None:
    office.carry(box, box.record())
    office.round()
    before = tree(office.store.root / "statements")
    for _ in range(3):
        office.again().round()
    assert tree(office.store.root / "statements") == before
