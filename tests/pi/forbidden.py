"""Run inside a unit's own fence: tries what no program of a box may do, and prints what it could, one word a line.

Apart from the tests because it runs on the box's Python, as the user and within the sandbox of each unit, and knows
nothing of either.
"""

import ctypes
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

HOME = Path("/var/lib/fieldreel")
RUN = Path("/run/fieldreel")
PTRACE_SEIZE, CLONE_NEWUSER, MS_BIND = 0x4206, 0x10000000, 4096
libc = ctypes.CDLL(None, use_errno=True)
victim = int(sys.argv[1])
"""A process of another user."""


def call(answer: int) -> None:
    if answer < 0:
        raise OSError(ctypes.get_errno(), "refused")


def read(path: str) -> Callable[[], object]:
    return (HOME / path).read_bytes


def enter(path: Path) -> Callable[[], object]:
    return lambda: list(path.iterdir())


def write(folder: Path) -> Callable[[], object]:
    def act() -> None:
        path = folder / f"probe-{os.getpid()}"
        path.write_bytes(b"x")
        path.unlink()

    return act


def open_socket(family: int, kind: int) -> Callable[[], object]:
    return lambda: socket.socket(family, kind).close()


def reach(name: str) -> Callable[[], object]:
    def act() -> None:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(2)
            line.connect(str(RUN / name))

    return act


def executable_memory() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()


def see_others() -> None:
    if not Path(f"/proc/{victim}").exists():
        raise PermissionError


def set_uid_bit() -> None:
    folder = Path(os.environ.get("RUNTIME_DIRECTORY", "/run"))
    path = folder / f"set-uid-{os.getpid()}"
    path.write_bytes(b"")
    try:
        path.chmod(0o4755)
    finally:
        path.unlink()


def leave_a_core() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (1 << 20, 1 << 20))


def talk_to_loopback() -> None:
    with socket.create_connection(("10.77.0.1", 443), timeout=2):
        pass


ACTS: dict[str, Callable[[], object]] = {
    "socket-inet": open_socket(socket.AF_INET, socket.SOCK_STREAM),
    "socket-inet6": open_socket(socket.AF_INET6, socket.SOCK_STREAM),
    "socket-packet": open_socket(socket.AF_PACKET, socket.SOCK_RAW),
    "socket-netlink": open_socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "talk-to-loopback": talk_to_loopback,
    **{
        f"read-{name}": read(path)
        for name, path in {
            "device.key": "device/device.key",
            "recorder.key": "device/recorder.key",
            "web.key": "device/web.key",
            "rclone.conf": "device/rclone.conf",
            "wifi.json": "device/wifi.json",
            "tls-key": "tls/box.key",
            "recipients": "device/recipients.txt",
        }.items()
    },
    **{f"enter-{name}": enter(HOME / name) for name in ("sessions", "lanes", "families", "unlock", "device")},
    "enter-root": enter(Path("/root")),
    "enter-rclone": enter(RUN / "courier/courier"),
    **{
        f"write-{name}": write(HOME / name)
        for name in (
            "sessions",
            "families",
            "unlock",
            "inbox",
            "receipts",
            "journal",
            "device",
            "lanes/recorder",
            "lanes/web",
            "statements/recorder",
            "statements/web",
        )
    },
    "write-home": write(HOME),
    "write-etc": write(Path("/etc/fieldreel")),
    "write-program": write(Path("/opt/fieldreel/lib")),
    "write-run": write(RUN),
    "write-run-recorder": write(RUN / "recorder"),
    "write-sysctl": lambda: Path("/proc/sys/kernel/domainname").write_text("x"),
    "reach-recorder": reach("recorder/recorder.sock"),
    "reach-courier": reach("courier/courier.sock"),
    "reach-net": reach("net/net.sock"),
    "reach-clock": reach("clock/clock.sock"),
    "write-clock-word": write(RUN / "clock"),
    "see-others": see_others,
    "ptrace": lambda: call(libc.ptrace(PTRACE_SEIZE, victim, 0, 0)),
    "read-memory": lambda: Path(f"/proc/{victim}/environ").read_bytes(),
    "kill-others": lambda: os.kill(victim, signal.SIGCONT),
    "become-root": lambda: os.setuid(0) if os.getuid() else None,
    "new-namespace": lambda: call(libc.unshare(CLONE_NEWUSER)),
    "mount": lambda: call(libc.mount(b"/tmp", b"/tmp", b"none", MS_BIND, 0)),
    "chroot": lambda: os.chroot("/"),
    "executable-memory": executable_memory,
    "set-uid-bit": set_uid_bit,
    "real-time": lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)),
    "make-node": lambda: os.mknod("/tmp/null", 0o600 | 0o020000, os.makedev(1, 3)),
    "leave-a-core": leave_a_core,
    "run-a-shell": lambda: subprocess.run(["/bin/sh", "-c", "exit 0"], check=True),
}


def could(act: Callable[[], object]) -> bool:
    """In a child, for some acts change who does them."""
    child = os.fork()
    if child == 0:
        try:
            act()
        except BaseException:  # noqa: BLE001 - refused is refused
            os._exit(1)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


if __name__ == "__main__":
    print(*(name for name, act in ACTS.items() if could(act)), sep="\n")
