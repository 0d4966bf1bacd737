"""Mounting, loop devices and the block log's daemon, and undoing all of it after a run that died.

Apart because clean-up must work from what the kernel says, not from what a dead process knew.
"""

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)
MS_NOATIME = 1024
MNT_DETACH = 2
BLKFLSBUF = 0x1261


class LabMissing(Exception):
    """This machine cannot carry the power-cut lab; the message says what it lacks."""


def run(*command: str | Path) -> str:
    """The standard output of a command; LabMissing with its own words if it fails."""
    path = os.environ["PATH"] + ":/usr/sbin:/sbin"
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | {"PATH": path})
    except FileNotFoundError as missing:
        raise LabMissing(f"{command[0]} is not installed") from missing
    except subprocess.CalledProcessError as failed:
        raise LabMissing(f"{command[0]} failed: {failed.stderr.strip() or failed.stdout.strip()}") from failed
    return done.stdout.strip()


def mount(device: str, folder: Path, options: str = "") -> None:
    """Mount ext4 without access times. Raises OSError."""
    if _libc.mount(device.encode(), bytes(folder), b"ext4", MS_NOATIME, options.encode()):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))


def unmount(folder: Path, *, patience_s: float = 5.0) -> None:
    """Unmount; detach where something still holds it after `patience_s`."""
    deadline = time.monotonic() + patience_s
    while _libc.umount2(bytes(folder), 0):
        if time.monotonic() > deadline:
            _libc.umount2(bytes(folder), MNT_DETACH)
            return
        time.sleep(0.01)


def sync(folder: Path) -> None:
    """Make durable what was written on the file system of `folder`, and wait for no other disk of this machine."""
    fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if _libc.syncfs(fd):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(folder))
    finally:
        os.close(fd)


def mounted_below(folder: Path) -> list[Path]:
    """Mount points in and below `folder`, the innermost first."""
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    points = [Path(line.split()[1].replace("\\040", " ")) for line in lines]
    return sorted((p for p in points if p.is_relative_to(folder)), key=lambda p: len(p.parts), reverse=True)


def attach_loop(image: Path) -> str:
    """A loop device that shows `image`."""
    if not Path("/dev/loop-control").exists():
        raise LabMissing("there are no loop devices here (/dev/loop-control)")
    return run("losetup", "--find", "--show", image)


def detach_loop(device: str) -> None:
    run("losetup", "--detach", device)


def loops_below(folder: Path) -> list[str]:
    """Loop devices whose file lies below `folder`."""
    found = []
    for entry in Path("/sys/block").glob("loop*/loop/backing_file"):
        with contextlib.suppress(OSError):
            if entry.read_text(encoding="utf-8").startswith(f"{folder}/"):
                found.append(f"/dev/{entry.parent.parent.name}")
    return found


def forget_cached_blocks(device: str) -> None:
    """Drop what the kernel cached of a device, because the file behind it was changed from below."""
    fd = os.open(device, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.ioctl(fd, BLKFLSBUF)
    finally:
        os.close(fd)


def end_daemon(folder: Path) -> None:
    """End the block log daemon of `folder`, if one still runs; its FUSE mount goes with it."""
    try:
        pid = int((folder / "daemon.pid").read_text(encoding="ascii"))
        if str(folder) not in Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8"):
            return
    except (OSError, ValueError):
        return
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + 5
    while _running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    if _running(pid):
        os.kill(pid, signal.SIGKILL)


def _running(pid: int) -> bool:
    with contextlib.suppress(OSError):
        os.waitpid(pid, os.WNOHANG)
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def undo(folder: Path) -> None:
    """Take down everything that a lab in `folder` has put up, whoever put it up, and remove the folder."""
    for point in mounted_below(folder):
        if point.suffix != ".img":
            unmount(point)
    for device in loops_below(folder):
        with contextlib.suppress(LabMissing):
            detach_loop(device)
    end_daemon(folder)
    for point in mounted_below(folder):
        unmount(point, patience_s=1.0)
    shutil.rmtree(folder, ignore_errors=True)


def sweep(place: Path, prefix: str) -> None:
    """Undo the labs in `place` whose process has ended: folders called `prefix` + process id + `-` + anything."""
    for folder in place.glob(f"{prefix}*-*"):
        owner = folder.name.removeprefix(prefix).partition("-")[0]
        if not (owner.isdigit() and Path(f"/proc/{owner}").exists()):
            undo(folder)
