"""Recovery: each state that a cut or a crash leaves, what is told about it, and what is never repaired."""

import errno
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.store.durable import Durable
from appliance.store.layout import Home, new_id
from appliance.store.listing import list_sessions
from appliance.store.recovery import Outcome, recover
from tests.store.failing import FailingSyncs
from tests.store.makers import BOOT, UTC_MS, begin, film, make_signer, record, recover_all, sealed, tree, verify
from tests.store.stopping import How, Stopped, StoppingDurable, no_syncs


def interrupted(home: Home, seconds: int = 3) -> Path:
    writer = begin(home, Durable(no_syncs()))
    film(writer, seconds)
    return writer.folder


def last_line(folder: Path) -> dict[str, Any]:
    line: dict[str, Any] = json.loads((folder / "log.jsonl").read_bytes().splitlines()[-1])
    return line


def test_an_interrupted_session_ends_at_its_last_second(tmp_path: Path) -> None:
    folder = interrupted(Home(tmp_path))
    recovery = recover(Home(tmp_path), make_signer(), boot="after", utc_ms=77, utc_source="phone")
    assert recovery.sessions == (Outcome(folder.name, "recovered", segments=3),)
    line = last_line(folder)
    del line["prev"]
    assert line == {
        "t": "recovered", "pts_ms": 3000, "reason": "interrupted", "boot": "after", "utc_ms": 77, "utc_source": "phone",
        "absent": [], "cut_bytes": 0,
    }  # fmt: skip
    assert verify(folder).sound


def test_a_promised_segment_gets_its_name(tmp_path: Path) -> None:
    folder = interrupted(Home(tmp_path))
    (folder / "000002.m4s.age").rename(folder / "000002.m4s.age.tmp")
    [outcome] = recover_all(Home(tmp_path)).sessions
    assert (outcome.segments, outcome.absent) == (3, ())
    assert (folder / "000002.m4s.age").read_bytes() == sealed("second 2", 200).data
    assert verify(folder).sound


def test_a_promised_segment_that_is_not_whole_is_absent(tmp_path: Path) -> None:
    folder = interrupted(Home(tmp_path))
    (folder / "000002.m4s.age").rename(folder / "000002.m4s.age.tmp")
    (folder / "000002.m4s.age.tmp").write_bytes(b"torn")
    [outcome] = recover_all(Home(tmp_path)).sessions
    assert (outcome.segments, outcome.absent) == (2, (2,))
    assert (last_line(folder)["absent"], last_line(folder)["pts_ms"]) == ([2], 2000)
    assert not list(folder.glob("*.tmp"))
    verdict = verify(folder)
    assert verdict.sound
    assert verdict.facts is not None
    assert verdict.facts.absent == (2,)


def test_a_torn_last_line_is_cut_off_and_counted(tmp_path: Path) -> None:
    folder = interrupted(Home(tmp_path))
    with (folder / "log.jsonl").open("ab") as log:
        log.write(b'{"t":"segm')
    [outcome] = recover_all(Home(tmp_path)).sessions
    assert outcome.cut_bytes == last_line(folder)["cut_bytes"] == 10
    assert verify(folder).sound


def test_a_long_torn_line_is_cut_off_though_recovery_was_stopped_over_it(tmp_path: Path) -> None:
    folder = interrupted(Home(tmp_path))
    with (folder / "log.jsonl").open("ab") as log:
        log.write(b"x" * 2000)
    hows: tuple[How, ...] = ("half", "uncut", "before")
    for how in hows:
        durable = StoppingDurable(0, how)
        with pytest.raises(Stopped):
            recover_all(Home(tmp_path), durable)
        durable.die()
    [outcome] = recover_all(Home(tmp_path)).sessions
    assert (outcome.what, outcome.cut_bytes) == ("recovered", 2000)
    assert (folder / "log.jsonl").read_bytes().endswith(b"}\n")
    assert verify(folder).sound


