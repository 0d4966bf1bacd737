"""The .deb as a file: the same from the same sources, for both kinds of machine, and with all that the lock pins."""

import os
import re
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from tests.lab.debs import PROJECT, build, package
from tests.lab.mounts import LabMissing
from tests.pi.conftest import missing

pytestmark = [pytest.mark.lab, pytest.mark.timeout(1800)]

FULL: Final = bool(os.environ.get("FIELDREEL_PI_FULL"))
SITE: Final = "./opt/fieldreel/lib/python3.13/site-packages/"
ELF_MACHINES: Final = {"amd64": 62, "arm64": 183}
BUILD_ONLY: Final = {"setuptools"}


def test_built_again_elsewhere_it_is_the_same_to_the_byte(deb: Path, tmp_path: Path) -> None:
    """In another folder: what pip writes names the Python that it runs on."""
    again = build("amd64", tmp_path / "built", another_checkout(tmp_path / "another"))
    assert sha256(again.read_bytes()).hexdigest() == sha256(deb.read_bytes()).hexdigest()


def another_checkout(folder: Path) -> Path:
    """Of what stands here, committed or not."""
    folder.mkdir()
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, check=True).stdout
    subprocess.run(["xargs", "-0", "cp", "--parents", "-t", folder], cwd=PROJECT, input=tracked, check=True)
    for words in (["init", "--quiet"], ["add", "--all"]):
        subprocess.run(["git", *words], cwd=folder, check=True)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    return folder


@pytest.mark.parametrize(
    "architecture",
    [
        "amd64",
        pytest.param("arm64", marks=pytest.mark.skipif(not FULL, reason="NOT BUILT: see make test-pi-full")),
    ],
)
def test_every_pin_is_in_it_as_a_program_of_that_machine(architecture: str, tmp_path: Path) -> None:
    try:
        deb = package(architecture)
    except LabMissing as lacking:
        missing(lacking)
    root = tmp_path / "root"
    subprocess.run(["dpkg-deb", "-x", deb, root], check=True)
    site = root / SITE
    found = {re.sub(r"[-_.]+", "-", path.name.partition("-")[0]).lower() for path in site.glob("*.dist-info")}
    assert found == {*pins(), "fieldreel"}
    libraries = [path for path in root.rglob("*") if path.is_file() and not path.is_symlink() and is_elf(path)]
    assert len(libraries) > 50
    assert {machine_of(path) for path in libraries} == {ELF_MACHINES[architecture]}
    assert (root / "opt/fieldreel/bin/rclone") in libraries
    for name in ("appliance/visit/tag_sets/orion-8.json", "web_ui/templates/base.html", "web_ui/static/app.css"):
        assert (site / name).is_file()


def pins() -> set[str]:
    lock = (PROJECT / "provisioning/locks/run.txt").read_text()
    names = set(re.findall(r"^([a-z0-9][a-z0-9-]*)==", lock, re.MULTILINE))
    return names - BUILD_ONLY


def is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def machine_of(path: Path) -> int:
    """e_machine of the ELF header."""
    with path.open("rb") as file:
        return int.from_bytes(file.read(20)[18:20], "little")


def test_what_a_box_keeps_is_in_no_package(deb: Path) -> None:
    """dpkg removes what it installed: the home must not be among it."""
    listed = subprocess.run(["dpkg-deb", "-c", deb], check=True, capture_output=True, text=True).stdout
    paths = [line.split(maxsplit=5)[5] for line in listed.splitlines()]
    assert [path for path in paths if "var/lib" in path] == []
    assert {line.split()[1] for line in listed.splitlines()} == {"root/root"}
