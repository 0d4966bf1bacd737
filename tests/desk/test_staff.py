"""`fieldreel staff`: a copy of the office key for each under a passphrase of their own, and how one leaves."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from appliance.errors import BadInput, FileTampered, Forbidden, NotFound, WrongKey
from appliance.office.staff import Staff
from appliance.sealing.age import open_sealed
from appliance.sealing.identities import HybridIdentity, ScryptIdentity
from appliance.sealing.sealed import Sealed
from appliance.sealing.staff import open_office_key, seal_office_key
from tests.desk.office import Office

WORDS = "four or five plain words"
OFFICE_WORDS = "the office's own passphrase"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def fieldreel(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "appliance", "staff", *arguments]
    known = {name: value for name, value in os.environ.items() if not name.startswith("FIELDREEL_")}
    told: dict[str, Any] = {"capture_output": True, "text": True, "stdin": subprocess.DEVNULL}
    return subprocess.run(command, env={**known, **environ}, check=False, **told)


def test_a_member_comes_is_listed_and_leaves(office: Office, tmp_path: Path) -> None:
    key = tmp_path / "office.key"
    key.write_bytes(seal_office_key(office.key, OFFICE_WORDS).data)
    store = str(office.store.root)
    given = {"FIELDREEL_PASSPHRASE": OFFICE_WORDS, "FIELDREEL_NEW_PASSPHRASE": WORDS}
    for name in ("Anna", "Berta"):
        done = fieldreel("add", store, "--name", name, "-i", str(key), **given)
        assert done.returncode == 0, done.stderr
    again = fieldreel("add", store, "--name", "Anna", "-i", str(key), **given)
    assert (again.returncode, again.stderr.split(":")[0]) == (1, "bad-input")
    assert "Anna, since" in fieldreel("list", store).stdout
    gone = fieldreel("remove", store, "--name", "Anna")
    assert gone.returncode == 0, gone.stderr
    assert "make a new office key" in gone.stdout
    assert "Anna, left" in fieldreel("list", store).stdout
    assert [path.suffix for path in office.store.staff.glob("*.key")] == [".key"]
    last = fieldreel("remove", store, "--name", "Berta")
    assert (last.returncode, last.stderr.split(":")[0]) == (1, "forbidden")


def test_the_offices_passphrase_is_never_taken_for_the_new_one(office: Office, tmp_path: Path) -> None:
    key = tmp_path / "office.key"
    key.write_bytes(seal_office_key(office.key, OFFICE_WORDS).data)
    asked = ("add", str(office.store.root), "--name", "Anna", "-i", str(key))
    done = fieldreel(*asked, FIELDREEL_PASSPHRASE=OFFICE_WORDS)
    assert (done.returncode, done.stderr.split(":")[0]) == (1, "bad-input")
    assert not office.store.staff.exists()


def test_a_folder_that_is_no_store(tmp_path: Path) -> None:
    done = fieldreel("list", str(tmp_path))
    assert (done.returncode, done.stderr.split(":")[0]) == (1, "not-a-session")


def test_a_copy_opens_by_its_own_passphrase_only(office: Office) -> None:
    staff = Staff(office.store)
    member = staff.add("Anna", office.key, WORDS, 1)
    data = staff.key_of(member.id)
    assert open_office_key(data, WORDS.encode()).text == office.key.text
    assert open_sealed(Sealed.found(data), [ScryptIdentity(WORDS)]) == f"{office.key.text}\n".encode()
    for wrong in (b"", b"another", WORDS.upper().encode()):
        with pytest.raises(WrongKey):
            open_office_key(data, wrong)


@pytest.mark.parametrize("data", [b"", b"AGE-SECRET-KEY-PQ-1", b"age-encryption.org/v1\n"])
def test_what_is_no_copy_is_refused(data: bytes) -> None:
    with pytest.raises((FileTampered, BadInput)):
        open_office_key(data, WORDS.encode())


@pytest.mark.parametrize("name", ["", " ", "a\nb", "x" * 65, "a\x00"])
def test_a_name_that_is_none(office: Office, name: str) -> None:
    with pytest.raises(BadInput):
        Staff(office.store).add(name, office.key, WORDS, 1)
    assert not office.store.staff.exists()


def test_a_short_passphrase_is_refused(office: Office) -> None:
    with pytest.raises(BadInput, match="at least 12"):
        Staff(office.store).add("Anna", office.key, "too short", 1)
    assert not office.store.staff.exists()


def test_nobody_leaves_twice_and_the_last_stays(office: Office) -> None:
    staff = Staff(office.store)
    anna, berta = office.member("Anna"), office.member("Berta")
    assert staff.remove(anna.id, 5).left == 5
    with pytest.raises(NotFound):
        staff.remove("Anna", 6)
    with pytest.raises(NotFound):
        staff.key_of(anna.id)
    with pytest.raises(Forbidden):
        staff.remove("Berta", 7)
    assert [member.id for member in staff.present()] == [berta.id]
    assert [member.left for member in staff.members()] == [5, None]


def test_damaged_files_are_nobody(office: Office) -> None:
    anna = office.member("Anna")
    (office.store.staff / f"{'a' * 32}.json").write_bytes(b"{")
    (office.store.staff / f"{'b' * 32}.json").write_bytes(anna.line())
    assert [member.id for member in Staff(office.store).members()] == [anna.id]


def test_a_key_file_of_two_keys_is_refused() -> None:
    from appliance.sealing.staff import office_identity

    with pytest.raises(BadInput):
        office_identity([HybridIdentity.generate(), HybridIdentity.generate()])
