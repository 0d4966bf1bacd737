"""Finds the lab's Debian root like a box's, or makes it: once for each change of its recipe, kept between runs.

Apart from what is started in it, because making it needs a mirror and two minutes, and starting it a second.
"""

import fcntl
import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path
from typing import Final

from tests.lab.mounts import LabMissing

RECIPE: Final = Path(__file__).with_name("trixie.sh")
CACHE: Final = Path(os.environ.get("FIELDREEL_LAB") or Path.home() / ".cache" / "fieldreel-lab")
"""Outside of the project's folder: every checkout on this machine uses the same root."""
ASKED: Final = ("FIELDREEL_LAB_REQUIRED", "FIELDREEL_LAB_USED")
"""Environment: the lab is used only where it is asked for, for making its root and our package takes minutes.

With the first one what is missing fails; with the second it skips."""
NEEDED: Final = {"mmdebstrap": "mmdebstrap", "systemd-nspawn": "systemd-container", "nsenter": "util-linux"}


def trixie_root() -> Path:
    """The root's folder. Nothing may be written there: containers lay their changes over it. Raises LabMissing."""
    check_tools()
    CACHE.mkdir(parents=True, exist_ok=True)
    root = CACHE / f"trixie-{sha256(RECIPE.read_bytes()).hexdigest()[:12]}"
    with (CACHE / "making").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not root.is_dir():
            _make(root)
    return root


def check_tools() -> None:
    """Raises LabMissing with what this machine lacks, and where nobody asked for the lab."""
    if not any(os.environ.get(name) for name in ASKED):
        raise LabMissing("it takes minutes the first time; make test-pi does it")
    if os.getuid() != 0:
        raise LabMissing("starting a whole system needs root")
    lacking = sorted(package for tool, package in NEEDED.items() if shutil.which(tool) is None)
    if lacking:
        raise LabMissing(f"apt-get install {' '.join(lacking)}")


def _make(root: Path) -> None:
    unfinished = root.with_name(f"{root.name}.tmp")
    shutil.rmtree(unfinished, ignore_errors=True)
    told = CACHE / "making.log"
    with told.open("wb") as log:
        done = subprocess.run([RECIPE, unfinished], stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)
    if done.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        last = told.read_text(errors="replace").strip().splitlines()[-3:]
        raise LabMissing(f"the trixie root could not be made: {' / '.join(last)}")
    unfinished.rename(root)
