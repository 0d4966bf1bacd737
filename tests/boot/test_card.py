"""What was provisioned comes from the card's first partition into the home, once, whole, and for this box only."""

import shutil
from pathlib import Path

import pytest

from appliance.boot.card import Taken, take_in
from appliance.errors import BadInput
from appliance.provisioning.card import lay_out
from tests.provisioning.made import NOW, order
from tests.store.stopping import Stopped, StoppingDurable


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "boot" / "fieldreel"
    folder.parent.mkdir()
    lay_out(folder, order(transport=b"[drop]\n"), NOW)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir(mode=0o700)
    return tmp_path / "home"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_box_takes_all_and_leaves_nothing_behind(card: Path, home: Path) -> None:
    made = files(card)
    assert take_in(card, home) is Taken.NEW
    assert files(home) == made
    assert {path.stat().st_mode & 0o077 for path in home.rglob("*")} == {0}
    assert list(card.parent.iterdir()) == []
    assert take_in(card, home) is Taken.NOTHING


def test_ended_at_any_step_the_next_start_brings_it_to_its_end(card: Path, home: Path, tmp_path: Path) -> None:
    made, kept, at = files(card), tmp_path / "kept", 0
    shutil.copytree(card, kept)
    while True:
        shutil.rmtree(home)
        home.mkdir(mode=0o700)
        shutil.rmtree(card.parent)
        shutil.copytree(kept, card)
        try:
            take_in(card, home, StoppingDurable(at))
        except Stopped:
            device = home / "device"
            assert not device.exists() or files(device) == {
                name.removeprefix("device/"): data for name, data in made.items() if name.startswith("device/")
            }, "keys are there whole or not at all"
            take_in(card, home)
            at += 1
            assert files(home) == made, f"stopped at step {at}"
            assert list(card.parent.iterdir()) == []
            continue
        break
    assert at > 20


def test_its_own_settings_are_renewed_and_its_keys_are_not(card: Path, home: Path, tmp_path: Path) -> None:
    shutil.copytree(card, tmp_path / "again")
    take_in(card, home)
    keys = {path.name: path.read_bytes() for path in home.glob("device/*.key")}
    again = tmp_path / "again"
    (again / "settings.toml").write_text('captive = "online"\n')
    (again / "device/web.key").write_text("another")
    assert take_in(again, home) is Taken.RENEWED
    assert (home / "settings.toml").read_text() == 'captive = "online"\n'
    assert {path.name: path.read_bytes() for path in home.glob("device/*.key")} == keys


def test_another_box_s_is_refused(card: Path, home: Path, tmp_path: Path) -> None:
    take_in(card, home)
    before = files(home)
    lay_out(tmp_path / "other", order(), NOW)
    with pytest.raises(BadInput, match="another box"):
        take_in(tmp_path / "other", home)
    assert files(home) == before
    assert (tmp_path / "other/device/device.pub").exists()


@pytest.mark.parametrize("name", ["autorun.inf", "sessions/x", "tls/a/b", "device/big"])
def test_what_provisioning_does_not_make_is_not_taken(card: Path, home: Path, name: str) -> None:
    (card / name).parent.mkdir(parents=True, exist_ok=True)
    (card / name).write_bytes(bytes(2 << 20 if name.endswith("big") else 1))
    with pytest.raises(BadInput):
        take_in(card, home)
    assert files(home) == {}


def test_a_link_leads_nowhere(card: Path, home: Path) -> None:
    (card / "tls/box.pem").unlink()
    (card / "tls/box.pem").symlink_to("/etc/passwd")
    with pytest.raises(BadInput):
        take_in(card, home)


def test_half_a_folder_is_refused(card: Path, home: Path) -> None:
    (card / "device/device.pub").unlink()
    with pytest.raises(BadInput, match="no keys"):
        take_in(card, home)
