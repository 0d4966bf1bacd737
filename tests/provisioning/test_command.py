"""`fieldreel provision` as it is typed: an authority, a box that its store knows, the same again, what is refused."""

import json
from pathlib import Path

import pytest

from appliance.__main__ import main
from appliance.commands.passphrase import VARIABLE
from appliance.said.trusted import read_office
from appliance.sealing.authority import read_certificate
from appliance.store.layout import Home
from tests.provisioning.made import NOW, recipient, tree

PASSPHRASE = "a sentence nobody guesses"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority, a recipient, and a store."""
    place = tmp_path_factory.mktemp("office")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, PASSPHRASE)
        assert main(["provision", "ca", "-o", str(place / "ca.key"), "--name", "De Brug"]) == 0
    (place / "office.pub").write_text(f"{recipient()}\n")
    made = ["office", "make", str(place / "store"), "--name", "disk 1", "--recipient-file", str(place / "office.pub")]
    assert main(made) == 0
    return place


def box(office: Path, out: Path, *more: str) -> int:
    told = ["provision", "box", str(out), "--recipient-file", str(office / "office.pub"), "--country", "NL"]
    return main([*told, "--ca", str(office / "ca.key"), "--no-print", *more])


def test_a_box_is_made_once(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    target = json.dumps({"store": "", "remote": "/media/disk/drop", "pickup": None, "needs": "mount:/media/disk"})
    store = json.loads((office / "store/store.json").read_bytes())["store"]
    believes = ["--store", str(office / "store"), "--target", target.replace('""', json.dumps(store))]
    out = tmp_path / "out"
    assert box(office, out, *believes) == 0
    told = capsys.readouterr().out
    assert "wrote device/\n" in told
    assert "fieldreel office add STORE" in told
    assert set(read_office(Home(out / "fieldreel")).stores) == {store}

    before = tree(out)
    monkeypatch.delenv(VARIABLE)  # nothing is asked for the second time
    assert box(office, out, *believes) == 0
    assert "Nothing had to be changed." in capsys.readouterr().out
    assert tree(out) == before
    assert box(office, out, "--country", "Netherlands") == 1

    assert main(["office", "add", str(office / "store"), str(out / "fieldreel"), "--name", "box 1"]) == 0


def test_a_wrong_passphrase_makes_no_certificate(
    office: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "another")
    assert box(office, tmp_path) == 1
    assert "wrong-key" in capsys.readouterr().err
    assert not (tmp_path / "fieldreel/tls").exists()
    assert not (tmp_path / "fieldreel/settings.toml").exists()


def test_no_key_is_written_over(office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, PASSPHRASE)
    before = tree(office)
    assert main(["provision", "ca", "-o", str(office / "ca.key"), "--name", "De Brug"]) == 1
    assert tree(office) == before
    assert read_certificate((office / "ca.pem").read_bytes()).until > NOW


@pytest.mark.parametrize(
    "wrong",
    [
        ["--certificate", "x.pem"],
        ["--certificate", "x.pem", "--certificate-key", "x.key", "--name", "box.example.org"],
        ["--tag-set", "/nowhere.json"],
        ["--ssid", "familie jansen"],
        ["--store", "/nowhere"],
    ],
)
def test_what_cannot_be_taken_says_why(office: Path, tmp_path: Path, wrong: list[str]) -> None:
    assert box(office, tmp_path, *wrong) == 1


def test_papers_need_a_box(tmp_path: Path) -> None:
    assert main(["provision", "papers", str(tmp_path)]) == 1
