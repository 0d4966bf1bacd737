"""Tampering, one way at a time: `verify` names the file, and says in plain words what is wrong with it."""

import base64
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.errors import NotASession
from appliance.sealing.certificates import check_certificate, check_signature
from appliance.store.durable import Durable
from appliance.store.layout import Home, new_id
from appliance.store.log import ZEROS
from appliance.store.sums import sums_text
from appliance.store.verify import verify_session
from tests.store.makers import SIGNER, begin, film, make_signer, record, recover_all, sealed, tree, verify
from tests.store.stopping import no_syncs

Tamper = Callable[[Path], object]


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ninety seconds with a checkpoint among them."""
    writer = begin(Home(tmp_path_factory.mktemp("home")), Durable(no_syncs()))
    film(writer, 90)
    writer.close("stop", 1, "rtc")
    return writer.folder


@pytest.fixture
def folder(pristine: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pristine, tmp_path / pristine.name))


def segment(folder: Path, n: int) -> Path:
    return folder / f"{n:06d}.m4s.age"


def flip(path: Path, at: int = 5) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def swap(one: Path, other: Path) -> None:
    kept = one.read_bytes()
    other.rename(one)
    other.write_bytes(kept)


def log_lines(folder: Path) -> list[bytes]:
    return (folder / "log.jsonl").read_bytes().splitlines(keepends=True)


def write_log(folder: Path, lines: list[bytes]) -> None:
    (folder / "log.jsonl").write_bytes(b"".join(lines))


def moved(lines: list[bytes]) -> list[bytes]:
    return [*lines[:7], lines[8], lines[7], *lines[9:]]


def rechain(folder: Path, change: Callable[[list[dict[str, Any]]], None]) -> None:
    """Edit the log as a forger without the key: the chain fits again."""
    objects, prev, raw = [json.loads(line) for line in log_lines(folder)], ZEROS, []
    change(objects)
    for each in objects:
        raw.append(json.dumps({**each, "prev": prev}, separators=(",", ":")).encode() + b"\n")
        prev = hashlib.sha256(raw[-1]).hexdigest()
    write_log(folder, raw)


def resum(folder: Path, signed: bool = False) -> None:
    """Sums that fit again, with the old signature or the device's own."""
    names = [path for path in folder.iterdir() if path.name.endswith((".age", ".jsonl")) and path.name != "local.age"]
    content = sums_text({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in names})
    (folder / "SHA256SUMS").write_bytes(content)
    if signed:
        (folder / "SHA256SUMS.sig").write_bytes(SIGNER.sign(content))


def edit_sums(folder: Path) -> None:
    content = (folder / "SHA256SUMS").read_text()
    (folder / "SHA256SUMS").write_text("0" * 8 + content[8:])


def longer(n: int) -> Callable[[list[dict[str, Any]]], None]:
    return lambda objects: objects[n].update(dur_ms=2000)


def cut_tail(folder: Path) -> None:
    write_log(folder, log_lines(folder)[:80])
    for n in range(78, 90):
        segment(folder, n).unlink()


def drop_checkpoints(objects: list[dict[str, Any]]) -> None:
    objects[:] = [each for each in objects if each["t"] != "checkpoint"]


def own_certificate(folder: Path) -> None:
    """Another device signs everything anew: only its certificate tells."""
    other = make_signer(2)
    rechain(folder, lambda objects: objects[0].update(certificate=dict(other.certificate)))
    rechain(folder, drop_checkpoints)
    resum(folder)
    (folder / "SHA256SUMS.sig").write_bytes(other.sign((folder / "SHA256SUMS").read_bytes()))


def renumber(folder: Path) -> None:
    write_log(folder, [line.replace(b'"n":7', b'"n":6') for line in log_lines(folder)])


def to_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def forge(change: Callable[[list[dict[str, Any]]], None], signed: bool = False) -> Tamper:
    """Edit the log, and make chain and sums fit; `signed`: with the device's own key."""

    def tamper(folder: Path) -> None:
        rechain(folder, change)
        resum(folder, signed)

    return tamper


def miscount(objects: list[dict[str, Any]]) -> None:
    objects[61]["lines"] = 60


def spoil_certificate(objects: list[dict[str, Any]]) -> None:
    objects[0]["certificate"]["writer"] = "web"


