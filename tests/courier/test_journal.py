"""The courier's memory: what it says is durable, no attempt is given twice, and spoiling it costs a repetition only."""

import json
import tempfile
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.courier.journal import STATES, Journal, Page, SessionBook, read_page, tell_page
from appliance.courier.marks import NAME, Marks
from appliance.courier.tries import Book
from appliance.store.durable import Durable
from appliance.store.layout import Home, new_id
from appliance.store.parcels import What
from tests.store.stopping import How, Stopped, StoppingDurable, no_syncs

SESSION, STORES = "ab" * 16, ("57" * 16, "58" * 16)
WHATS = [What("film", SESSION, "", n * 60, n * 60 + 59) for n in range(3)] + [What("file", SESSION, "SHA256SUMS.sig")]
HOWS = st.sampled_from(get_args(How))
GENERAL = [What("lane", "web", "", 0, 9), What("said", "recorder", "", 3, 3), What("family", "cd" * 16, "key.age")]
SHA = "0123456789abcdef" * 4


def begin_all(book: Book, whats: list[What]) -> None:
    for what in whats:
        assert book.begin(STORES[0], what, SHA, 10) == 1
        book.done(STORES[0], what)


@settings(deadline=None, max_examples=30)
@given(data=st.data())
def test_no_attempt_is_given_twice_and_what_was_said_is_remembered(data: st.DataObject) -> None:
    """Over any story of attempts, arrivals, repetitions and new processes, some of which die in a write."""
    with tempfile.TemporaryDirectory() as name:
        home, given_out, arrived = Home(Path(name)), set[tuple[str, str, int]](), set[tuple[str, str]]()
        journal = Journal(home, Durable(no_syncs()))
        for _ in range(data.draw(st.integers(1, 25))):
            store, what = data.draw(st.sampled_from(STORES)), data.draw(st.sampled_from(WHATS))
            durable = StoppingDurable(
                data.draw(st.none() | st.integers(0, 6)), data.draw(st.sampled_from(["before", "half"]))
            )
            if data.draw(st.booleans()):
                journal = Journal(home, durable)
            tries = journal.carried(SESSION, store).tries
            try:
                match data.draw(st.sampled_from(["begin", "done", "anew"])):
                    case "begin":
                        attempt = journal.begin(SESSION, store, what, SHA, 10)
                        assert (store, what.text, attempt) not in given_out
                        given_out.add((store, what.text, attempt))
                        arrived.discard((store, what.text))
                    case "done" if what.text in tries:
                        journal.done(SESSION, store, what)
                        arrived.add((store, what.text))
                    case "anew":
                        arrived -= {each for each in arrived if each[0] == store}
                        journal.anew(SESSION, store)
            except Stopped:
                arrived.discard((store, what.text))  # a new attempt may have been written down by then
                journal = Journal(home, Durable(no_syncs()))
            after = Journal(home, Durable(no_syncs()))
            for each_store, each_what in arrived:
                assert after.carried(SESSION, each_store).tries[each_what].sent


@pytest.mark.parametrize("how", ["before", "half"])
def test_a_kill_at_any_step_keeps_what_was_written_before(tmp_path: Path, how: How) -> None:
    for at in range(60):
        home = Home(tmp_path / f"{how}-{at}")
        journal, said = Journal(home, StoppingDurable(at, how)), list[str]()
        try:
            for what in WHATS:
                journal.begin(SESSION, STORES[0], what, SHA, 10)
                journal.done(SESSION, STORES[0], what)
                said.append(what.text)
            journal.committed(SESSION, STORES[0], 5)
        except Stopped:
            found = Journal(home, Durable(no_syncs())).carried(SESSION, STORES[0])
            assert [what for what, each in found.tries.items() if each.sent] in (
                said,
                [w.text for w in WHATS[: len(said) + 1]],
            )
            continue
        assert at > 8
        return
    raise AssertionError("it never came to an end")


def test_states_go_forward(tmp_path: Path) -> None:
    journal = Journal(Home(tmp_path), Durable(no_syncs()))
    carried = journal.carried(SESSION, STORES[0])
    seen = [carried.state]
    begin_all(SessionBook(journal, SESSION), WHATS)
    seen.append(carried.state)
    journal.committed(SESSION, STORES[0], 5)
    seen.append(carried.state)
    journal.receipted(SESSION, STORES[0])
    seen.append(carried.state)
    assert seen == ["recorded", "queued", "sent", "receipted"]
    assert sorted(seen, key=STATES.index) == seen
    journal.carried(SESSION, STORES[1])
    assert journal.page(SESSION).least(STORES) == "recorded"
    assert journal.page(SESSION).least(STORES[:1]) == "receipted"
    journal.settle(SESSION, "purged")
    again = Journal(Home(tmp_path), Durable(no_syncs()))
    assert again.page(SESSION) == journal.page(SESSION)
    assert again.known() == [SESSION]
    again.drop(SESSION)
    assert Journal(Home(tmp_path), Durable(no_syncs())).known() == []


