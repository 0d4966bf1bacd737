"""The courier against a real office and a stand-in recorder, turn by turn, the time moved by hand."""

import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.courier.journal import Journal
from appliance.errors import BadInput
from appliance.store.durable import Durable
from appliance.store.layout import ERASING
from tests.courier.rig import CourierRig, courier_rig
from tests.office.carrying import session_parcels
from tests.office.rig import same
from tests.store.stopping import Stopped, StoppingDurable, no_syncs

WEEK_MS = 7 * 86_400_000


def names(rig: CourierRig, folder: Path) -> set[str]:
    """What must stand in a drop for a session, without attempts."""
    return {name.rpartition("~")[0] for name, _ in session_parcels(folder, a_tar=60)}


def test_a_session_goes_home_is_receipted_and_leaves_the_box_after_its_days(rig: CourierRig) -> None:
    office = rig.offices[0]
    folder = rig.box.record(130)
    rig.box.say("web", "confirmed", session=folder.name, keep_until=None)
    copy = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "local.age"}
    sent = rig.turn()
    assert [each["state"] for each in sent["sessions"]] == ["sent"]
    assert sent["sent_bytes"] == sent["bytes"] > 0
    assert names(rig, folder) <= rig.dropped().keys()
    assert "SHA256SUMS.sig" in rig.mover.put_names[-1]
    office.round()
    assert same(office.archived(folder.name), folder)
    receipted = rig.until(lambda status: status["sessions"][0]["state"] == "receipted", turns=5)
    assert receipted["sessions"][0]["stores"] == {office.facts.store: "receipted"}
    assert receipted["state"] == "idle"
    assert rig.recorder.verbs("purge") == []
    assert folder.is_dir()
    rig.clock.advance(ms=WEEK_MS + 3_600_000)
    rig.until(lambda status: not status["sessions"], turns=5)
    assert [each["session"] for each in rig.recorder.verbs("purge")] == [folder.name]
    assert Journal(rig.home, Durable(no_syncs())).page(folder.name).state == "purged"
    assert {path.name: path.read_bytes() for path in office.archived(folder.name).iterdir()} == copy


def test_everything_is_sent_in_the_order_of_the_format(rig: CourierRig) -> None:
    for n in range(3):
        rig.box.op(n)
    rig.box.say("web", "confirmed", session="ab" * 16, keep_until=None)
    family = rig.box.family()
    folder = rig.box.record(61)
    rig.turn()
    what = [name.partition("~")[0] for name in rig.mover.put_names]
    assert what == [
        f"{folder.name}.film-000000-000059.tar",
        f"{folder.name}.film-000060-000060.tar",
        f"{folder.name}.log.jsonl",
        f"{folder.name}.key.age",
        "lane.web.000000-000002.tar",
        "said.web.000000-000000.tar",
        f"family.{family.name}.key.age",
        f"{folder.name}.SHA256SUMS",
        f"{folder.name}.SHA256SUMS.sig",
    ]


def test_what_is_tagged_later_follows(rig: CourierRig) -> None:
    rig.box.record(3)
    rig.turn()
    rig.mover.put_names.clear()
    rig.box.op(0)
    rig.until(lambda _: rig.mover.put_names, turns=3)
    rig.box.op(1)
    rig.until(lambda _: len(rig.mover.put_names) > 1, turns=3)
    rig.turn(600)
    assert [name.partition("~")[0] for name in rig.mover.put_names] == [
        "lane.web.000000-000000.tar",
        "lane.web.000001-000001.tar",
    ]


def test_nothing_is_sent_twice_and_a_new_process_sends_nothing_again(rig: CourierRig) -> None:
    rig.box.record(61)
    rig.box.op(0)
    rig.turn()
    rig.turn(60)
    rig.again()
    rig.turn(60)
    assert all(attempts == [1] for attempts in rig.dropped().values())


