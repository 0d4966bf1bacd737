"""A whole computer in QEMU, in pure emulation: for what a container cannot have, its own kernel and hardware.

Apart from the container, which starts in a second and runs at full speed: here everything takes 15 to 40 times as
long, but pins, radios, sticks, clocks and watchdogs are there, limits of memory hold, and the plug can be pulled.
Two processors on two threads are twice as fast as one; one start in some forty dies early of it ("Oops: int3", seen
with QEMU 7.2 and 10.0), ends QEMU by `panic=-1`, and is made again.
"""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.lab.image import Image
from tests.lab.mounts import LabMissing
from tests.lab.qemu import Monitor, Wire, connected
from tests.lab.system import Failed, System

QEMU: Final = "qemu-system-x86_64"
NEEDED: Final = {QEMU: "qemu-system-x86", "qemu-img": "qemu-utils"}
MEMORY_MB: Final = 1280
BOOT_S: Final = 1200.0
TRIES: Final = 3
SLOWNESS: Final = 10.0
APPEND: Final = (
    "root=/dev/vda rw console=ttyS0 quiet loglevel=4 mitigations=off panic=-1 audit=0 selinux=0 apparmor=0 "
    "tsc=reliable no_timer_check random.trust_cpu=on "
    "modprobe.blacklist=kvm_amd,kvm_intel,kvm,powernow_k8,lpc_ich,i2c_i801,pcspkr,"
    "qemu_fw_cfg,bochs,parport_pc,floppy,iTCO_wdt,psmouse,sr_mod,cdrom"
)
PORT: Final = ("-device", "virtio-serial-pci", "-chardev", "socket,id=lab,path=lab.sock,server=on,wait=off",
               "-device", "virtserialport,chardev=lab,name=lab")  # fmt: skip


def check_qemu() -> None:
    """Raises LabMissing."""
    lacking = sorted(package for tool, package in NEEDED.items() if shutil.which(tool) is None)
    if lacking:
        raise LabMissing(f"apt-get install {' '.join(lacking)}")


class Died(LabMissing):
    """The machine ended by itself before it was up."""


