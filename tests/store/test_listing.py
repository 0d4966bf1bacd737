"""The list of sessions: every state that a folder can be in, none hidden and none that makes the list fail."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.store.layout import Home, new_id
from appliance.store.listing import SessionFacts, list_sessions
from tests.store.makers import BOOT, UTC_MS, begin, film, record, recover_all


def only(home: Home) -> SessionFacts:
    [facts] = list_sessions(home)
    return facts


def test_a_closed_session_tells_its_length_and_size(tmp_path: Path) -> None:
    folder = record(Home(tmp_path), 5)
    assert only(Home(tmp_path)) == SessionFacts(
        id=folder.name, number=1, state="closed", utc_ms=UTC_MS, film_ms=5000, bytes=1000, continues=None, boot=BOOT,
        end_us=10_000_000, paused=False, reason="stop",
    )  # fmt: skip


def test_an_open_session_tells_as_far_as_it_got_and_whether_it_is_paused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    writer = begin(home, continues="0" * 32)
    assert only(home).state == "empty"
    film(writer, 2)
    open_facts = only(home)
    assert (open_facts.state, open_facts.film_ms, open_facts.bytes, open_facts.paused) == ("open", 2000, 400, False)
    assert open_facts.continues == "0" * 32
    writer.paused()
    assert only(home).paused
    writer.gap(2000, 9000, "all", "pause")
    assert (only(home).paused, only(home).film_ms, only(home).end_us) == (False, 11_000, 16_000_000)


def test_a_recovered_session_does_not_count_what_is_absent(tmp_path: Path) -> None:
    home = Home(tmp_path)
    writer = begin(home)
    film(writer, 3)
    (writer.folder / "000002.m4s.age").unlink()
    del writer
    recover_all(home)
    facts = only(home)
    assert (facts.state, facts.film_ms, facts.bytes) == ("recovered", 2000, 400)


def test_the_order_is_that_of_recording_and_what_erases_is_gone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folders = [record(home, 1) for _ in range(4)]
    (folders[2] / "ERASING").touch()
    (folders[0] / "key.age").unlink()
    never_begun = home.session(new_id())
    never_begun.mkdir()
    (home.sessions / "notes").mkdir()
    listed = list_sessions(home)
    assert [facts.id for facts in listed] == [never_begun.name, *(folders[n].name for n in (0, 1, 3))]
    assert [facts.state for facts in listed] == ["unreadable", "unreadable", "closed", "closed"]


def test_no_home_has_no_sessions(tmp_path: Path) -> None:
    assert list_sessions(Home(tmp_path / "none")) == []


@pytest.mark.parametrize("closed", [True, False])
@given(data=st.data())
def test_whatever_is_in_a_log_is_listed(
    tmp_path_factory: pytest.TempPathFactory, closed: bool, data: st.DataObject
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    folder = record(home, 2)
    if not closed:
        (folder / "SHA256SUMS.sig").unlink()
    whole = (folder / "log.jsonl").read_bytes()
    at = data.draw(st.integers(0, len(whole)))
    to = data.draw(st.integers(at, len(whole)))
    (folder / "log.jsonl").write_bytes(whole[:at] + data.draw(st.binary(max_size=20)) + whole[to:])
    assert only(home).state in ("closed", "open", "unreadable")
