"""Makes a machine's disk: the lab's root with our package installed and provisioned; kept for each state of the two.

Apart from the machine that starts from it, because making one takes half a minute and serves every test.
"""

import fcntl
import shutil
import subprocess
import uuid
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from tests.lab import mounts
from tests.lab.kernel import write_initrd, write_kernel
from tests.lab.mounts import LabMissing
from tests.lab.trixie import CACHE
from tests.lab.virtual_camera import FOLDER as CAMERA
from tests.lab.virtual_camera import INSIDE, install_it
from tests.pi.box import CARD, provision

HERE: Final = Path(__file__).parent
RECIPE: Final = (HERE / "image.py", HERE / "agent.py", HERE / "kernel.py", HERE / "gadgets", CAMERA)
UNITS: Final = "etc/systemd/system"
SIZE_BYTES: Final = 6 << 30
KEPT: Final = 2
AGENT: Final = """\
[Unit]
Description=agent of the lab
[Service]
ExecStart=/usr/bin/python3 /srv/lab/agent.py
Environment=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin
OOMScoreAdjust=-1000
"""
BOARD: Final = """
hardware = "pi"
microphone = "USBMIC"
width = 640
height = 480
fps = 5
bitrate = 1000000
"""
"""What emulation can do: 640x480, five pictures a second."""
HARDWARE: Final = """\
[Unit]
Description=what a board has
DefaultDependencies=no
After=local-fs.target systemd-tmpfiles-setup.service systemd-udevd.service
Before=fieldreel-firstboot.service NetworkManager.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh /srv/lab/hardware.sh
"""
PATIENT: Final = """\
[Service]
TimeoutStartSec=1800
TimeoutStopSec=600
"""
SLOW: Final = """\
[Service]
ExecStart=
ExecStart=/opt/fieldreel/bin/python -I /srv/lab/slow.py {name} --config /etc/fieldreel/config.toml \\
    --run /run/fieldreel/{name}
"""
"""What a board is given is too short here: systemd's limits by the first, our programs' own by the second (slow.py)."""
BOARDS: Final = """\
BindReadOnlyPaths=/run/lab/cpuinfo:/proc/cpuinfo
WatchdogSec=240
"""
"""See hardware.sh; and a main thread that is only slow must not count as one that stands still."""
QUIET: Final = (
    "systemd-udev-trigger.service",  # what was there before udev needs no rule of its; half of the start goes there
    "systemd-timesyncd.service",
    "systemd-binfmt.service",
    "proc-sys-fs-binfmt_misc.automount",
    "man-db.timer",
    "getty@tty1.service",
    "systemd-journal-catalog-update.service",
    "ldconfig.service",
)


@dataclass(frozen=True, slots=True)
class Image:
    """`folder`: also for whatever else is made from this image."""

    folder: Path

    @property
    def disk(self) -> Path:
        """Raw, sparse, one ext4 without a table of partitions. Nothing may be written there."""
        return self.folder / "disk.img"

    @property
    def kernel(self) -> Path:
        return self.folder / "vmlinux"

    @property
    def initrd(self) -> Path:
        return self.folder / "initrd"

    @property
    def office_key(self) -> Path:
        """Opens what the box of this image films."""
        return self.folder / "keys/office.key"


def image(root: Path, deb: Path) -> Image:
    """Raises LabMissing."""
    shelf = CACHE / "machines"
    shelf.mkdir(parents=True, exist_ok=True)
    with (CACHE / "imaging").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        folder = shelf / _digest(root, deb)
        if not folder.is_dir():
            unfinished = folder.with_name(f"{folder.name}.tmp")
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            _make(root, deb, unfinished)
            unfinished.rename(folder)
            _forget(shelf)
    return Image(folder)


def _digest(root: Path, deb: Path) -> str:
    found = sha256(f"{root.name} {deb.parent.name}".encode())
    for place in RECIPE:
        for path in sorted(place.rglob("*.*")) if place.is_dir() else [place]:
            if path.suffix != ".pyc":
                found.update(path.read_bytes())
    return found.hexdigest()[:16]


def _make(root: Path, deb: Path, folder: Path) -> None:
    write_kernel(root, folder / "vmlinux")
    write_initrd(root, folder / "initrd")
    (folder / "keys").mkdir()
    provision(folder / "keys")
    tree = folder / "tree"
    try:
        mounts.run("cp", "--archive", "--reflink=auto", root, tree)
        _install(tree, deb)
        _furnish(tree, folder / "keys/card")
        with (folder / "disk.img").open("wb") as file:
            file.truncate(SIZE_BYTES)
        mounts.run("mke2fs", "-q", "-t", "ext4", "-L", "box", "-d", tree, folder / "disk.img")
    finally:
        shutil.rmtree(tree, ignore_errors=True)


def _install(tree: Path, deb: Path) -> None:
    """In a container that is not started, as when an image for a board is made."""
    shutil.copytree(CAMERA, tree / INSIDE.lstrip("/"), ignore=shutil.ignore_patterns("__pycache__"))
    quiet = ["--quiet", "--register=no", "--keep-unit", "--pipe", "--resolv-conf=off", "--timezone=off"]
    place = [f"--directory={tree}", f"--bind-ro={deb.parent}:/srv/deb", "--private-network"]
    script = f"set -e; dpkg --install /srv/deb/{deb.name}; {install_it()}"
    command = ["systemd-nspawn", *quiet, *place, "bash", "-c", script]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LabMissing(f"the package could not be installed: {done.stdout[-500:]} {done.stderr[-500:]}")


def _furnish(tree: Path, card: Path) -> None:
    """What provisioning left on the card, the board's settings, and the lab's own agent and hardware."""
    with (tree / "etc/fieldreel/config.toml").open("a") as config:
        config.write(BOARD)
    shutil.copytree(card, tree / CARD.relative_to("/"))
    shutil.copytree(HERE / "gadgets", tree / "srv/lab", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "agent.py", tree / "srv/lab")
    for name, lines in (("agent", AGENT), ("hardware", HARDWARE)):
        _put(tree, f"lab-{name}.service", lines)
        (tree / UNITS / f"multi-user.target.wants/lab-{name}.service").symlink_to(f"../lab-{name}.service")
    _put(tree, "fieldreel-.service.d/lab.conf", PATIENT)
    for name, more in (("recorder", BOARDS), ("net", ""), ("courier", "")):
        _put(tree, f"fieldreel-{name}.service.d/lab-slow.conf", SLOW.format(name=name) + more)
    for unit in QUIET:
        (tree / UNITS / unit).unlink(missing_ok=True)
        (tree / UNITS / unit).symlink_to("/dev/null")
    (tree / UNITS / "default.target").unlink(missing_ok=True)
    (tree / UNITS / "default.target").symlink_to("/usr/lib/systemd/system/multi-user.target")
    (tree / "etc/hostname").write_text("box\n")
    (tree / "etc/fstab").write_text("LABEL=box / ext4 noatime 0 1\n")
    (tree / "etc/machine-id").write_text(f"{uuid.uuid4().hex}\n")


def _put(tree: Path, name: str, lines: str) -> None:
    path = tree / UNITS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(lines)


def _forget(shelf: Path) -> None:
    """The newest few stay: each is two gigabytes, and one more for what was frozen of it."""
    for old in sorted(shelf.iterdir(), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        shutil.rmtree(old)