class Machine(System):
    """Life: `start`, then `run` and the rest, then `cut` or `off`; a cut one is started again from the same disk.

    `folder`: of this machine alone; its disk (what it changed of the image), console and sockets are there.
    `devices`: more of QEMU's arguments. `cache`: QEMU's, of the disk. `frozen`: a state to go on from (`freeze`).
    """

    slowness = SLOWNESS

    def __init__(
        self,
        image: Image,
        folder: Path,
        *,
        devices: Sequence[str] = (),
        cache: str = "writeback",
        append: str = "",
        frozen: Path | None = None,
    ) -> None:
        check_qemu()
        self._image, self.folder, self._devices = image, folder, list(devices)
        self._cache, self._append, self._frozen = cache, append, frozen
        self._qemu: subprocess.Popen[bytes] | None = None
        self._lines: list[socket.socket] = []
        self._sockets = tempfile.mkdtemp(prefix="fieldreel-machine-")  # short: a socket's path has 107 characters
        self.monitor: Monitor
        self._wire: Wire
        self.disk = folder / "disk.qcow2"
        folder.mkdir(parents=True, exist_ok=True)
        if not self.disk.exists():
            lay_over(image.disk, "raw", self.disk) if frozen is None else lay_over(
                frozen / "disk.qcow2", "qcow2", self.disk
            )

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.cut()
        shutil.rmtree(self._sockets, ignore_errors=True)

    def start(self) -> Self:
        """Until its agent answers. Raises Died after three tries, LabMissing."""
        for left in reversed(range(TRIES)):
            try:
                self._start()
            except (Died, ConnectionError, TimeoutError):
                self.cut()
                if not left:
                    raise Died(f"the machine does not start: {self.console()[-800:]}") from None
            else:
                break
        return self

    def run(self, script: str, *, stdin: str = "", timeout_s: float = 120.0, check: bool = True) -> str:
        code, told = self._wire.ask(script, stdin, timeout_s * self.slowness)
        if check and code != 0:
            raise Failed(f"exit {code} of: {script}\n{told}")
        return told.strip()

    def break_off(self, script: str) -> None:
        """Begin what the machine does not live to answer."""
        self._wire.begin(script)

    def cut(self) -> None:
        """The plug is pulled: QEMU is killed, and what it held back of the disk's writes is gone."""
        if self._qemu is not None:
            self._qemu.kill()
            self._let_go()

    def ended(self, timeout_s: float) -> int:
        """Wait until the machine has ended by itself; QEMU's exit code."""
        assert self._qemu is not None
        return self._qemu.wait(timeout_s)

    def console(self) -> str:
        """What the kernel said."""
        path = self.folder / "console"
        return path.read_text(errors="replace") if path.exists() else ""

    def freeze(self, to: Path) -> None:
        """Keep the running machine as it stands, for `frozen` of others; this one has ended then."""
        to.mkdir(parents=True)
        self.monitor.order("stop")
        self.monitor.ask("migrate-set-parameters", **{"max-bandwidth": 1 << 40})
        self.monitor.ask("migrate", uri=f"exec:cat > {to / 'memory'}")
        while (status := self.monitor.ask("query-migrate")["status"]) != "completed":
            if status == "failed":
                raise LabMissing("this QEMU cannot keep a machine's state")
            time.sleep(0.05)
        self.monitor.ask("quit")
        self.ended(30)
        self._let_go()
        self.disk.rename(to / "disk.qcow2")

    def _let_go(self) -> None:
        assert self._qemu is not None
        self._qemu.wait()
        self._qemu = None
        for line in self._lines:
            line.close()
        self._lines.clear()

    def _start(self) -> None:
        for path in Path(self._sockets).iterdir():
            path.unlink()
        with (self.folder / "qemu.log").open("ab") as log:
            self._qemu = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *self._command()],
                cwd=self._sockets,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.monitor = Monitor(self._connected("monitor.sock"))
        self._wire = Wire(self._connected("lab.sock"))
        if self._frozen is None:
            self._wire.hello(BOOT_S)
        else:
            self._thaw()
            self.run(f"date --set @{time.time():.3f}")
            self._frozen = None  # after a cut it starts from its disk

    def _thaw(self) -> None:
        """It was stopped when it was frozen, and comes back so."""
        while self.monitor.ask("query-status")["status"] == "inmigrate":
            time.sleep(0.05)
        self.monitor.ask("cont")

    def _connected(self, name: str) -> socket.socket:
        assert self._qemu is not None
        while (found := connected(Path(self._sockets) / name)) is None:
            if self._qemu.poll() is not None:
                told = (self.folder / "qemu.log").read_text(errors="replace")
                raise Died(f"QEMU ended: {told[-500:]}")
            time.sleep(0.02)
        self._lines.append(found)
        return found

    def _command(self) -> list[str]:
        drive = f"file={self.disk},format=qcow2,if=none,id=disk,cache={self._cache}"
        return [
            *(
                QEMU,
                "-accel",
                "tcg,thread=multi",
                "-machine",
                "q35,sata=off,smbus=off,usb=off",
                "-cpu",
                "Nehalem,+rdrand",
                "-smp",
                "2",
            ),
            *("-m", str(MEMORY_MB), "-nodefaults", "-display", "none", "-no-reboot"),
            *("-serial", f"file:{self.folder / 'console'}", "-qmp", "unix:monitor.sock,server=on,wait=off"),
            *("-kernel", str(self._image.kernel), "-initrd", str(self._image.initrd)),
            *("-append", f"{APPEND} {self._append}".strip()),
            *("-drive", drive, "-device", "virtio-blk-pci,drive=disk", "-device", "virtio-rng-pci"),
            *("-device", "qemu-xhci,id=usb"),
            *PORT,
            *self._devices,
            *(["-incoming", f"exec:cat {self._frozen / 'memory'}"] if self._frozen else []),
        ]


def lay_over(base: Path, kind: str, to: Path) -> None:
    """A disk that holds only what differs from `base`."""
    command = ["qemu-img", "create", "-q", "-f", "qcow2", "-b", str(base), "-F", kind, str(to)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
