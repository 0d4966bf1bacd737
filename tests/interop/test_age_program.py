"""Both ways with the age program, 1.3 or newer: what an office has when this project is gone."""

import argparse
import io
import subprocess
from pathlib import Path

import pytest

from appliance.commands import keys, passphrase
from appliance.errors import FileTampered
from appliance.sealing import age
from appliance.sealing.identities import HybridIdentity, X25519Identity, parse_identity, read_identities
from appliance.sealing.sealed import Sealed
from tests.interop.terminal import at_a_terminal
from tests.sealing.keys import ESCROW, OFFICE, OLD_KIND, never

pytestmark = pytest.mark.interop

PASSPHRASE = "ribbon otter velvet 27"
SIZES = [0, 1, 65_535, 65_536, 65_537, 3 * 65_536, 1_000_000]
PAIRS: dict[str, HybridIdentity | X25519Identity] = {"hybrid": OFFICE, "X25519": OLD_KIND}


def run(program: Path, *arguments: str | Path) -> bytes:
    return subprocess.run([program, *arguments], capture_output=True, check=True).stdout


@pytest.mark.parametrize("kind", PAIRS)
@pytest.mark.parametrize("size", SIZES)
def test_each_opens_what_the_other_sealed(age_tool: Path, tmp_path: Path, kind: str, size: int) -> None:
    pair = PAIRS[kind]
    (tmp_path / "key").write_text(f"{pair.text}\n")
    (tmp_path / "film").write_bytes(bytes(range(250)) * (size // 250 + 1))
    film = (tmp_path / "film").read_bytes()
    (tmp_path / "ours.age").write_bytes(age.seal(film, [pair.recipient]).data)
    assert run(age_tool, "-d", "-i", tmp_path / "key", tmp_path / "ours.age") == film
    theirs = run(age_tool, "-r", pair.recipient.text, tmp_path / "film")
    assert age.open_sealed(Sealed.found(theirs), [pair]) == film


def test_each_recipient_of_several_opens(age_tool: Path, tmp_path: Path) -> None:
    (tmp_path / "recipients.txt").write_text(f"# office\n{OFFICE.recipient.text}\n{ESCROW.recipient.text}\n")
    (tmp_path / "film").write_bytes(b"one second")
    theirs = run(age_tool, "-R", tmp_path / "recipients.txt", tmp_path / "film")
    (tmp_path / "ours.age").write_bytes(age.seal(b"one second", [OFFICE.recipient, ESCROW.recipient]).data)
    for pair in (OFFICE, ESCROW):
        (tmp_path / "key").write_text(f"{pair.text}\n")
        assert age.open_sealed(Sealed.found(theirs), [pair]) == b"one second"
        assert run(age_tool, "-d", "-i", tmp_path / "key", tmp_path / "ours.age") == b"one second"


def test_of_a_torn_file_both_release_the_same(age_tool: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(f"{OFFICE.text}\n")
    data = age.seal(bytes(200_000), [OFFICE.recipient]).data[:-1]
    (tmp_path / "torn.age").write_bytes(data)
    command: list[str | Path] = [age_tool, "-d", "-i", tmp_path / "key", tmp_path / "torn.age"]
    theirs = subprocess.run(command, capture_output=True, check=False)
    assert theirs.returncode == 1
    ours = io.BytesIO()
    with pytest.raises(FileTampered):
        age.open_stream(io.BytesIO(data), ours, [OFFICE])
    assert ours.getvalue() == theirs.stdout == bytes(3 * 65_536)


def make_office_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(passphrase.VARIABLE, PASSPHRASE)
    keys.run_pair(argparse.Namespace(output=folder / "office.key", passphrase_fd=None))
    return folder / "office.key"


def test_our_office_key_opens_there_by_its_typed_passphrase(
    age_tool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office_key = make_office_key(tmp_path, monkeypatch)
    (tmp_path / "film").write_bytes(b"one second")
    sealed, opened = tmp_path / "film.age", tmp_path / "opened"
    sealed.write_bytes(run(age_tool, "-R", tmp_path / "office.pub", tmp_path / "film"))
    command: list[str | Path] = [age_tool, "-d", "-i", office_key, sealed]
    code, said = at_a_terminal(command, [PASSPHRASE], output=opened)
    assert (code, opened.read_bytes()) == (0, b"one second"), said
    code, said = at_a_terminal(command, ["not this"], output=opened)
    assert (code, opened.read_bytes()) == (1, b"")
    assert "passphrase" in said


def test_a_key_file_sealed_there_opens_here(age_tool: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").write_text(f"# made elsewhere\n{OFFICE.text}\n")
    command: list[str | Path] = [age_tool, "-p", "-o", tmp_path / "office.key", tmp_path / "plain"]
    code, said = at_a_terminal(command, [PASSPHRASE, PASSPHRASE])
    assert code == 0, said
    (identity,) = read_identities((tmp_path / "office.key").read_bytes(), lambda: PASSPHRASE)
    assert isinstance(identity, HybridIdentity)
    assert identity.text == OFFICE.text


@pytest.mark.parametrize(("option", "kind"), [(["-pq"], HybridIdentity), ([], X25519Identity)])
def test_a_pair_made_there_is_the_same_pair_here(
    age_tool: Path, option: list[str], kind: type[HybridIdentity | X25519Identity]
) -> None:
    keygen = age_tool.with_name("age-keygen")
    if not keygen.exists():
        pytest.skip("NOT CHECKED: age-keygen is not beside age")
    data = run(keygen, *option)
    (identity,) = read_identities(data, never)
    assert isinstance(identity, kind)
    assert parse_identity(identity.text).recipient.text == identity.recipient.text
    public = subprocess.run([keygen, "-y"], input=data, capture_output=True, check=True).stdout.decode().strip()
    assert identity.recipient.text == public
