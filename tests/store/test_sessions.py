"""Writing a session: its files, its order of syncs, and what happens when the disk says no."""

import errno
import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from appliance.errors import CardFailing, CardFull, Forbidden
from appliance.store.durable import Durable, FolderLock, card_faults
from appliance.store.layout import Home
from appliance.store.lines import Checkpoint, ClockLine, Closed, GapLine, PausedLine
from appliance.store.log import read_log
from tests.store.failing import FailingSyncs, FullDurable, TellingDurable
from tests.store.makers import SIGNER, UTC_MS, begin, film, record, recover_all, sealed, tree, verify


def test_a_session_holds_what_the_format_says(tmp_path: Path) -> None:
    folder = record(Home(tmp_path), 2)
    assert sorted(tree(folder)) == [
        "000000.m4s.age", "000001.m4s.age", "SHA256SUMS", "SHA256SUMS.sig", "init.mp4.age", "key.age", "local.age",
        "log.jsonl",
    ]  # fmt: skip
    log = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    assert [line["t"] for line in log] == ["opened", "segment", "segment", "closed"]
    assert log[0]["session"] == folder.name
    assert log[0]["certificate"] == SIGNER.certificate
    assert log[1] | {"prev": 0} == {
        "t": "segment", "n": 0, "pts_ms": 0, "dur_ms": 1000, "bytes": 200,
        "sha256": hashlib.sha256(sealed("second 0", 200).data).hexdigest(), "prev": 0,
    }  # fmt: skip
    assert (log[3]["pts_ms"], log[3]["reason"], log[3]["utc_ms"]) == (2000, "stop", UTC_MS + 2000)
    assert verify(folder).sound


def test_stock_tools_check_it(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl on this machine")
    folder = record(Home(tmp_path))
    subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, check=True, capture_output=True)
    recipe = """
        (printf '302a300506032b6570032100' | basenc -d --base16 -i; printf %s "$KEY" | base64 -d) > ../signer.der
        openssl pkeyutl -verify -pubin -keyform DER -inkey ../signer.der -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig
    """.replace("302a300506032b6570032100", "302A300506032B6570032100")
    environment = {"KEY": SIGNER.public, "PATH": "/usr/bin:/bin"}
    subprocess.run(["sh", "-ec", recipe], cwd=folder, check=True, capture_output=True, env=environment)
    (folder / "SHA256SUMS").write_bytes(b"x")
    broken = subprocess.run(["sh", "-ec", recipe], cwd=folder, check=False, capture_output=True, env=environment)
    assert broken.returncode != 0


def test_a_second_is_acknowledged_after_four_steps_in_order(tmp_path: Path) -> None:
    durable = TellingDurable()
    writer = begin(Home(tmp_path), durable)
    film(writer, 1)
    durable.telling.told.clear()
    film(writer, 1, first=1)
    assert durable.telling.told == [
        "sync segment 000001.m4s.age.tmp",
        "sync log log.jsonl",
        "rename 000001.m4s.age",
        f"sync folder {writer.id}",
    ]


def test_beginning_and_closing_keep_their_order(tmp_path: Path) -> None:
    durable = TellingDurable()
    writer = begin(Home(tmp_path), durable)
    names = [told.split()[-1] for told in durable.telling.told if told.startswith("rename")]
    assert names == ["number", "key.age", "local.age", "log.jsonl", "init.mp4.age"]
    durable.telling.told.clear()
    writer.close("stop", 1, "rtc")
    assert durable.telling.told[0] == "sync log log.jsonl"
    assert [told for told in durable.telling.told if told.startswith("rename")] == [
        "rename SHA256SUMS",
        "rename SHA256SUMS.sig",
    ]


def test_each_minute_of_film_is_signed(tmp_path: Path) -> None:
    writer = begin(Home(tmp_path))
    film(writer, 125)
    entries = read_log((writer.folder / "log.jsonl").read_bytes()).entries
    checkpoints = [entry for entry in entries if isinstance(entry.line, Checkpoint)]
    assert [entry.before.lines for entry in checkpoints] == [61, 122]
    writer.close("stop", 1, "rtc")
    assert verify(writer.folder).sound


