"""Durable writing: order of syncs, what is left when the disk refuses, and the bench's way to take a sync out."""

import errno
import os
from pathlib import Path

import pytest

from appliance.errors import CardFailing, CardFull, Forbidden
from appliance.store.durable import BENCH_VARIABLE, Durable, FolderLock, SyncKind, Syncs, card_faults, sync, write_whole
from tests.store.failing import FailingSyncs, TellingDurable


def test_a_whole_file_is_synced_then_named_then_its_name_synced(tmp_path: Path) -> None:
    durable = TellingDurable()
    durable.write_whole(tmp_path / "key.age", b"new")
    assert durable.telling.told == ["sync file key.age.tmp", "rename key.age", f"sync folder {tmp_path.name}"]
    assert (tmp_path / "key.age").read_bytes() == b"new"
    assert os.stat(tmp_path / "key.age").st_mode & 0o777 == 0o600


@pytest.mark.parametrize("granted", [0o700, 0o750, 0o770, 0o777])
def test_what_is_new_is_its_group_s_as_far_as_its_folder_is(tmp_path: Path, granted: int) -> None:
    """And never anybody else's: on a box recorder, web and courier are different users of one group."""
    shelf, before = tmp_path / "shelf", os.umask(0o007)
    try:
        shelf.mkdir()
        shelf.chmod(granted)
        durable = Durable()
        durable.make_folder(shelf / "a")
        durable.write_whole(shelf / "a" / "f", b"1")
        durable.write_new(shelf / "g", b"2")
    finally:
        os.umask(before)
    modes = [os.stat(shelf / name).st_mode & 0o777 for name in ("a", "a/f", "g")]
    assert modes == [granted & 0o770, granted & 0o660, granted & 0o660]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_a_refused_whole_file_leaves_the_old_one_or_the_new_one(tmp_path: Path, kind: SyncKind) -> None:
    write_whole(tmp_path / "f", b"old")
    syncs = FailingSyncs(kind)
    syncs.failing = True
    with pytest.raises(CardFailing):
        Durable(syncs).write_whole(tmp_path / "f", b"new")
    assert (tmp_path / "f").read_bytes() == (b"old" if kind == "file" else b"new")
    assert not (tmp_path / "f.tmp").exists()


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (errno.ENOSPC, CardFull),
        (errno.EDQUOT, CardFull),
        (errno.EIO, CardFailing),
        (errno.EROFS, CardFailing),
    ],
)
def test_what_a_disk_refuses_has_a_name(number: int, fault: type[Exception]) -> None:
    with pytest.raises(fault), card_faults():
        raise OSError(number, "no")


def test_write_at_replaces_whatever_stands_behind(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\ntorn and long")
    Durable().write_at(path, 4, b"two\n")
    assert path.read_bytes() == b"one\ntwo\n"


def test_a_refused_append_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\n")
    syncs = FailingSyncs("log", errno.ENOSPC)
    syncs.failing = True
    with pytest.raises(CardFull):
        Durable(syncs).write_at(path, 4, b"two\n")
    assert path.read_bytes() == b"one\n"


def test_new_folders_are_private_and_synced_in_their_parents(tmp_path: Path) -> None:
    durable = TellingDurable()
    durable.make_folder(tmp_path / "a" / "b")
    assert durable.telling.told == [f"sync folder {tmp_path.name}", "sync folder a"]
    assert os.stat(tmp_path / "a").st_mode & 0o777 == 0o700
    durable.make_folder(tmp_path / "a" / "b")
    assert len(durable.telling.told) == 2


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "f.tmp").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CardFailing, match="ELOOP"):
        write_whole(tmp_path / "f", b"x")
    assert not (tmp_path / "elsewhere").exists()


def test_overwriting_keeps_the_length(tmp_path: Path) -> None:
    (tmp_path / "key.age").write_bytes(b"secret")
    Durable().overwrite(tmp_path / "key.age")
    Durable().overwrite(tmp_path / "not there")
    assert (tmp_path / "key.age").read_bytes() == bytes(6)


def test_a_lock_is_held_once_and_let_go(tmp_path: Path) -> None:
    with FolderLock(tmp_path), pytest.raises(Forbidden):
        FolderLock(tmp_path)
    lock = Durable().lock(tmp_path)
    del lock
    FolderLock(tmp_path).release()


def test_syncs_are_counted_and_only_the_bench_leaves_one_out(tmp_path: Path) -> None:
    every, some = Syncs(), Syncs.for_bench({BENCH_VARIABLE: "log,folder"})
    assert Syncs.for_bench({}).without == frozenset()
    with (tmp_path / "f").open("wb") as file:
        for syncs in (every, some):
            syncs.sync(file.fileno(), "log")
            syncs.sync(file.fileno(), "segment")
    assert (every.counts, some.counts) == ({"log": 1, "segment": 1}, {"segment": 1})
    with pytest.raises(ValueError, match="takes segment, log, folder, file"):
        Syncs.for_bench({BENCH_VARIABLE: "logs"})


def test_the_variable_alone_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BENCH_VARIABLE, "segment,log,folder,file")
    durable = Durable()
    durable.write_whole(tmp_path / "f", b"x")
    assert durable.syncs.counts == {"file": 1, "folder": 1}


def test_a_descriptor_that_cannot_be_synced_is_told() -> None:
    reading, writing = os.pipe()
    try:
        with pytest.raises(CardFailing, match="EINVAL"):
            sync(writing)
    finally:
        os.close(reading)
        os.close(writing)