def test_the_file_is_what_the_format_says(tmp_path: Path) -> None:
    journal = Journal(Home(tmp_path), Durable(no_syncs()))
    begin_all(SessionBook(journal, SESSION), WHATS[:1])
    told = json.loads((tmp_path / "journal" / f"{SESSION}.json").read_bytes())
    assert told == {
        "v": 1,
        "session": SESSION,
        "state": "recorded",
        "stores": {
            STORES[0]: {
                "state": "queued",
                "round": 1,
                "sent_at": None,
                "receipted": False,
                "parcels": {WHATS[0].text: [SHA, 10, 1, True]},
            }
        },
    }


@settings(deadline=None, max_examples=100)
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.booleans())
def test_a_spoiled_page_is_the_same_or_an_empty_one(at: int, byte: int, cut: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        journal = Journal(Home(Path(name)), Durable(no_syncs()))
        begin_all(SessionBook(journal, SESSION), WHATS)
        journal.committed(SESSION, STORES[0], 5)
        path = Path(name) / "journal" / f"{SESSION}.json"
        told = bytearray(path.read_bytes())
        told[at % len(told)] = byte
        path.write_bytes(told[: at % len(told)] if cut else told)
        page = Journal(Home(Path(name)), Durable(no_syncs())).page(SESSION)
        assert set(page.stores) <= set(STORES) | {each for each in page.stores if len(each) == 32}
        for carried in page.stores.values():
            assert carried.sent_at is None or all(each.sent for each in carried.tries.values())


@pytest.mark.parametrize(
    "told",
    [b"", b"[]", b"{}", b"[" * 100_000, b'{"v":1,"session":"' + SESSION.encode() + b'","state":"lost","stores":{}}',
     b'{"v":1,"session":"' + new_id().encode() + b'","state":"sent","stores":{}}'],
)  # fmt: skip
def test_what_is_no_page_is_an_empty_one(tmp_path: Path, told: bytes) -> None:
    (tmp_path / "page").write_bytes(told)
    assert read_page(tmp_path / "page", SESSION) == Page()


def test_a_commit_without_all_its_parcels_is_not_believed(tmp_path: Path) -> None:
    page = Page()
    journal = Journal(Home(tmp_path), Durable(no_syncs()))
    journal.begin(SESSION, STORES[0], WHATS[0], SHA, 10)
    page = journal.page(SESSION)
    page.stores[STORES[0]].sent_at = 5
    (tmp_path / "page").write_bytes(tell_page(SESSION, page))
    assert read_page(tmp_path / "page", SESSION) == Page()


def test_marks_go_on_behind_what_arrived(tmp_path: Path) -> None:
    marks = Marks(Home(tmp_path), Durable(no_syncs()))
    begin_all(marks, GENERAL)
    marks.handed("ef" * 16, SHA)
    again = Marks(Home(tmp_path), Durable(no_syncs()))
    mark = again.of(STORES[0])
    assert (mark.lane, mark.said, mark.family, mark.tries) == ({"web": 10}, {"recorder": 4}, {"cd" * 16: SHA}, {})
    assert again.of(STORES[1]).lane == {}
    assert again.locals_ == {"ef" * 16: SHA}


def test_an_attempt_of_ops_that_was_cut_off_is_not_given_again(tmp_path: Path) -> None:
    marks = Marks(Home(tmp_path), Durable(no_syncs()))
    assert marks.begin(STORES[0], GENERAL[0], SHA, 10) == 1
    again = Marks(Home(tmp_path), Durable(no_syncs()))
    assert again.of(STORES[0]).lane == {}
    assert again.begin(STORES[0], GENERAL[0], SHA, 10) == 2


@settings(deadline=None, max_examples=100)
@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_spoiled_marks_are_read_without_falling_over(at: int, byte: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        marks = Marks(Home(Path(name)), Durable(no_syncs()))
        begin_all(marks, GENERAL)
        path = Path(name) / "journal" / NAME
        told = bytearray(path.read_bytes())
        told[at % len(told)] = byte
        path.write_bytes(told)
        again = Marks(Home(Path(name)), Durable(no_syncs()))
        assert all(isinstance(n, int) for n in again.of(STORES[0]).lane.values())