def test_open_empty_and_erased_sessions(rig: CourierRig) -> None:
    empty, erased = rig.box.record(0), rig.box.record(3)
    (erased / ERASING).touch()
    open_one = rig.box.record(3)
    (open_one / "SHA256SUMS.sig").unlink()
    rig.turn()
    assert rig.dropped().keys() == names(rig, empty)


def test_an_erasure_in_the_middle_ends_the_carrying_of_it(rig: CourierRig) -> None:
    first, second = rig.box.record(190), rig.box.record(3)

    def erase() -> None:
        if len(rig.mover.put_names) == 2:
            (first / ERASING).touch()

    rig.mover.during = erase
    rig.turn()
    assert not any(first.name in name and "SHA256SUMS" in name for name in rig.mover.put_names)
    assert len([name for name in rig.mover.put_names if first.name in name]) == 2
    assert names(rig, second) <= rig.dropped().keys()


def test_nothing_moves_while_recording(rig: CourierRig) -> None:
    rig.recorder.state = "recording"
    rig.box.record(3)
    assert rig.turn()["state"] == "recording"
    rig.courier.take({"do": "go"})
    assert rig.turn()["state"] == "recording"
    assert rig.dropped() == {}
    rig.recorder.state = "paused"
    assert rig.turn()["state"] == "recording"
    rig.recorder.state = "ready"
    assert rig.turn()["state"] == "idle"


def test_a_recording_that_begins_ends_the_carrying_at_once_and_it_goes_on_after(rig: CourierRig) -> None:
    folder = rig.box.record(190)

    def press() -> None:
        if len(rig.mover.put_names) == 2:
            rig.recorder.state = "recording"
            rig.clock.advance(ms=600)  # it is asked twice a second

    rig.mover.during = press
    rig.turn()
    assert len(rig.mover.put_names) == 2
    assert rig.turn(5)["state"] == "recording"
    assert rig.recorder.shown == "nothing"
    rig.recorder.state, rig.mover.during = "ready", lambda: None
    status = rig.turn(5)
    assert [each["state"] for each in status["sessions"]] == ["sent"]
    attempts = [attempts for what, attempts in rig.dropped().items() if folder.name in what]
    assert sum(len(each) for each in attempts) <= len(names(rig, folder)) + 1


def test_a_recorder_that_hangs_may_be_recording_and_one_that_is_gone_is_not(rig: CourierRig) -> None:
    rig.box.record(3)
    rig.recorder.close()
    assert rig.turn()["state"] == "idle"
    assert rig.dropped()


def test_the_lamp_tells_while_bytes_move_and_not_after(rig: CourierRig) -> None:
    seen = set[str]()
    rig.mover.during = lambda: seen.add(rig.recorder.shown)
    rig.box.record(3)
    rig.turn()
    assert seen == {"syncing"}
    assert rig.recorder.shown == "nothing"


def test_a_lamp_left_on_by_a_killed_courier_is_put_out(rig: CourierRig) -> None:
    rig.recorder.shown = "syncing"
    rig.again()
    rig.turn()
    assert rig.recorder.shown == "nothing"


def test_without_a_way_it_waits_and_goes_once_there_is_one(rig: CourierRig) -> None:
    rig.way.network = False
    rig.box.record(3)
    status = rig.turn()
    assert (status["state"], status["stores"][0]["way"]) == ("waiting", False)
    rig.courier.take({"do": "go"})
    rig.turn(60)
    assert rig.dropped() == {}
    rig.way.network = True
    assert rig.turn(5)["state"] == "idle"


