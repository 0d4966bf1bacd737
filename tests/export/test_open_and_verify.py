"""`fieldreel open` and `fieldreel verify` as a person meets them: what they print, where, and the exit code."""

import base64
import json
import re
import shutil
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.commands.account import duration
from appliance.commands.open import open_session
from appliance.commands.verify import verify
from appliance.sealing.age import seal
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.ops import seal_op
from appliance.sealing.recipients import HybridRecipient, Recipient, ScryptRecipient, parse_recipient
from appliance.sealing.signing import WriterKey, make_device
from appliance.store.lanes import Lane
from appliance.store.layout import Home
from tests.export.makers import OFFICE
from tests.store.makers import SIGNER, make_signer

PASSPHRASE = "four words or so"


@pytest.fixture(scope="module")
def sealed_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The office's key as an office keeps it; a second of work to open."""
    path = tmp_path_factory.mktemp("keys") / "office.key"
    path.write_bytes(seal(f"{OFFICE.text}\n".encode(), [ScryptRecipient(PASSPHRASE)]).data)
    return path


@pytest.fixture
def office_key(tmp_path: Path) -> Path:
    path = tmp_path / "plain.key"
    path.write_text(f"{OFFICE.text}\n")
    return path


def spoil(session: Path, n: int = 2) -> None:
    path = session / f"{n:06d}.m4s.age"
    path.write_bytes(path.read_bytes()[:-1])


def device_pub(session: Path, signer: WriterKey = SIGNER) -> Path:
    """The register's copy of the device's key, as provisioning writes it."""
    raw = bytes.fromhex("302a300506032b6570032100") + base64.b64decode(signer.certificate["device_public"])
    path = session.parent.parent / "register.pub"
    path.write_text(f"-----BEGIN PUBLIC KEY-----\n{base64.b64encode(raw).decode()}\n-----END PUBLIC KEY-----\n")
    return path


def test_a_sound_session_is_told_in_plain_words(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(session)]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.splitlines() == [
        "This session is sound.",
        "  recorded  2026-05-28T20:26:40.000Z (clock: rtc), session 1 of its device",
        f"  signed    by device {SIGNER.certificate['device']}, which was not checked against a register",
        f"  film      11 s in 6 segments, {sum(p.stat().st_size for p in session.glob('0*')) / 1e6:.1f} MB",
        "  ended     stop",
        "  gap       at 3.0 s, 5.0 s without picture and sound (pause)",
    ]


