"""Where memory could reach a disk: swap on one, and core dumps."""

from pathlib import Path

import pytest

from appliance.boot.secrecy import leaks

HEAD = "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"


def proc(folder: Path, swaps: str = HEAD, pattern: str = "|/bin/false\n") -> Path:
    (folder / "sys/kernel").mkdir(parents=True)
    (folder / "swaps").write_text(swaps)
    (folder / "sys/kernel/core_pattern").write_text(pattern)
    return folder


def test_a_box_as_it_is_installed_leaks_nothing(tmp_path: Path) -> None:
    assert list(leaks(proc(tmp_path))) == []


@pytest.mark.parametrize("where", ["/var/swap", "/dev/mmcblk0p3"])
def test_swap_on_a_disk_is_told(tmp_path: Path, where: str) -> None:
    swaps = f"{HEAD}/dev/zram0 partition 524284 0 100\n{where} file 102396 0 -2\n"
    (found,) = leaks(proc(tmp_path, swaps))
    assert where in found


@pytest.mark.parametrize("pattern", ["core", "|/usr/lib/systemd/systemd-coredump %P %u", "/tmp/core.%p"])
def test_core_dumps_are_told(tmp_path: Path, pattern: str) -> None:
    (found,) = leaks(proc(tmp_path, pattern=pattern))
    assert pattern.split(maxsplit=1)[0] in found


def test_compressed_memory_is_no_disk(tmp_path: Path) -> None:
    assert list(leaks(proc(tmp_path, f"{HEAD}/dev/zram0 partition 524284 0 100\n"))) == []
