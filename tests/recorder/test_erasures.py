"""What makes a box have less: only those who may, only when they may, said aloud, and finished after any stop."""

import itertools
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from appliance.errors import BadInput, Forbidden
from appliance.said.terms import DAY_MS
from tests.recorder.erasing_box import DEVICE, OWN, ErasingBox, op_id
from tests.said.makers import OTHER_BOX, OTHER_STORE, OTHER_STORE_ID, line
from tests.store.failing import FullDurable
from tests.store.stopping import Stopped, StoppingDurable


@pytest.fixture
def box(tmp_path: Path) -> ErasingBox:
    return ErasingBox(tmp_path / "home")


@pytest.fixture(autouse=True)
def _small_reserve(monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte in each of a hundred homes only takes time."""
    monkeypatch.setattr("appliance.store.space.RESERVE_BYTES", 64)


# ---- purge


def test_a_session_that_enough_stores_hold_is_purged_and_said_so(box: ErasingBox) -> None:
    session, other = box.record(), box.record()
    box.receive(session)
    stores = box.erasures.purge(session, op_id())
    assert not box.stands(session)
    assert box.stands(other)
    (said,) = box.said()
    assert (said["kind"], said["session"], said["number"]) == ("purged", session, 1)
    assert said["stores"] == list(stores)
    assert box.erasures.purge(session, op_id()) == stores, "asked again, it is gone and nothing is said"
    assert len(box.said()) == 1
    assert box.told == [], "a session at the office is not erased: its moments stay"


def test_one_store_is_not_two(tmp_path: Path) -> None:
    box = ErasingBox(tmp_path / "home", receipts=2)
    session = box.record()
    box.receive(session)
    with pytest.raises(Forbidden, match="1 of 2"):
        box.erasures.purge(session, op_id())
    box.receive(session, OTHER_STORE, OTHER_STORE_ID)
    assert len(box.erasures.purge(session, op_id())) == 2


def test_a_purge_is_refused(box: ErasingBox) -> None:
    session = box.record()
    refused: dict[str, Callable[[], object]] = {
        "no receipt": lambda: None,
        "not yet": lambda: box.receive(session, purge_after=box.clock.utc_ms() + 1),
        "never": lambda: box.receive(session, purge_after=None),
        "another session's bytes": lambda: box.receive(session, sums_sha256="0" * 64),
        "on hold": lambda: box.receive(session, hold=True),
        "a stranger's store": lambda: box.receive(session, OTHER_BOX),
        "another store's word": lambda: box.receive(session, OTHER_STORE),
    }
    for why, receive in refused.items():
        receive()
        with pytest.raises(Forbidden):
            box.erasures.purge(session, op_id())
        assert box.stands(session), why
    box.receive(session)
    box.source = "last known"
    with pytest.raises(Forbidden, match="time"):
        box.erasures.purge(session, op_id())
    box.source = "rtc"
    box.say("desk", "hold", session=session, on=True)
    with pytest.raises(Forbidden, match="hold"):
        box.erasures.purge(session, op_id())
    assert box.said() == []
    box.say("desk", "hold", at=2, session=session, on=False)
    box.erasures.purge(session, op_id())


def test_what_is_no_session_or_not_closed_is_not_purged(box: ErasingBox) -> None:
    session = box.record()
    box.receive(session)
    (box.home.session(session) / "SHA256SUMS.sig").unlink()
    with pytest.raises(Forbidden, match="closed"):
        box.erasures.purge(session, op_id())
    with pytest.raises(BadInput):
        box.erasures.purge("0" * 32, op_id())


def test_a_spoiled_office_lets_nothing_go(box: ErasingBox) -> None:
    session = box.record()
    box.receive(session)
    (box.home.device / "office.json").write_text("{}")
    box.clock.advance(ms=30 * DAY_MS)
    for ask in (
        lambda: box.erasures.purge(session, op_id()),
        lambda: box.erasures.erase(session, "request", op_id()),
        box.expiry.look,
    ):
        with pytest.raises(BadInput, match=r"office\.json"):
            ask()
    assert box.stands(session)


# ---- erase and obey


def test_an_own_erase_is_said_with_what_it_destroyed(box: ErasingBox) -> None:
    session, asked = box.record(), op_id()
    box.erasures.erase(session, "objection", asked)
    box.erasures.erase(session, "objection", asked)
    (said,) = box.said()
    assert (said["id"], said["sessions"], said["numbers"], said["why"]) == (asked, [session], [1], "objection")
    destroyed = {each["what"]: each["bytes"] for each in said["destroyed"]}
    assert set(destroyed) == {f"sessions/{session}/{name}" for name in ("key.age", "local.age", "")}
    assert destroyed[f"sessions/{session}/"] > 5 * 200
    assert box.told == [(session, asked)]
    with pytest.raises(BadInput):
        box.erasures.erase(session, "objection", op_id())
    with pytest.raises(BadInput):
        box.erasures.erase(box.record(), "boredom", op_id())


def test_an_order_of_the_desk_is_obeyed(box: ErasingBox) -> None:
    session, kept, family = box.record(), box.record(), box.family()
    order = box.say("desk", "erase", sessions=[session, "0" * 32], families=[family], why="withdrawn")
    for _ in range(2):
        told = box.erasures.obey(order, op_id())
        assert told == {"erased": [session, "0" * 32, family], "held": []}
    assert not box.stands(session)
    assert not box.home.family(family).exists()
    assert box.stands(kept)
    (said,) = box.said()
    assert (said["order"], said["numbers"], said["families"]) == (_id(order), [1, 0], [family])
    assert {f"families/{family}/key.age", f"families/{family}/local.age"} <= {e["what"] for e in said["destroyed"]}
    assert [session for session, _ in box.told] == [session]


def test_each_of_many_that_go_at_once_is_told_under_an_id_of_its_own(box: ErasingBox) -> None:
    """A reader counts each id once."""
    sessions = [box.record() for _ in range(3)]
    box.erasures.obey(box.say("web", "erase", OWN, sessions=sessions, families=[], why="objection"), op_id())
    assert [session for session, _ in box.told] == sessions
    assert len({told for _, told in box.told}) == 3


def test_an_order_for_nothing_that_is_here_is_answered_once(box: ErasingBox) -> None:
    order = box.say("desk", "erase", sessions=["0" * 32], families=[], why="withdrawn")
    box.erasures.obey(order, op_id())
    box.restart()
    box.erasures.obey(order, op_id())
    (said,) = box.said()
    assert (said["order"], said["destroyed"]) == (_id(order), [])


def test_the_boxs_own_web_is_obeyed(box: ErasingBox) -> None:
    family = box.family()
    box.erasures.obey(box.say("web", "erase", OWN, sessions=[], families=[family], why="objection"), op_id())
    assert not box.home.family(family).exists()


def test_nobody_else_is_obeyed(box: ErasingBox) -> None:
    session = box.record()
    told: dict[str, Any] = {"sessions": [session], "families": [], "why": "request"}
    genuine = box.say("desk", "erase", **told)
    for text in (
        line(OTHER_STORE, "desk", "erase", **told).decode(),
        line(OTHER_BOX, "web", "erase", **told).decode(),
        line(OWN, "desk", "erase", **told).decode(),
        genuine.replace('"request"', '"objection"'),
        genuine.strip(),
        line(OWN, "web", "confirmed", session=session, keep_until=None).decode(),
        "",
        "\ud800",
    ):
        with pytest.raises(Forbidden):
            box.erasures.obey(text, op_id())
    assert box.stands(session)
    assert box.said() == []


def test_what_is_being_recorded_is_not_erased_by_an_order(box: ErasingBox) -> None:
    session, other = box.record(), box.record()
    box.filming = session
    order = box.say("desk", "erase", sessions=[other, session], families=[], why="request")
    with pytest.raises(Forbidden, match="recorded"):
        box.erasures.obey(order, op_id())
    assert box.stands(other), "an order is obeyed whole or not at all"


@pytest.mark.parametrize("by", ["receipt", "desk"])
def test_a_hold_stops_an_order_until_it_is_off(box: ErasingBox, by: str) -> None:
    session, other = box.record(), box.record()
    if by == "receipt":
        box.receive(session, hold=True)
    else:
        box.say("desk", "hold", session=session, on=True)
    order = box.say("desk", "erase", sessions=[session, other], families=[], why="request")
    assert box.erasures.obey(order, op_id()) == {"erased": [other], "held": [session]}
    with pytest.raises(Forbidden, match="hold"):
        box.erasures.erase(session, "request", op_id())
    assert box.stands(session)
    box.receive(session, hold=False)
    box.say("desk", "hold", at=2, session=session, on=False)
    assert box.erasures.obey(order, op_id()) == {"erased": [session, other], "held": []}
    assert not box.stands(session)
    assert [said["order"] for said in box.said()] == [_id(order)] * 2


def test_a_receipts_hold_ends_with_a_later_word_of_the_desk(box: ErasingBox) -> None:
    session = box.record()
    box.receive(session, hold=True)
    order = box.say("desk", "erase", sessions=[session], families=[], why="request")
    box.say("desk", "hold", at=1, session=session, on=False)
    assert box.erasures.obey(order, op_id())["held"] == [session], "said before that receipt, or with it"
    box.say("desk", "hold", at=2, session=session, on=False)
    with pytest.raises(Forbidden, match="hold"):
        box.erasures.purge(session, op_id())
    assert box.erasures.obey(order, op_id())["erased"] == [session]


# ---- after seven days


def test_an_unconfirmed_session_goes_after_seven_days(box: ErasingBox) -> None:
    session = box.record()
    box.clock.now_utc_ms = 1_780_000_005_000 + 7 * DAY_MS
    assert box.expiry.look() == ()
    box.clock.advance(ms=1)
    assert box.expiry.look() == (session,)
    (said,) = box.said()
    assert (said["why"], said["sessions"], said["order"]) == ("unconfirmed", [session], None)
    assert not box.stands(session)


@pytest.mark.parametrize("word", ["web", "desk", "hold", "receipt"])
def test_a_word_keeps_it(box: ErasingBox, word: str) -> None:
    session = box.record()
    match word:
        case "web":
            box.say("web", "confirmed", OWN, session=session, keep_until=None)
        case "desk":
            box.say("desk", "confirmed", session=session, keep_until=5)
        case "hold":
            box.say("desk", "hold", session=session, on=True)
        case _:
            box.receive(session, hold=True)
    box.clock.advance(ms=99 * DAY_MS)
    assert box.expiry.look() == ()
    assert box.stands(session)


def test_a_strangers_word_does_not(box: ErasingBox) -> None:
    session = box.record()
    box.say("web", "confirmed", OTHER_BOX, session=session, keep_until=None)
    box.say("desk", "confirmed", OTHER_STORE, session=session, keep_until=None)
    box.clock.advance(ms=99 * DAY_MS)
    assert box.expiry.look() == (session,)


def test_a_box_without_a_sure_clock_waits_for_one(box: ErasingBox) -> None:
    session = box.record()
    box.clock.advance(ms=99 * DAY_MS)
    box.source = "last known"
    assert box.expiry.look() == ()
    box.source = "phone"
    assert box.expiry.look() == (session,)


def test_days_of_a_session_that_did_not_know_the_time_count_from_when_it_is_known(box: ErasingBox) -> None:
    session = box.record()
    log = box.home.session(session) / "log.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"utc_source":"rtc","prev"', b'"utc_source":"last known","prev"'))
    box.clock.advance(ms=99 * DAY_MS)
    assert box.expiry.look() == ()
    box.clock.advance(ms=7 * DAY_MS)
    box.restart()
    assert box.expiry.look() == ()
    box.clock.advance(ms=1)
    assert box.expiry.look() == (session,)
    box.expiry.look()
    assert box.home.met.read_bytes() == b'{"v":1,"met":{}}\n'


def test_it_looks_once_an_hour_and_never_while_filming(box: ErasingBox) -> None:
    session = box.record()
    box.expiry.turn()
    box.clock.advance(ms=99 * DAY_MS)
    box.filming = "0" * 32
    box.expiry.turn()
    assert box.stands(session)
    box.filming = None
    box.expiry.turn()
    assert not box.stands(session)
    late = box.record()
    box.expiry.turn()
    assert box.stands(late), "not before another hour"
    box.clock.advance(ms=3_600_000)
    box.expiry.turn()
    assert not box.stands(late)


def test_an_open_or_strange_session_never_goes_by_itself(box: ErasingBox) -> None:
    session, damaged = box.record(), box.record()
    (box.home.session(session) / "SHA256SUMS.sig").unlink()
    (box.home.session(damaged) / "log.jsonl").write_bytes(b"spoiled")
    box.clock.advance(ms=99 * DAY_MS)
    assert box.expiry.look() == ()


# ---- stops


def _go(box: ErasingBox, way: str, session: str) -> None:
    match way:
        case "purge":
            box.erasures.purge(session, op_id())
        case "erase":
            box.erasures.erase(session, "request", op_id())
        case _:
            box.expiry.look()


EVERY = 1 if os.environ.get("FIELDREEL_ALL_STOPS") else 3


@pytest.mark.parametrize(("way", "first"), [("purge", 0), ("erase", 1), ("expire", 2)])
def test_what_was_said_is_made_true_after_any_stop(tmp_path: Path, way: str, first: int) -> None:
    for at in itertools.count(first, EVERY):
        home = tmp_path / "home"
        box = ErasingBox(home)
        session, other = box.record(), box.record()
        box.receive(session)
        if way == "expire":
            box.clock.advance(ms=8 * DAY_MS)
            box.say("web", "confirmed", OWN, session=other, keep_until=None)
        durable = StoppingDurable(at)
        box.restart(durable)
        stopped = True
        with suppress(Stopped):
            _go(box, way, session)
            stopped = False
        durable.die()
        box.restart()
        box.erasures.finish()
        said = [each for each in box.said() if session in (each.get("session"), *each.get("sessions", ()))]
        assert box.stands(session) == (not said), f"stopped before step {at}"
        assert len(said) <= 1
        assert box.stands(other)
        if not stopped:
            break
        shutil.rmtree(home)
    assert at > 8


def test_a_card_too_full_to_say_it_erases_all_the_same(tmp_path: Path) -> None:
    box = ErasingBox(tmp_path / "home")
    session = box.record()
    box.home.reserve.unlink(missing_ok=True)
    box.restart(FullDurable(room_bytes=0))
    box.erasures.erase(session, "objection", op_id())
    assert not box.stands(session)
    assert [said["sessions"] for said in box.said()] == [[session]]


def test_a_box_says_its_own_device(box: ErasingBox) -> None:
    session = box.record()
    box.erasures.erase(session, "request", op_id())
    assert {(said["device"], said["writer"]) for said in box.said()} == {(DEVICE, "recorder")}


def _id(order: str) -> str:
    return order.split('"id":"')[1].split('"', maxsplit=1)[0]