def test_a_session_cut_while_closing_is_closed(tmp_path: Path) -> None:
    folder = record(Home(tmp_path), 2)
    whole = tree(folder)
    (folder / "SHA256SUMS.sig").unlink()
    (folder / "SHA256SUMS").write_bytes(b"")
    assert recover_all(Home(tmp_path)).sessions == (Outcome(folder.name, "closed", segments=2),)
    assert tree(folder) == whole


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda log: log.replace(b'"n":1', b'"n":7'), "damaged: line 4 does not follow"),
        (lambda log: log[: log.rindex(b"{")] + b'{"t":"segment"}\n', "damaged: line 4 does not follow"),
        (lambda log: log.replace(b'{"v"', b"{,", 1), "damaged: line 1 is not JSON"),
        (lambda log: log[:100], "has no beginning"),
    ],
)
def test_a_damaged_log_is_left_as_it_is_and_told(tmp_path: Path, spoil: Any, why: str) -> None:
    home = Home(tmp_path)
    folder, other = interrupted(home), interrupted(home)
    (folder / "log.jsonl").write_bytes(spoil((folder / "log.jsonl").read_bytes()))
    before = tree(folder)
    outcomes = {outcome.session: outcome for outcome in recover_all(home).sessions}
    assert outcomes[folder.name].what == "left"
    assert why in str(outcomes[folder.name].why)
    assert tree(folder) == before
    assert outcomes[other.name].what == "recovered"


def test_a_session_of_another_key_or_another_name_is_left(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folder = interrupted(home)
    strange = recover(home, make_signer(2), boot=BOOT, utc_ms=UTC_MS, utc_source="rtc")
    assert "another signing key" in str(strange.sessions[0].why)
    moved = home.session(new_id())
    shutil.copytree(folder, moved)
    whys = {outcome.session: outcome.why for outcome in recover_all(home).sessions}
    assert "another session" in str(whys[moved.name])
    assert whys[folder.name] is None


def test_what_never_began_is_listed_and_an_empty_folder_goes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    no_key, no_log, nothing, only_unfinished = (home.session(new_id()) for _ in range(4))
    for folder, name in ((no_key, "local.age"), (no_log, "key.age"), (nothing, ""), (only_unfinished, "key.age.tmp")):
        folder.mkdir(parents=True)
        if name:
            (folder / name).write_bytes(b"x")
    outcomes = {outcome.session: outcome.what for outcome in recover_all(home).sessions}
    assert outcomes == {
        no_key.name: "unreadable",
        no_log.name: "empty",
        nothing.name: "nothing",
        only_unfinished.name: "nothing",
    }
    assert {facts.id: facts.state for facts in list_sessions(home)} == {no_key.name: "unreadable", no_log.name: "empty"}


def test_a_session_without_a_segment_is_closed_and_stays_empty(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folder = interrupted(home, 0)
    assert recover_all(home).sessions == (Outcome(folder.name, "recovered"),)
    assert verify(folder).sound
    assert [facts.state for facts in list_sessions(home)] == ["empty"]


def test_a_running_session_is_left_alone(tmp_path: Path) -> None:
    home = Home(tmp_path)
    writer = begin(home)
    film(writer, 1)
    before = tree(writer.folder)
    assert [outcome.what for outcome in recover_all(home).sessions] == ["running"]
    assert tree(writer.folder) == before
    film(writer, 1, first=1)
    writer.close("stop", 1, "rtc")
    assert verify(writer.folder).sound


def test_a_card_that_refuses_is_told_and_the_next_time_does_it(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folder = interrupted(home)
    syncs = FailingSyncs("log", errno.EROFS)
    syncs.failing = True
    [outcome] = recover_all(home, Durable(syncs)).sessions
    assert (outcome.what, outcome.why) == ("left", "The card refused to write or read (EROFS).")
    recover_all(home)
    assert verify(folder).sound


def test_a_closed_session_is_not_touched(tmp_path: Path) -> None:
    home = Home(tmp_path)
    record(home)
    recover_all(home)
    before = tree(tmp_path)
    assert recover_all(home).sessions == ()
    assert tree(tmp_path) == before


@settings(max_examples=60)
@given(data=st.data())
def test_after_any_damage_a_second_recovery_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    home = Home(tmp_path_factory.mktemp("home"))
    folder = interrupted(home, 4)
    for name in data.draw(st.lists(st.sampled_from(sorted(tree(folder))), unique=True, max_size=4)):
        size = (folder / name).stat().st_size
        keep = data.draw(st.none() | st.integers(0, size), label=f"bytes kept of {name}")
        if keep is None:
            (folder / name).rename(folder / (name + ".tmp"))
        else:
            (folder / name).write_bytes((folder / name).read_bytes()[:keep])
    log_whole = (folder / "log.jsonl").exists() and (folder / "log.jsonl").read_bytes()
    recover_all(home, Durable(no_syncs()))
    once = tree(home.root)
    recover_all(home, Durable(no_syncs()))
    assert tree(home.root) == once
    if log_whole and (folder / "SHA256SUMS").exists():
        assert (folder / "log.jsonl").read_bytes().startswith(log_whole[: log_whole.rfind(b"\n") + 1])
