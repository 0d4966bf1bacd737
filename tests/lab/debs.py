"""Builds our .deb once for each state of the sources, kept beside the lab's root.

Apart from the tests that install it, because building asks a registry for 150 MB the first time.
"""

import fcntl
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Final

from tests.lab.mounts import LabMissing
from tests.lab.trixie import CACHE, check_tools

PROJECT: Final = Path(__file__).parents[2]
BUILD: Final = "provisioning/deb/build.sh"
SOURCES: Final = ("appliance", "web_ui", "systemd", "provisioning", "pyproject.toml", "README.md", "CHANGELOG.md")
KEPT: Final = 3
EPOCH: Final = "1795737600"
"""In place of the last commit's time: the same sources are the same package, whatever else was committed."""


def package(architecture: str = "amd64") -> Path:
    """The .deb of what stands in this checkout. Raises LabMissing."""
    check_tools()
    if shutil.which("dpkg-deb") is None:
        raise LabMissing("dpkg-deb is not installed")
    shelf = CACHE / "debs"
    shelf.mkdir(parents=True, exist_ok=True)
    with (CACHE / "building").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shelf / f"{_digest()}-{architecture}"
        if not folder.is_dir():
            _build(architecture, folder)
            _forget(shelf, architecture)
        (found,) = folder.glob("*.deb")
    return found


def build(architecture: str, folder: Path, checkout: Path = PROJECT) -> Path:
    """Build anew, whatever is kept. Raises LabMissing with the last words of what failed."""
    environ = os.environ | {"SOURCE_DATE_EPOCH": EPOCH}
    command: list[str | Path] = [checkout / BUILD, architecture, folder]
    done = subprocess.run(command, capture_output=True, text=True, env=environ, check=False)
    if done.returncode != 0:
        raise LabMissing(f"the package could not be built: {done.stderr.strip()[-500:]}")
    return Path(done.stdout.strip().splitlines()[-1])


def _build(architecture: str, folder: Path) -> None:
    unfinished = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    build(architecture, unfinished)
    unfinished.rename(folder)


def _digest() -> str:
    listed = subprocess.run(["git", "ls-files", "-z", *SOURCES], cwd=PROJECT, capture_output=True, check=True).stdout
    found = sha256()
    for name in sorted(filter(None, listed.split(b"\0"))):
        path = PROJECT / name.decode()
        found.update(name + b"\0" + (sha256(path.read_bytes()).digest() if path.is_file() else b"gone"))
    return found.hexdigest()[:16]


def _forget(shelf: Path, architecture: str) -> None:
    """The newest few stay: each is 150 MB."""
    kept = sorted(shelf.glob(f"*-{architecture}"), key=lambda path: path.stat().st_mtime)
    for old in kept[:-KEPT]:
        shutil.rmtree(old)