TAMPERING: list[tuple[str, Tamper, str, str]] = [
    ("flipped byte", lambda f: flip(segment(f, 5)), "000005.m4s.age", "was changed after it was recorded"),
    ("cut short", lambda f: os.truncate(segment(f, 5), 9), "000005.m4s.age", "was changed"),
    ("two swapped", lambda f: swap(segment(f, 5), segment(f, 8)), "000005.m4s.age", "is really 000008.m4s.age"),
    ("one dropped", lambda f: segment(f, 5).unlink(), "000005.m4s.age", "is missing"),
    ("the last dropped", lambda f: segment(f, 89).unlink(), "000089.m4s.age", "is missing"),
    ("renamed", lambda f: segment(f, 5).rename(segment(f, 99)), "000005.m4s.age", "is missing"),
    ("one doubled", lambda f: shutil.copy(segment(f, 5), segment(f, 90)), "000090.m4s.age", "is really 000005"),
    ("one too many", lambda f: segment(f, 90).write_bytes(b"x"), "000090.m4s.age", "does not belong"),
    ("a strange file", lambda f: (f / "note").write_bytes(b"x"), "note", "does not belong"),
    ("a folder for a file", lambda f: to_folder(segment(f, 5)), "000005.m4s.age", "no ordinary file"),
    ("log line edited", renumber, "log.jsonl", "line 10 "),
    ("log line dropped", lambda f: write_log(f, log_lines(f)[:7] + log_lines(f)[8:]), "log.jsonl", "line 8 "),
    ("log lines reordered", lambda f: write_log(f, moved(log_lines(f))), "log.jsonl", "line 8 "),
    ("log line doubled", lambda f: write_log(f, log_lines(f)[:8] + log_lines(f)[7:]), "log.jsonl", "line 9 "),
    ("log line added behind", lambda f: write_log(f, [*log_lines(f), b"{}\n"]), "log.jsonl", "line 94 "),
    ("last log line dropped", lambda f: write_log(f, log_lines(f)[:-1]), "log.jsonl", "not the file that was signed"),
    ("log gone", lambda f: (f / "log.jsonl").unlink(), "log.jsonl", "is missing"),
    ("log emptied", lambda f: write_log(f, []), "log.jsonl", "does not begin"),
    ("edited before a checkpoint", lambda f: rechain(f, longer(3)), "log.jsonl", "before line 62"),
    ("edited behind the last one", lambda f: rechain(f, longer(80)), "log.jsonl", "does not run on"),
    ("edited, sums made to fit", forge(longer(91)), "SHA256SUMS.sig", "does not sign"),
    ("edited, and all signed anew", forge(longer(5), signed=True), "log.jsonl", "before line 62"),
    ("a checkpoint miscounts", forge(miscount, signed=True), "log.jsonl", "before line 62"),
    ("certificate edited", forge(spoil_certificate, signed=True), "log.jsonl", "certificate"),
    ("sums gone", lambda f: (f / "SHA256SUMS").unlink(), "SHA256SUMS", "is missing"),
    ("signature gone", lambda f: (f / "SHA256SUMS.sig").unlink(), "SHA256SUMS.sig", "is missing: closing was cut off"),
    ("sums edited", edit_sums, "SHA256SUMS", "is not what was signed"),
    ("sums emptied", lambda f: (f / "SHA256SUMS").write_bytes(b""), "SHA256SUMS", "is not what was signed"),
    ("signature edited", lambda f: flip(f / "SHA256SUMS.sig"), "SHA256SUMS.sig", "does not sign SHA256SUMS"),
    ("tail removed", cut_tail, "log.jsonl", "not the file that was signed"),
    ("key exchanged", lambda f: flip(f / "key.age", 1), "key.age", "was changed"),
    ("key gone", lambda f: (f / "key.age").unlink(), "key.age", "is missing: nobody can open this session"),
    ("init exchanged", lambda f: flip(f / "init.mp4.age", 1), "init.mp4.age", "was changed"),
    ("init gone", lambda f: (f / "init.mp4.age").unlink(), "init.mp4.age", "is missing"),
    ("being erased", lambda f: (f / "ERASING").touch(), "ERASING", "being erased"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tamper", "file", "what"), [each[1:] for each in TAMPERING], ids=[each[0] for each in TAMPERING]
)
def test_tampering_is_named(folder: Path, tamper: Tamper, file: str, what: str) -> None:
    assert verify(folder).sound
    tamper(folder)
    verdict = verify(folder)
    assert not verdict.sound
    assert verdict.findings[0].file == file
    assert what in verdict.findings[0].what


def test_a_forged_segment_promised_behind_the_last_checkpoint_needs_the_key(folder: Path) -> None:
    """The most that a forger without the key can make fit: all but the signature. With the key nothing shows."""
    segment(folder, 80).write_bytes(b"forged")
    forged = {"sha256": hashlib.sha256(b"forged").hexdigest(), "bytes": 6}
    rechain(folder, lambda objects: objects[82].update(forged))
    resum(folder)
    assert [finding.file for finding in verify(folder).findings] == ["SHA256SUMS.sig"]
    resum(folder, signed=True)
    assert verify(folder).sound


def test_the_whole_tail_with_sums_removed_is_no_closed_session(folder: Path) -> None:
    cut_tail(folder)
    (folder / "SHA256SUMS").unlink()
    (folder / "SHA256SUMS.sig").unlink()
    verdict = verify(folder)
    assert [finding.file for finding in verdict.findings] == ["SHA256SUMS.sig"]
    assert "is not closed" in verdict.findings[0].what
    assert "Switch the box on" in verdict.findings[0].what


def test_an_open_session_is_examined_as_far_as_it_goes(tmp_path: Path) -> None:
    writer = begin(Home(tmp_path))
    film(writer, 4)
    assert [finding.file for finding in verify(writer.folder).findings] == ["SHA256SUMS.sig"]
    flip(segment(writer.folder, 2))
    assert [finding.file for finding in verify(writer.folder).findings] == ["000002.m4s.age", "SHA256SUMS.sig"]


def test_another_device_is_told_where_the_device_is_known(folder: Path) -> None:
    device = str(SIGNER.certificate["device_public"])
    assert verify(folder, device).sound
    own_certificate(folder)
    assert verify(folder).sound
    [finding] = verify(folder, device).findings
    assert finding.file == "log.jsonl"
    assert str(make_signer(2).certificate["device"]) in finding.what


def test_a_session_under_another_name_is_told(folder: Path) -> None:
    moved_to = folder.rename(folder.with_name(new_id()))
    [finding] = verify(moved_to).findings
    assert (finding.file, folder.name in finding.what) == ("log.jsonl", True)
    assert verify(moved_to.rename(folder.with_name("copy"))).sound


def test_a_hole_in_time_is_told_even_when_it_was_signed(tmp_path: Path) -> None:
    writer = begin(Home(tmp_path))
    film(writer, 1)
    writer.segment(1, 1500, 1000, sealed("second 1"))
    writer.close("stop", 1, "rtc")
    [finding] = verify(writer.folder).findings
    assert (finding.file, "at 1500 ms" in finding.what) == ("log.jsonl", True)


def test_film_that_went_missing_before_recovery_is_told(tmp_path: Path) -> None:
    writer = begin(Home(tmp_path))
    film(writer, 5)
    folder = writer.folder
    segment(folder, 2).unlink()
    segment(folder, 4).unlink()
    del writer
    recover_all(Home(tmp_path))
    assert [finding.file for finding in verify(folder).findings] == ["000002.m4s.age"]


def test_local_key_and_unfinished_files_do_not_matter(folder: Path) -> None:
    (folder / "local.age").unlink()
    (folder / "local.age.tmp").write_bytes(b"half")
    assert verify(folder).sound


def test_a_pipe_does_not_hold_it_up(folder: Path) -> None:
    segment(folder, 3).unlink()
    os.mkfifo(segment(folder, 3))
    assert [finding.what for finding in verify(folder).findings] == ["is no ordinary file"]


def test_what_is_told_of_a_sound_session(tmp_path: Path) -> None:
    facts = verify(record(Home(tmp_path), 7)).facts
    assert facts is not None
    assert (facts.film_ms, facts.segments, facts.bytes, facts.reason, facts.gaps) == (7000, 7, 1400, "stop", ())


def test_progress_ends_at_the_whole(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    verify_session(folder, check_signature, check_certificate, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (92, 92)
    assert told == sorted(told)


def test_what_is_no_session_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotASession):
        verify(tmp_path)
    with pytest.raises(NotASession):
        verify(tmp_path / "none")


def test_a_signature_that_is_no_base64_is_only_wrong(folder: Path) -> None:
    rechain(folder, lambda objects: objects[61].update(signature="no base64!"))
    assert "before line 62" in verify(folder).findings[0].what
    rechain(folder, lambda objects: objects[61].update(signature=base64.b64encode(b"x").decode()))
    assert "before line 62" in verify(folder).findings[0].what


@settings(max_examples=80)
@given(data=st.data())
def test_any_change_to_any_byte_is_found(
    pristine: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = Path(shutil.copytree(pristine, tmp_path_factory.mktemp("copy") / pristine.name))
    name = data.draw(st.sampled_from(sorted(tree(folder).keys() - {"local.age"})))
    content = (folder / name).read_bytes()
    at = data.draw(st.integers(0, len(content)))
    to = data.draw(st.integers(at, min(len(content), at + 40)))
    changed = content[:at] + data.draw(st.binary(max_size=40)) + content[to:]
    (folder / name).write_bytes(changed)
    verdict = verify(folder)
    assert verdict.sound == (changed == content)
    if not verdict.sound:
        assert verdict.findings[0].file == name
