"""An office's OpenSSH server for boxes: a write-once drop and a read-only outbox, each in a chroot of its own account.

Apart because courier, bench and journeys carry to the same one; it is the set-up that DESIGN tells administrators.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from appliance.commands.demo_web import free_port

SSHD = Path("/usr/sbin/sshd")
DENIED = (
    "remove,rmdir,read,opendir,readdir,setstat,fsetstat,rename,posix-rename,symlink,readlink,hardlink,copy-data,"
    "lsetstat,mkdir"
)
DROP_ACCOUNT, PICKUP_ACCOUNT = "nobody", "games"
START_S = 20.0


def why_not() -> str | None:
    """What is missing for an sshd of our own, None where it can run."""
    if not SSHD.exists() or shutil.which("ssh-keygen") is None:
        return "sshd is not installed (apt-get install openssh-server)"
    return None if os.getuid() == 0 else "a chroot needs root"


def need_sshd() -> None:
    """Skips the test, saying loudly why."""
    if reason := why_not():
        pytest.skip(f"NOT TESTED against a real SFTP server: {reason}")


@dataclass(slots=True)
class SftpOffice:
    """`drop` and `outbox`: the folders on the office's side. `config`: the rclone.conf that a box is given."""

    root: Path
    port: int
    _process: "subprocess.Popen[bytes] | None" = field(default=None)

    remote = "office-drop:drop"
    plain = "office-plain:drop"
    """The same with rclone's own settings: OpenSSH takes 255 KiB at once, the standard promises 32."""
    pickup = "office-pickup:outbox"

    @property
    def drop(self) -> Path:
        return self.root / "for-drop" / "drop"

    @property
    def outbox(self) -> Path:
        return self.root / "for-pickup" / "outbox"

    @property
    def config(self) -> Path:
        return self.root / "rclone.conf"

    def prepare(self) -> None:
        for folder in (self.root, self.drop.parent, self.outbox.parent, self.root / "keys"):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755)
        self.drop.mkdir()
        shutil.chown(self.drop, "root", "nogroup")
        self.drop.chmod(0o730)
        self.outbox.mkdir()
        self.outbox.chmod(0o755)
        for name in ("host", "drop", "pickup"):
            self._make_key(name)
        shutil.copy(self.root / "drop.pub", self.root / "keys" / DROP_ACCOUNT)
        shutil.copy(self.root / "pickup.pub", self.root / "keys" / PICKUP_ACCOUNT)
        (self.root / "sshd_config").write_text(self._sshd_config(), encoding="ascii")
        host = (self.root / "host.pub").read_text(encoding="ascii").split()
        (self.root / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {host[0]} {host[1]}\n", encoding="ascii")
        self.config.write_text(
            self._section("office-drop", DROP_ACCOUNT, "drop", "chunk_size = 255k\n")
            + self._section("office-pickup", PICKUP_ACCOUNT, "pickup", "chunk_size = 255k\n")
            + self._section("office-plain", DROP_ACCOUNT, "drop"),
            encoding="ascii",
        )

    def start(self) -> None:
        Path("/run/sshd").mkdir(exist_ok=True)
        with (self.root / "sshd.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(SSHD), "-D", "-e", "-f", str(self.root / "sshd_config")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1.0):
                return
            time.sleep(0.01)
        raise AssertionError((self.root / "sshd.log").read_text(encoding="utf-8"))

    def kill(self) -> None:
        """SIGKILL the server and every connection of it, at once."""
        if self._process is None:
            return
        with suppress(psutil.NoSuchProcess):
            mine = psutil.Process(self._process.pid)
            for process in [mine, *mine.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGKILL)
        self._process.wait()
        self._process = None

    def _make_key(self, name: str) -> None:
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self.root / name)]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL)

    def _sshd_config(self) -> str:
        return f"""Port {self.port}
ListenAddress 127.0.0.1
HostKey {self.root}/host
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
MaxStartups 100
AuthorizedKeysFile {self.root}/keys/%u
AllowUsers {DROP_ACCOUNT} {PICKUP_ACCOUNT}
Subsystem sftp internal-sftp
Match User {DROP_ACCOUNT}
  ChrootDirectory {self.drop.parent}
  ForceCommand internal-sftp -u 0277 -P {DENIED}
Match User {PICKUP_ACCOUNT}
  ChrootDirectory {self.outbox.parent}
  ForceCommand internal-sftp -R
"""

    def _section(self, name: str, account: str, key: str, more: str = "") -> str:
        return (
            f"[{name}]\ntype = sftp\nhost = 127.0.0.1\nport = {self.port}\nuser = {account}\n"
            f"key_file = {self.root}/{key}\nknown_hosts_file = {self.root}/known_hosts\n{more}\n"
        )


@contextmanager
def sftp_office(*, in_memory: bool = False) -> Iterator[SftpOffice]:
    """A running one, in a folder whose parents sshd trusts (all of them root's, and no world-writable /tmp).

    `in_memory`: on a RAM disk, where one may be mounted: an office's disk is another than the box's.
    """
    need_sshd()
    with tempfile.TemporaryDirectory(prefix="fieldreel-test-", dir="/srv") as name, _disk(Path(name), in_memory):
        office = SftpOffice(Path(name), free_port(0))
        office.prepare()
        office.start()
        try:
            yield office
        finally:
            office.kill()


@contextmanager
def _disk(folder: Path, in_memory: bool) -> Iterator[None]:
    mount = ["mount", "-t", "tmpfs", "-o", "mode=0755", "tmpfs", str(folder)]
    mounted = in_memory and subprocess.run(mount, check=False, capture_output=True).returncode == 0
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)
