"""Erasing: gone for good, on a full card too; refused while it is recorded; finished after a cut."""

from pathlib import Path

import pytest

from appliance.errors import BadInput, CardFailing, Forbidden
from appliance.store.durable import Durable
from appliance.store.erasure import erase_family, erase_session, finish_erasures, what_stands
from appliance.store.layout import Home
from appliance.store.listing import list_sessions
from tests.store.failing import FailingSyncs, FullDurable, TellingDurable
from tests.store.makers import begin, film, record, recover_all, tree


def test_an_erased_session_is_gone_and_the_others_stay(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folder, other = record(home), record(home)
    before = tree(other)
    erase_session(home, folder.name)
    assert not folder.exists()
    assert tree(other) == before


class Watching(TellingDurable):
    """Tells removals as well, and whether what goes is zeros by then."""

    def remove(self, path: Path) -> None:
        zeros = path.exists() and not path.read_bytes().strip(b"\0")
        super().remove(path)
        self.telling.told.append(f"remove {path.name}{' zeros' if zeros else ''}")


def test_the_key_goes_before_the_film(tmp_path: Path) -> None:
    folder = record(Home(tmp_path), 1)
    durable = Watching()
    erase_session(Home(tmp_path), folder.name, durable=durable)
    told = durable.telling.told
    gone = told.index("remove key.age zeros"), told.index("remove local.age zeros")
    synced = told.index(f"sync folder {folder.name}", max(gone))
    emptied = told.index(f"sync folder {folder.name}", synced + 1)
    assert told.index("rename ERASING") < min(gone)
    assert synced < told.index("remove 000000.m4s.age") < emptied < told.index("remove ERASING zeros")
    assert "sync folder sessions" in told[told.index("remove ERASING zeros") :]


@pytest.mark.parametrize("session", ["0" * 32, "../../etc", "", "number"])
def test_what_is_no_session_is_not_erased(tmp_path: Path, session: str) -> None:
    record(Home(tmp_path))
    before = tree(tmp_path)
    with pytest.raises(BadInput):
        erase_session(Home(tmp_path), session)
    assert tree(tmp_path) == before


def test_a_running_session_is_not_erased(tmp_path: Path) -> None:
    writer = begin(Home(tmp_path))
    film(writer, 1)
    before = tree(tmp_path)
    with pytest.raises(Forbidden):
        erase_session(Home(tmp_path), writer.id)
    assert tree(tmp_path) == before


@pytest.mark.parametrize("left", ["key.age", "log.jsonl", "000001.m4s.age"])
def test_any_folder_can_be_erased(tmp_path: Path, left: str) -> None:
    home = Home(tmp_path)
    folder = record(home)
    for path in folder.iterdir():
        if path.name != left:
            path.unlink()
    (folder / "strange").mkdir()
    (folder / "strange" / "file").touch()
    (folder / "link").symlink_to(tmp_path)
    erase_session(home, folder.name)
    assert not folder.exists()


def test_what_was_begun_is_finished_at_start(tmp_path: Path) -> None:
    home = Home(tmp_path)
    folder, other = record(home), record(home)
    (folder / "ERASING").touch()
    (other / "ERASING.tmp").touch()
    assert [facts.id for facts in list_sessions(home)] == [other.name]
    assert recover_all(home).erased == (folder.name,)
    assert not folder.exists()
    assert not (other / "ERASING.tmp").exists()
    assert (other / "key.age").exists()


def test_a_card_too_full_for_the_mark_erases_all_the_same(tmp_path: Path) -> None:
    class NoRoomForNames(FullDurable):
        def _take(self, size: int) -> None:
            super()._take(size + 1)

    home = Home(tmp_path)
    folder = record(home)
    erase_session(home, folder.name, durable=NoRoomForNames(room_bytes=0))
    assert not folder.exists()


def test_a_refused_erasure_is_told_and_tried_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    home = Home(tmp_path)
    folder, other = record(home), record(home)
    syncs = FailingSyncs("folder")
    syncs.failing = True
    with pytest.raises(CardFailing):
        erase_session(home, folder.name, durable=Durable(syncs))
    (folder / "ERASING").touch()
    assert finish_erasures(home, durable=Durable(syncs)) == ()
    assert "card-failing" in caplog.text
    assert finish_erasures(home) == (folder.name,)
    assert [facts.id for facts in list_sessions(home)] == [other.name]


def family(home: Home, name: str = "fa" * 16) -> Path:
    folder = home.family(name)
    folder.mkdir(parents=True)
    (folder / "key.age").write_bytes(b"key")
    (folder / "local.age").write_bytes(b"local")
    return folder


def test_a_familys_keys_go_as_a_sessions_do(tmp_path: Path) -> None:
    home, durable = Home(tmp_path), Watching()
    folder, other = family(home), family(home, "fb" * 16)
    assert what_stands(tmp_path, folder) == [
        {"what": f"families/{folder.name}/key.age", "bytes": 3},
        {"what": f"families/{folder.name}/local.age", "bytes": 5},
        {"what": f"families/{folder.name}/", "bytes": 8},
    ]
    erase_family(home, folder.name, durable=durable)
    assert "remove key.age zeros" in durable.telling.told
    assert "remove local.age zeros" in durable.telling.told
    assert (folder.exists(), other.exists()) == (False, True)
    assert what_stands(tmp_path, folder) == []


def test_a_familys_erasure_is_finished_at_start(tmp_path: Path) -> None:
    folder = family(Home(tmp_path))
    (folder / "ERASING").touch()
    assert recover_all(Home(tmp_path)).erased == (folder.name,)
    assert not folder.exists()


@pytest.mark.parametrize("name", ["0" * 32, "../../etc", ""])
def test_what_is_no_family_is_not_erased(tmp_path: Path, name: str) -> None:
    family(Home(tmp_path))
    with pytest.raises(BadInput):
        erase_family(Home(tmp_path), name)