def test_the_first_line_names_the_first_wrong_file(session: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(session, 4)
    spoil(session, 2)
    assert main(["verify", str(session)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == [
        "000002.m4s.age was changed after it was recorded.",
        "000004.m4s.age was changed after it was recorded.",
        "This session is not sound.",
    ]


def test_the_device_is_checked_where_its_key_is_given_or_at_hand(
    session: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = device_pub(session)
    assert main(["verify", str(session), "--device", str(own)]) == 0
    assert "which is the one given" in capsys.readouterr().out
    home_device = session.parent.parent / "device"
    home_device.mkdir()
    own.rename(home_device / "device.pub")
    assert verify(session).checked
    other = device_pub(session, make_signer(2))
    assert main(["verify", str(session), "--device", str(other)]) == 1
    assert capsys.readouterr().out.startswith("log.jsonl was signed by device")


def test_provisioning_writes_a_key_that_is_read(session: Path) -> None:
    device = session.parent.parent / "device"
    make_device(device, ["recorder"], f"{OFFICE.recipient.text}\n")
    assert verify(session).checked
    assert not verify(session).verdict.sound


@pytest.mark.parametrize(
    "content", [b"", b"x", b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", b"\xff"]
)
def test_a_file_that_is_no_device_key_is_refused(
    session: Path, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "key").write_bytes(content)
    assert main(["verify", str(session), "--device", str(tmp_path / "key")]) == 1
    assert "bad-input: key" in capsys.readouterr().err


def test_what_is_no_session_is_a_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(tmp_path)]) == 1
    assert "not-a-session" in capsys.readouterr().err


def test_open_makes_the_film_and_says_where(
    session: Path, office_key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "film.mp4"
    assert main(["open", str(session), "-i", str(office_key), "-o", str(target)]) == 0
    told = capsys.readouterr()
    assert re.fullmatch(rf"This session is sound\.\n{target}: 11 s, 0\.\d MB\n", told.out)
    assert told.err == ""
    assert target.read_bytes()[4:8] == b"ftyp"


def test_open_goes_on_with_a_warning_when_it_is_not_sound(
    session: Path, office_key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(session)
    assert main(["open", str(session), "-i", str(office_key), "-o", str(tmp_path / "film.mp4")]) == 1
    told = capsys.readouterr()
    assert "000002.m4s.age was changed" in told.err
    assert "WARNING" in told.err
    assert "000002.m4s.age could not be opened" in told.err
    assert (tmp_path / "film.mp4").exists()
    assert "sound" not in told.out


def test_open_writes_over_nothing_unasked(
    session: Path, office_key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "film.mp4"
    target.write_bytes(b"older")
    command = ["open", str(session), "-i", str(office_key), "-o", str(target)]
    assert main(command) == 1
    assert "stands there already" in capsys.readouterr().err
    assert target.read_bytes() == b"older"
    assert main([*command, "--force"]) == 0
    assert target.read_bytes() != b"older"


def test_open_puts_no_film_among_the_sealed(
    session: Path, office_key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["open", str(session), "-i", str(office_key), "-o", str(session / "film.mp4")]) == 1
    assert "own folder" in capsys.readouterr().err
    assert not list(session.glob("film*"))


def test_a_wrong_passphrase_or_key_leaves_nothing(
    session: Path, sealed_key: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setenv("FIELDREEL_PASSPHRASE", "wrong")
    assert main(["open", str(session), "-i", str(sealed_key), "-o", str(out / "film.mp4")]) == 1
    (tmp_path / "other.key").write_text(HybridIdentity.generate().text + "\n")
    assert main(["open", str(session), "-i", str(tmp_path / "other.key"), "-o", str(out / "film.mp4")]) == 1
    assert capsys.readouterr().err.count("wrong-key") == 2
    assert main(["open", str(session), "-i", str(tmp_path / "none"), "-o", str(out / "film.mp4")]) == 1
    assert list(out.iterdir()) == []


def test_open_session_is_what_other_programs_call(session: Path, sealed_key: Path, tmp_path: Path) -> None:
    opened = open_session(session, sealed_key, lambda: PASSPHRASE, tmp_path / "film.mp4")
    assert (opened.account.verdict.sound, opened.film_ms, opened.left_out) == (True, 11_000, ())


# ---- lanes


def op(signer: WriterKey, n: int, subject: str, **changed: object) -> dict[str, object]:
    return {
        "v": 1, "id": f"op {n}", "lane": signer.certificate["writer"], "n": n, "device": signer.certificate["device"],
        "lamport": n, "at": 1, "at_source": "rtc", "by": "panel", "subject": subject, "kind": "star", "pts_ms": 1,
    } | changed  # fmt: skip


@pytest.fixture
def lane(session: Path) -> Lane:
    """Three ops about the session and one for the agency, by the session's own writer."""
    lane = Lane(Home(session.parent.parent), "recorder")
    about = recipient_of(session)
    for n in range(3):
        lane.append(n, seal_op(op(SIGNER, n, session.name), SIGNER, [about]))
    lane.append(3, seal_op(op(SIGNER, 3, "agency"), SIGNER, [OFFICE.recipient]))
    return lane


def recipient_of(session: Path) -> Recipient:
    recipient = parse_recipient(json.loads((session / "log.jsonl").read_text().splitlines()[0])["recipient"])
    assert isinstance(recipient, HybridRecipient)
    return recipient


def test_a_lane_is_examined_with_the_key(
    session: Path, lane: Lane, office_key: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["verify", str(session), "-i", str(office_key), "--lane", str(lane.folder)]
    assert main(command) == 0
    assert "The lane recorder is sound: 4 ops.\n  4 opened and genuine" in capsys.readouterr().out
    stranger = HybridIdentity.generate().recipient
    lane.append(4, seal_op(op(SIGNER, 4, "0" * 32), SIGNER, [stranger]))
    assert main(command) == 0
    assert "5 ops.\n  4 opened and genuine" in capsys.readouterr().out


@pytest.mark.parametrize("forgery", ["signed by another", "moved", "for another subject", "removed", "bytes"])
def test_a_forged_op_is_named(
    session: Path, lane: Lane, office_key: Path, capsys: pytest.CaptureFixture[str], forgery: str
) -> None:
    path, about = lane.folder / "000001.op.age", [recipient_of(session)]
    other = make_signer(2)
    if forgery == "signed by another":
        path.write_bytes(seal_op(op(other, 1, session.name), other, about).data)
    elif forgery == "moved":
        shutil.copy(lane.folder / "000002.op.age", path)
    elif forgery == "for another subject":
        path.write_bytes(seal_op(op(SIGNER, 1, "0" * 32), SIGNER, about).data)
    elif forgery == "removed":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1])
    assert main(["verify", str(session), "-i", str(office_key), "--lane", str(lane.folder)]) == 1
    told = capsys.readouterr().out
    assert re.search(r"^000001\.op\.age is (not genuine|missing)", told, re.M)
    assert "The lane recorder is not sound" in told
    assert "This session is sound." in told


def test_a_lane_needs_a_key(session: Path, lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", str(session), "--lane", str(lane.folder)]) == 1
    assert "a key is needed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("ms", "told"),
    [(0, "0.0 s"), (9_940, "9.9 s"), (59_999, "59 s"), (60_000, "1 min 00 s"), (7_384_000, "2 h 03 min 04 s")],
)
def test_lengths_are_told_as_people_say_them(ms: int, told: str) -> None:
    assert duration(ms) == told