def test_a_closed_road_is_tried_thrice_then_left_alone_for_a_while(rig: CourierRig) -> None:
    rig.box.record(3)
    rig.mover.fails = ["before"] * 6
    status = rig.turn()
    assert (status["state"], status["fault"]["code"]) == ("unreachable", "office-unreachable")
    assert len(rig.mover.put_names) == 3
    assert rig.turn(5)["state"] == "unreachable"
    assert len(rig.mover.put_names) == 3
    rig.turn(20)
    assert len(rig.mover.put_names) == 6
    rig.courier.take({"do": "go"})
    status = rig.turn()
    assert (status["state"], status["fault"]) == ("idle", None)
    assert len(set(rig.mover.put_names)) == len(rig.mover.put_names)


def test_every_try_has_a_name_of_its_own(rig: CourierRig) -> None:
    folder = rig.box.record(3)
    rig.mover.fails = ["after", "before"]
    rig.turn()
    attempts = rig.dropped()
    film = next(what for what in attempts if ".film-" in what)
    assert attempts.pop(film) == [1, 3]
    assert all(each == [1] for each in attempts.values())
    rig.offices[0].round()
    assert same(rig.offices[0].archived(folder.name), folder)


def test_two_stores_each_get_everything(tmp_path: Path, run: Path) -> None:
    with courier_rig(tmp_path, run, 2) as rig:
        rig.trust(receipts=2)
        folder = rig.box.record(61)
        rig.turn()
        for office in rig.offices:
            assert names(rig, folder) <= rig.dropped(office).keys()
            office.round()
        status = rig.until(lambda status: status["sessions"][0]["state"] == "receipted", turns=5)
        assert set(status["sessions"][0]["stores"].values()) == {"receipted"}


def test_a_lost_journal_means_carrying_anew_and_nothing_else(rig: CourierRig) -> None:
    folder = rig.box.record(61)
    rig.turn()
    for path in (rig.home.root / "journal").iterdir():
        path.write_bytes(b"{")
    rig.again()
    status = rig.until(lambda status: status["state"] == "idle", turns=40, seconds=2_000)
    assert [each["state"] for each in status["sessions"]] == ["sent"]
    rig.offices[0].round()
    assert same(rig.offices[0].archived(folder.name), folder)


def test_a_session_that_rotted_at_an_office_that_does_not_say_so_is_carried_once_more(rig: CourierRig) -> None:
    folder = rig.box.record(61)
    rig.turn()
    drop = rig.offices[0].drop(rig.box)
    tar = next(path for path in drop.iterdir() if ".film-000000" in path.name)
    told = bytearray(tar.read_bytes())
    told[700] ^= 1
    tar.chmod(0o600)
    tar.write_bytes(told)
    rig.offices[0].round()
    assert rig.offices[0].receipt(rig.box, folder.name) is None
    (rig.offices[0].store.outbox(rig.box.device) / "wanted.json").unlink()
    rig.turn(3_600)
    assert rig.dropped()[next(what for what in rig.dropped() if ".film-000000" in what)] == [1]
    rig.clock.advance(ms=2 * 86_400_000)
    rig.until(lambda _: len(rig.mover.put_names) == 12, turns=5)
    rig.offices[0].round()
    assert same(rig.offices[0].archived(folder.name), folder)
    rig.until(lambda status: status["sessions"][0]["state"] == "receipted", turns=5)


def test_what_came_before_the_road_closed_is_filed_all_the_same(rig: CourierRig) -> None:
    rig.box.record(3)
    rig.turn()
    rig.offices[0].round()
    rig.mover.fetches_badly = True
    status = rig.until(lambda status: status["sessions"][0]["state"] == "receipted", turns=5)
    assert (status["state"], status["fault"]["code"]) == ("unreachable", "office-unreachable")
    rig.mover.fetches_badly = False
    assert rig.until(lambda status: status["state"] == "idle", turns=5)["fault"] is None


def test_no_office_is_nothing_to_do_and_a_bad_one_is_said(rig: CourierRig) -> None:
    rig.box.record(3)
    (rig.home.device / "office.json").unlink()
    status = rig.turn()
    assert (status["state"], status["stores"], status["fault"]) == ("idle", [], None)
    (rig.home.device / "office.json").write_bytes(b"{")
    assert rig.turn()["fault"]["code"] == "bad-input"


