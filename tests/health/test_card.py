"""What ext4 counts, read from a /sys made by hand for the very device that this folder is on."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.health.card import Card


class Kernel:
    """`counts`: errors of the file system that holds `place`, as the kernel has them under /sys."""

    def __init__(self, place: Path) -> None:
        self.place, self.sys = place, place / "sys"
        self.disk = self.sys / "devices/mmc/mmcblk0p2"
        device = place.stat().st_dev
        number = self.sys / f"dev/block/{os.major(device)}:{os.minor(device)}"
        for folder in (self.disk, number.parent, self.sys / "fs/ext4/mmcblk0p2"):
            folder.mkdir(parents=True)
        number.symlink_to(self.disk)
        self.card = Card(place, self.sys)

    def counts(self, content: bytes) -> "Kernel":
        (self.sys / "fs/ext4/mmcblk0p2/errors_count").write_bytes(content)
        return self


@pytest.mark.parametrize(("content", "errors"), [(b"0\n", 0), (b"17\n", 17), (b"", None), (b"many\n", None)])
def test_errors_are_those_of_the_disk_that_the_folder_is_on(tmp_path: Path, content: bytes, errors: int | None) -> None:
    assert Kernel(tmp_path).counts(content).card.errors() == errors


def test_another_disk_s_errors_are_not_ours(tmp_path: Path) -> None:
    kernel = Kernel(tmp_path)
    other = kernel.sys / "fs/ext4/sda1"
    other.mkdir()
    (other / "errors_count").write_bytes(b"9\n")
    assert kernel.card.errors() is None


def test_on_this_machine(tmp_path: Path) -> None:
    card = Card(tmp_path)
    errors = card.errors()
    assert errors is None or errors >= 0
    assert card.read_only() is False


def test_a_folder_that_is_not_there_tells_nothing(tmp_path: Path) -> None:
    card = Card(tmp_path / "gone")
    assert (card.errors(), card.read_only()) == (None, None)


def test_a_file_system_that_nobody_may_write_is_seen() -> None:
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    read_only = [place for _, place, _, options, *_ in mounts if "ro" in options.split(",")]
    if not read_only:
        pytest.skip("NOT TRIED: nothing here is mounted read-only")
    assert any(Card(Path(place)).read_only() for place in read_only)


@given(st.binary(max_size=40))
def test_nonsense_is_unknown_and_never_raised(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    errors = Kernel(tmp_path_factory.mktemp("card")).counts(content).card.errors()
    assert errors is None or isinstance(errors, int)
