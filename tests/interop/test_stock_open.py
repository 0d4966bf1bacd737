"""The two openers that others call on recorded sessions, tried on a small one made by hand."""

import argparse
import functools
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.commands import keys, passphrase
from appliance.sealing import age
from appliance.sealing.recipients import read_recipients
from appliance.sealing.subjects import new_subject
from tests.interop.stock_open import DidNotOpen, open_with_age, open_with_node, shell_lines

pytestmark = pytest.mark.interop

PASSPHRASE = "ribbon otter velvet 27"
PARTS = [b"ftyp moov", *(b"second %d " % number * 9000 for number in range(12))]


@pytest.fixture(scope="module")
def office_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(passphrase.VARIABLE, PASSPHRASE)
        keys.run_pair(argparse.Namespace(output=folder / "office.key", passphrase_fd=None))
    return folder / "office.key"


@pytest.fixture
def session(tmp_path: Path, office_key: Path) -> Path:
    folder = tmp_path / "session"
    folder.mkdir()
    subject = new_subject(read_recipients(office_key.with_suffix(".pub").read_text()), None)
    (folder / "key.age").write_bytes(subject.key.data)
    names = ["init.mp4.age", *(f"{number:06d}.m4s.age" for number in range(len(PARTS) - 1))]
    for name, part in zip(names, PARTS, strict=True):
        (folder / name).write_bytes(age.seal(part, [subject.recipient]).data)
    (folder / "log.jsonl").write_bytes(b"{}\n")
    return folder


def test_the_shell_lines_are_those_of_the_document() -> None:
    assert shell_lines().splitlines()[1] == (
        'for p in init.mp4.age 0*.m4s.age; do age -d -i s.key "$p"; done > session.mp4'
    )


Opener = Callable[[Path, str, Path, Path], None]
FAULTS = (DidNotOpen, subprocess.CalledProcessError)


@pytest.fixture(params=["age", "node"])
def opener(request: pytest.FixtureRequest) -> Opener:
    if request.param == "node":
        return open_with_node
    return functools.partial(open_with_age, request.getfixturevalue("age_tool"))


def test_a_session_opens_without_us(opener: Opener, office_key: Path, session: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in session.iterdir())
    opener(office_key, PASSPHRASE, session, tmp_path / "session.mp4")
    assert (tmp_path / "session.mp4").read_bytes() == b"".join(PARTS)
    assert sorted(path.name for path in session.iterdir()) == before


def test_the_passphrase_is_needed(opener: Opener, office_key: Path, session: Path, tmp_path: Path) -> None:
    with pytest.raises(FAULTS):
        opener(office_key, "not this", session, tmp_path / "session.mp4")


def test_a_changed_segment_is_told(opener: Opener, office_key: Path, session: Path, tmp_path: Path) -> None:
    data = bytearray((session / "000003.m4s.age").read_bytes())
    data[-1] ^= 1
    (session / "000003.m4s.age").write_bytes(data)
    with pytest.raises(FAULTS):
        opener(office_key, PASSPHRASE, session, tmp_path / "session.mp4")
