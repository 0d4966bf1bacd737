"""seal, unseal and keys as a person at a shell meets them."""

import argparse
import io
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from appliance.commands import ends, keys, passphrase, seal, unseal
from appliance.errors import BadInput, FileTampered, WrongKey
from appliance.sealing import age
from appliance.sealing.header import read_header
from appliance.sealing.identities import HybridIdentity, read_identities
from appliance.sealing.recipients import parse_recipient
from appliance.sealing.signing import WriterKey
from appliance.sealing.stream import CHUNK_BYTES
from tests.interop.terminal import at_a_terminal
from tests.sealing.keys import ESCROW, OFFICE, OLD_KIND, STRANGER, cheap, never

FILM = bytes(range(256)) * 1000


def fieldreel(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers(required=True)
    for command in (seal, unseal, keys):
        command.add(subparsers)
    args = parser.parse_args([str(argument) for argument in arguments])
    return int(args.run(args))


@pytest.fixture(autouse=True)
def no_passphrase_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(passphrase.VARIABLE, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """film: plain; film.age: to OFFICE; office: its key file in plain; office.key: the same under "grape"."""
    (tmp_path / "film").write_bytes(FILM)
    (tmp_path / "film.age").write_bytes(age.seal(FILM, [OFFICE.recipient]).data)
    (tmp_path / "office").write_text(f"{OFFICE.text}\n")
    (tmp_path / "stranger").write_text(f"{STRANGER.text}\n")
    (tmp_path / "office.key").write_bytes(age.seal(f"{OFFICE.text}\n".encode(), [cheap("grape")]).data)
    return tmp_path


@pytest.fixture
def descriptor() -> Iterator[int]:
    """A pipe that gives "grape" as its first line."""
    read, write = os.pipe()
    os.write(write, b"grape\nnot this\n")
    os.close(write)
    yield read
    os.close(read)


def test_seal_then_unseal(folder: Path) -> None:
    both = ["-r", OFFICE.recipient.text, "-r", ESCROW.recipient.text]
    assert fieldreel("seal", *both, folder / "film", "-o", folder / "new.age") == 0
    assert fieldreel("unseal", "-i", folder / "office", folder / "new.age", "-o", folder / "new") == 0
    assert (folder / "new").read_bytes() == FILM
    assert stat.S_IMODE((folder / "new").stat().st_mode) == 0o600


def test_an_empty_file_goes_both_ways(folder: Path) -> None:
    (folder / "film").write_bytes(b"")
    fieldreel("seal", "-r", OFFICE.recipient.text, folder / "film", "-o", folder / "new.age")
    fieldreel("unseal", "-i", folder / "office", folder / "new.age", "-o", folder / "new")
    assert (folder / "new").read_bytes() == b""


def test_the_passphrase_comes_from_a_descriptor(folder: Path, descriptor: int) -> None:
    arguments = ("-i", folder / "office.key", folder / "film.age", "-o", folder / "new")
    assert fieldreel("unseal", "--passphrase-fd", descriptor, *arguments) == 0
    assert (folder / "new").read_bytes() == FILM


def test_the_passphrase_comes_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(passphrase.VARIABLE, "grape")
    fieldreel("unseal", "-i", folder / "office.key", folder / "film.age", "-o", folder / "new")
    assert (folder / "new").read_bytes() == FILM


def test_a_wrong_passphrase_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(passphrase.VARIABLE, "grapes")
    with pytest.raises(WrongKey):
        fieldreel("unseal", "-i", folder / "office.key", folder / "film.age", "-o", folder / "new")
    assert not (folder / "new").exists()


def test_a_wrong_key_leaves_nothing_and_spoils_nothing(folder: Path) -> None:
    (folder / "old").write_bytes(b"kept")
    with pytest.raises(WrongKey):
        fieldreel("unseal", "-i", folder / "stranger", folder / "film.age", "-o", folder / "old", "--force")
    assert (folder / "old").read_bytes() == b"kept"


def test_of_a_torn_file_the_authentic_beginning_is_written_and_said(folder: Path) -> None:
    data = bytearray((folder / "film.age").read_bytes())
    data[-1] ^= 1
    (folder / "film.age").write_bytes(data)
    whole_chunks = len(FILM) // CHUNK_BYTES * CHUNK_BYTES
    with pytest.raises(FileTampered, match=f"The {whole_chunks} bytes"):
        fieldreel("unseal", "-i", folder / "office", folder / "film.age", "-o", folder / "new")
    assert (folder / "new").read_bytes() == FILM[:whole_chunks]


def test_what_is_changed_from_its_first_chunk_on_leaves_nothing(folder: Path) -> None:
    data = (folder / "film.age").read_bytes()
    (folder / "film.age").write_bytes(data[:1800] + bytes(len(data) - 1800))
    with pytest.raises(FileTampered):
        fieldreel("unseal", "-i", folder / "office", folder / "film.age", "-o", folder / "new")
    assert not (folder / "new").exists()


@pytest.mark.parametrize("command", [("seal", "-r", OFFICE.recipient.text), ("unseal", "-i", "office")])
def test_what_stands_there_is_written_over_by_force_only(
    folder: Path, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    (folder / "out").write_bytes(b"kept")
    (folder / "out").chmod(0o644)
    source = "film" if command[0] == "seal" else "film.age"
    with pytest.raises(BadInput, match="already"):
        fieldreel(*command, source, "-o", "out")
    assert (folder / "out").read_bytes() == b"kept"
    fieldreel(*command, source, "-o", "out", "--force")
    assert len((folder / "out").read_bytes()) >= len(FILM)
    assert stat.S_IMODE((folder / "out").stat().st_mode) == 0o600


def test_a_link_is_replaced_and_not_written_through(folder: Path) -> None:
    (folder / "kept").write_bytes(b"kept")
    (folder / "out").symlink_to(folder / "kept")
    with pytest.raises(BadInput, match="already"):
        fieldreel("unseal", "-i", folder / "office", folder / "film.age", "-o", folder / "out")
    fieldreel("unseal", "-i", folder / "office", folder / "film.age", "-o", folder / "out", "--force")
    assert (folder / "kept").read_bytes() == b"kept"
    assert (folder / "out").read_bytes() == FILM


def test_the_input_is_not_its_own_output(folder: Path) -> None:
    before = (folder / "film.age").read_bytes()
    with pytest.raises(BadInput, match="is the input"):
        fieldreel("unseal", "-i", folder / "office", folder / "film.age", "-o", folder / "film.age", "--force")
    assert (folder / "film.age").read_bytes() == before


@pytest.mark.parametrize("missing", ["input", "key", "place"])
def test_what_cannot_be_read_or_written_is_said(folder: Path, missing: str) -> None:
    key = folder / ("none" if missing == "key" else "office")
    source = folder / ("none" if missing == "input" else "film.age")
    with pytest.raises(BadInput, match="No such file"):
        fieldreel("unseal", "-i", key, source, "-o", folder / ("none/new" if missing == "place" else "new"))
    assert not (folder / "new").exists()


def test_a_folder_is_no_input(folder: Path) -> None:
    with pytest.raises(BadInput, match="directory"):
        fieldreel("seal", "-r", OFFICE.recipient.text, folder, "-o", folder / "new")
    assert not (folder / "new").exists()


def test_a_full_disk_leaves_no_torn_sealed_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_full(path: Path, *, force: bool) -> BinaryIO:
        path.write_bytes(b"torn")
        return open("/dev/full", "wb")

    monkeypatch.setattr(ends, "_fresh", open_full)
    with pytest.raises(BadInput, match="No space left"):
        fieldreel("seal", "-r", OFFICE.recipient.text, folder / "film", "-o", folder / "new")
    assert not (folder / "new").exists()


def test_a_broken_input_leaves_no_torn_sealed_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def seal_half(source: BinaryIO, target: ends.Output, _recipients: object) -> None:
        target.write(source.read(100))
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(seal, "seal_stream", seal_half)
    with pytest.raises(BadInput, match="cannot be read: Input/output error"):
        fieldreel("seal", "-r", OFFICE.recipient.text, folder / "film", "-o", folder / "new")
    assert not (folder / "new").exists()


def test_hybrid_and_other_recipients_are_not_mixed(folder: Path) -> None:
    both = ["-r", OFFICE.recipient.text, "-r", OLD_KIND.recipient.text]
    with pytest.raises(BadInput, match="post-quantum"):
        fieldreel("seal", *both, folder / "film", "-o", folder / "new")
    assert not (folder / "new").exists()


# ---- keys


@pytest.mark.parametrize("which", ["office", "escrow"])
def test_keys_makes_a_pair_that_fits(
    tmp_path: Path, which: str, descriptor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "ScryptRecipient", cheap)
    key, public = tmp_path / f"{which}.key", tmp_path / f"{which}.pub"
    assert fieldreel("keys", which, "-o", key, "--passphrase-fd", descriptor) == 0
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert b"SECRET" not in key.read_bytes()
    (identity,) = read_identities(key.read_bytes(), lambda: "grape")
    assert isinstance(identity, HybridIdentity)
    assert public.read_text() == f"{identity.recipient.text}\n"
    sealed = age.seal(b"x", [parse_recipient(public.read_text().strip())])
    assert age.open_sealed(sealed, [identity]) == b"x"


@pytest.mark.parametrize("standing", ["office.key", "office.pub"])
def test_keys_writes_over_nothing(tmp_path: Path, standing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(passphrase.VARIABLE, "grape")
    (tmp_path / standing).write_bytes(b"kept")
    with pytest.raises(BadInput, match="already"):
        fieldreel("keys", "office", "-o", tmp_path / "office.key")
    assert [path.name for path in tmp_path.iterdir()] == [standing]
    assert (tmp_path / standing).read_bytes() == b"kept"


def test_a_key_file_is_not_named_like_its_recipient(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        fieldreel("keys", "office", "-o", tmp_path / "office.pub")
    assert not list(tmp_path.iterdir())


def pub(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_keys_device_makes_a_device(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    office = pub(tmp_path, "office.pub", f"{OFFICE.recipient.text}\n")
    escrow = pub(tmp_path, "escrow.pub", f"# escrow\n{ESCROW.recipient.text}")
    home = tmp_path / "home"
    arguments = ["keys", "device", "--home", home, "--recipient-file", office, "--recipient-file", escrow]
    assert fieldreel(*arguments) == 0
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert (home / "device/recipients.txt").read_text() == f"{OFFICE.recipient.text}\n{ESCROW.recipient.text}\n"
    said = capsys.readouterr().out
    for writer in ("recorder", "web"):
        assert WriterKey.load(home / "device", writer).certificate["device"] in said
    with pytest.raises(BadInput, match="already"):
        fieldreel(*arguments)


def test_keys_device_with_one_recipient_says_what_that_means(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    office = pub(tmp_path, "office.pub", f"{OFFICE.recipient.text}\n")
    fieldreel("keys", "device", "--home", tmp_path, "--recipient-file", office, "--recipient-file", office)
    assert "1 recipient" in (said := capsys.readouterr().out)
    assert "lost" in said


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{OLD_KIND.recipient.text}\n", "quantum computer"),
        (f"{OFFICE.text}\n", "secret key"),
        ("", "no recipient"),
        ("ä", "something else"),
        (None, "No such file"),
    ],
)
def test_keys_device_refuses_other_recipients(tmp_path: Path, text: str | None, why: str) -> None:
    office = tmp_path / "office.pub" if text is None else pub(tmp_path, "office.pub", text)
    with pytest.raises(BadInput, match=why):
        fieldreel("keys", "device", "--home", tmp_path / "home", "--recipient-file", office)
    assert not (tmp_path / "home/device").exists()


# ---- the whole program


def program(*arguments: object, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "appliance", *map(str, arguments)]
    return subprocess.run(
        command, input=given, capture_output=True, env=os.environ | environment, start_new_session=True, check=False
    )


def test_standard_input_and_output(folder: Path) -> None:
    sealed = program("seal", "-r", OFFICE.recipient.text, "-", "-o", "-", given=FILM)
    assert (sealed.returncode, sealed.stderr) == (0, b"")
    opened = program("unseal", "-i", folder / "office", "-", "-o", "-", given=sealed.stdout)
    assert (opened.returncode, opened.stdout, opened.stderr) == (0, FILM, b"")
    torn = program("unseal", "-i", folder / "office", "-", "-o", "-", given=sealed.stdout[:-1])
    assert torn.returncode == 1
    assert torn.stdout == FILM[: len(FILM) // CHUNK_BYTES * CHUNK_BYTES]
    assert b"file-tampered" in torn.stderr


def test_a_fault_is_named_and_told(folder: Path) -> None:
    ended = program("unseal", "-i", folder / "stranger", folder / "film.age", "-o", folder / "new")
    assert ended.returncode == 1
    assert b"wrong-key" in ended.stderr
    assert b"Traceback" not in ended.stderr


def test_without_a_terminal_the_passphrase_is_not_waited_for(folder: Path) -> None:
    ended = program("unseal", "-i", folder / "office.key", folder / "film.age", "-o", "-", given=b"grape\n")
    assert ended.returncode == 1
    assert b"no terminal" in ended.stderr


def typed(answers: list[str], *arguments: object) -> tuple[int, str]:
    return at_a_terminal([sys.executable, "-m", "appliance", *map(str, arguments)], answers)


def test_the_passphrase_is_typed_unseen(folder: Path) -> None:
    arguments = ("unseal", "-i", folder / "office.key", folder / "film.age", "-o", folder / "new")
    code, said = typed(["grape"], *arguments)
    assert (code, "grape" in said) == (0, False)
    assert (folder / "new").read_bytes() == FILM


def test_a_new_passphrase_is_typed_twice(tmp_path: Path) -> None:
    code, said = typed(["grape", "grapes"], "keys", "office", "-o", tmp_path / "office.key")
    assert code == 1
    assert "differ" in said
    assert not list(tmp_path.iterdir())
    code, _ = typed(["grape", "grape"], "keys", "office", "-o", tmp_path / "office.key")
    assert code == 0
    assert len(read_identities((tmp_path / "office.key").read_bytes(), lambda: "grape")) == 1
    (stanza,) = read_header(io.BytesIO((tmp_path / "office.key").read_bytes())).stanzas
    assert stanza.arguments[::2] == ("scrypt", "18")


# ---- passphrases


@pytest.mark.parametrize(
    ("given", "read"), [(b"grape", "grape"), (b"grape\r\n", "grape"), (b" gr ape \n", " gr ape "), (b"\xc3\xa4\n", "ä")]
)
def test_a_passphrase_is_one_line_as_it_is(given: bytes, read: str) -> None:
    inlet, outlet = os.pipe()
    os.write(outlet, given)
    os.close(outlet)
    assert passphrase.read_passphrase(inlet) == read
    os.close(inlet)


@pytest.mark.parametrize("given", [b"", b"\n", b"\xff\n"])
def test_no_passphrase_is_a_fault(given: bytes) -> None:
    inlet, outlet = os.pipe()
    os.write(outlet, given)
    os.close(outlet)
    with pytest.raises(BadInput):
        passphrase.read_passphrase(inlet)
    os.close(inlet)
    with pytest.raises(BadInput):
        passphrase.read_passphrase(inlet)


def test_a_plain_key_file_asks_for_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "read_passphrase", lambda *_: never())
    assert len(passphrase.load_identities(folder / "office", None)) == 1