def test_everything_that_can_happen_is_logged(tmp_path: Path) -> None:
    writer = begin(Home(tmp_path))
    film(writer, 1)
    writer.gap(200, 300, "sound", "microphone")
    writer.paused()
    writer.gap(1000, 5000, "all", "pause")
    writer.clock_moved(6000, 9, "phone")
    writer.segment(1, 6000, 1000, sealed("second 1", 200))
    writer.close("limit", 1, "rtc")
    lines = read_log((writer.folder / "log.jsonl").read_bytes()).lines
    assert lines[2:6] == [
        GapLine(200, 300, "sound", "microphone"),
        PausedLine(1000),
        GapLine(1000, 5000, "all", "pause"),
        ClockLine(6000, 9, "phone"),
    ]
    assert lines[-1] == Closed(7000, "limit", 1, "rtc")
    assert verify(writer.folder).sound


def test_numbers_go_on_after_an_erasure_and_without_the_counter(tmp_path: Path) -> None:
    home = Home(tmp_path)
    numbers = []
    for _ in range(3):
        folder = record(home, 1)
        numbers.append(json.loads((folder / "log.jsonl").read_text().splitlines()[0])["number"])
        shutil.rmtree(folder)
    record(home, 1)
    home.number.unlink()
    folder = record(home, 1)
    assert numbers == [1, 2, 3]
    assert json.loads((folder / "log.jsonl").read_text().splitlines()[0])["number"] == 5


def test_a_running_session_is_locked_until_it_is_closed(tmp_path: Path) -> None:
    writer = begin(Home(tmp_path))
    with pytest.raises(Forbidden):
        FolderLock(writer.folder)
    writer.close("stop", 1, "rtc")
    FolderLock(writer.folder).release()


def test_only_the_segment_that_is_due_is_taken(tmp_path: Path) -> None:
    writer = begin(Home(tmp_path))
    film(writer, 1)
    before = tree(tmp_path)
    for n in (0, 2):
        with pytest.raises(ValueError, match="not due"):
            writer.segment(n, 1000, 1000, sealed("x"))
    assert tree(tmp_path) == before
    writer.close("stop", 1, "rtc")
    writer.close("stop", 2, "rtc")
    with pytest.raises(ValueError, match="not due"):
        film(writer, 1, first=1)
    with pytest.raises(ValueError, match="ended"):
        writer.gap(1000, 1, "all", "pause")


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("kind", ["segment", "log", "folder"])
def test_a_refused_segment_is_not_acknowledged_and_the_session_closes(tmp_path: Path, kind: str, number: int) -> None:
    syncs = FailingSyncs(kind, number)  # type: ignore[arg-type]
    writer = begin(Home(tmp_path), Durable(syncs))
    film(writer, 2)
    syncs.failing = True
    with pytest.raises((CardFailing, CardFull)):
        film(writer, 1, first=2)
    assert not list(writer.folder.glob("*.tmp"))
    syncs.failing = False
    writer.close("card-failing", 1, "rtc")
    assert verify(writer.folder).sound
    assert len(list(writer.folder.glob("*.m4s.age"))) == (3 if kind == "folder" else 2)


def test_a_segment_that_could_not_be_named_is_named_at_the_close(tmp_path: Path) -> None:
    class Unnaming(Durable):
        refusing = False

        def rename(self, source: Path, target: Path) -> None:
            with card_faults():
                if self.refusing:
                    raise OSError(errno.EIO, "no")
            super().rename(source, target)

    durable = Unnaming()
    writer = begin(Home(tmp_path), durable)
    durable.refusing = True
    with pytest.raises(CardFailing):
        film(writer, 1)
    assert (writer.folder / "000000.m4s.age.tmp").exists()
    durable.refusing = False
    writer.close("card-failing", 1, "rtc")
    assert (writer.folder / "000000.m4s.age").exists()
    assert verify(writer.folder).sound


def test_a_refused_close_can_be_tried_again(tmp_path: Path) -> None:
    syncs = FailingSyncs("file")
    writer = begin(Home(tmp_path), Durable(syncs))
    film(writer, 1)
    syncs.failing = True
    with pytest.raises(CardFailing):
        writer.close("stop", 1, "rtc")
    syncs.failing = False
    writer.close("stop", 1, "rtc")
    assert verify(writer.folder).sound


def test_a_session_that_cannot_begin_leaves_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with pytest.raises(CardFull):
        begin(home, FullDurable(room_bytes=20))
    assert [path.name for path in home.sessions.iterdir()] == ["number"]


def test_a_writer_that_is_gone_leaves_a_session_to_recover(tmp_path: Path) -> None:
    home = Home(tmp_path)
    writer = begin(home)
    film(writer, 3)
    folder = writer.folder
    del writer
    assert [outcome.what for outcome in recover_all(home).sessions] == ["recovered"]
    assert verify(folder).sound
