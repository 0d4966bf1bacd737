"""Reads our unit files, and lays them out as a system on which systemd's own programs can judge them."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

SYSTEMD: Final = Path(__file__).parents[2] / "systemd"
HOME: Final = "/var/lib/fieldreel"
SERVICES: Final = sorted(path.name for path in SYSTEMD.glob("*.service"))
UNITS: Final = sorted(path.name for path in SYSTEMD.iterdir() if path.is_file())
PROGRAMS: Final = ("opt/fieldreel/bin/fieldreel", "usr/bin/systemd-tmpfiles", "usr/bin/nmcli", "usr/sbin/nft")
TARGETS: Final = (
    *("sysinit", "basic", "shutdown", "multi-user", "poweroff", "paths", "sockets", "timers", "network"),
    "network-pre",
)


def settings(unit: str) -> dict[str, list[str]]:
    """Every setting of a unit, with all its values in order; `Key=` of any section, for no two share one here."""
    found: dict[str, list[str]] = {}
    for line in (SYSTEMD / unit).read_text().splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith(("#", "[")):
            found.setdefault(key, []).append(value)
    return found


def words(unit: str, key: str) -> list[str]:
    return [word for value in settings(unit).get(key, []) for word in value.split()]


def staged(folder: Path, changes: Mapping[str, str] | None = None) -> Path:
    """A root with our units, stand-ins of the programs they start, and the targets they name.

    `changes`: unit -> lines to put after its last line.
    """
    units = folder / "usr/lib/systemd/system"
    units.mkdir(parents=True)
    for name in UNITS:
        shutil.copy(SYSTEMD / name, units)
    for name, lines in (changes or {}).items():
        with (units / name).open("a") as file:
            file.write(lines)
    for name in TARGETS:
        (units / f"{name}.target").write_text("[Unit]\nDescription=stand-in\n")
    for name in PROGRAMS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o755)
    return folder