def test_what_may_be_asked(rig: CourierRig) -> None:
    with pytest.raises(BadInput):
        rig.courier.take({"do": "erase"})
    rig.box.record(3)
    rig.turn()
    told = rig.courier.take({"do": "status"})
    assert set(told) == {"state", "stores", "sessions", "bytes", "sent_bytes", "eta_s", "fault", "revision"}
    assert set(told["sessions"][0]) == {"session", "number", "state", "bytes", "sent_bytes", "stores"}


def test_an_order_to_erase_is_handed_on_until_nothing_is_held(rig: CourierRig) -> None:
    session = rig.box.record(3).name
    office = rig.offices[0]
    rig.turn()
    office.round()
    office.desk("erase", sessions=[session], families=[], why="request")
    office.round()
    rig.recorder.refuses.add("obey")
    rig.until(lambda _: rig.recorder.verbs("obey"), turns=20)
    rig.recorder.refuses.clear()
    rig.recorder.holds = True
    rig.turn(700)
    asked = len(rig.recorder.verbs("obey"))
    assert asked > 1
    rig.recorder.holds = False
    rig.turn(700)
    assert len(rig.recorder.verbs("obey")) == asked + 1
    rig.turn(700)
    assert len(rig.recorder.verbs("obey")) == asked + 1
    assert all(f'"sessions":["{session}"]' in each["statement"] for each in rig.recorder.verbs("obey"))


def test_a_local_age_is_handed_once(rig: CourierRig) -> None:
    session = rig.box.record(3).name
    outbox = rig.offices[0].store.outbox(rig.box.device) / "locals"
    outbox.mkdir(parents=True)
    (outbox / f"{session}.age").write_bytes(b"age-encryption.org/v1\n-> mlkem768x25519 for the box")
    rig.turn()
    rig.turn(60)
    rig.again()
    rig.turn(60)
    assert [each["session"] for each in rig.recorder.verbs("keep")] == [session]


def test_no_thread_is_left_behind(rig: CourierRig) -> None:
    rig.box.record(190)
    rig.mover.during = lambda: rig.courier.end() if len(rig.mover.put_names) == 2 else None
    rig.courier.run()
    assert not any(thread.name == "packing" for thread in threading.enumerate())
    assert len(rig.mover.put_names) == 2


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_fails_and_dies_everything_arrives_and_at_most_one_parcel_a_death_goes_twice(
    tmp_path_factory: pytest.TempPathFactory, run: Path, data: st.DataObject
) -> None:
    """Roads close before or after an upload; the process dies before, or in the middle of, any write of its journal."""
    with courier_rig(tmp_path_factory.mktemp("rig"), run) as rig:
        folders = [rig.box.record(data.draw(st.sampled_from([0, 1, 60, 61, 125]))) for _ in range(2)]
        rig.box.op(0)
        again = 0
        for _ in range(data.draw(st.integers(0, 6))):
            rig.mover.fails = data.draw(st.lists(st.sampled_from(["well", "well", "before", "after"]), max_size=6))
            again += rig.mover.fails.count("after")
            rig.again(StoppingDurable(data.draw(st.integers(0, 60)), data.draw(st.sampled_from(["before", "half"]))))
            try:
                rig.turn(data.draw(st.sampled_from([0, 5, 3_600])))
            except Stopped:
                again += 1
        rig.mover.fails = []
        rig.again()
        rig.until(lambda status: status["state"] == "idle", turns=5, seconds=3_600)
        found = rig.dropped()
        assert names(rig, folders[0]) | names(rig, folders[1]) <= found.keys()
        assert sum(len(attempts) - 1 for attempts in found.values()) <= again
        rig.offices[0].round()
        assert all(same(rig.offices[0].archived(folder.name), folder) for folder in folders)
