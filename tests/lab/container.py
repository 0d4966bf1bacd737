"""A whole system, started by its own systemd in a container (systemd-nspawn), in about a second.

Works on a machine without systemd. Apart from the root, which it leaves as it is: changes are gone at the end.
Not in force here, for the host has no unified control groups: MemoryMax=, TasksMax=, CPUQuota=, IPAddressDeny=,
DeviceAllow=.
"""

import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from tests.lab.mounts import LabMissing
from tests.lab.system import Failed, System

__all__ = ["Container", "Failed"]

BOOT_S: Final = 60.0
END_S: Final = 60.0
PATH: Final = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin"


class Container(System):
    """`root`: see `trixie_root`. `shown`: folders or files of this machine -> where they are to be read inside.

    `environment`: of every command of `run`, and of nothing else.
    """

    def __init__(
        self, root: Path, shown: Mapping[Path, str] | None = None, environment: Mapping[str, str] | None = None
    ) -> None:
        self.environment = {"PATH": PATH, "LANG": "C.UTF-8", **(environment or {})}
        binds = [f"--bind-ro={here}:{there}" for here, there in (shown or {}).items()]
        quiet = ["--quiet", "--console=pipe", "--register=no", "--keep-unit", "--link-journal=no", "--resolv-conf=off"]
        self._command = ["setpriv", "--pdeathsig", "KILL", "systemd-nspawn", *quiet, "--timezone=off"]
        self._command += ["--volatile=overlay", "--private-network", "--boot", f"--directory={root}", *binds]
        self._nspawn: subprocess.Popen[bytes] | None = None
        self._pid1 = ""
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the container

    def __enter__(self) -> Self:
        self._nspawn = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=self._told, stderr=subprocess.STDOUT
        )
        try:
            deadline = time.monotonic() + BOOT_S
            self._pid1 = self._find_pid1(deadline)
            while self.state() not in {"running", "degraded"}:
                self._check(deadline)
                time.sleep(0.1)
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if self._nspawn is not None and self._nspawn.poll() is None:
            subprocess.run([*self._inside(), "systemctl", "poweroff"], capture_output=True, check=False)
        try:
            if self._nspawn is not None:
                self._nspawn.wait(END_S)
            self._told.close()
        except subprocess.TimeoutExpired:
            self._kill()
            if error is None:
                raise Failed("the container did not switch off") from None

    def run(self, script: str, *, stdin: str = "", timeout_s: float = 120.0, check: bool = True) -> str:
        """What a bash script printed, errors among it, without white space around. Raises Failed."""
        command = [*self._inside(), "/bin/bash", "-c", script]
        done = subprocess.run(
            command,
            input=stdin,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
        if check and done.returncode != 0:
            raise Failed(f"exit {done.returncode} of: {script}\n{done.stdout}")
        return done.stdout.strip()

    def _inside(self) -> list[str]:
        return ["nsenter", "-t", self._pid1, "-m", "-u", "-i", "-n", "-p", "-C", "--"]

    def _find_pid1(self, deadline: float) -> str:
        assert self._nspawn is not None
        children = Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children")
        while True:
            self._check(deadline)
            for pid in children.read_text().split():
                if Path(f"/proc/{pid}/comm").read_text().strip() == "systemd":
                    return pid
            time.sleep(0.05)

    def _check(self, deadline: float) -> None:
        assert self._nspawn is not None
        if self._nspawn.poll() is not None:
            self._told.seek(0)
            told = self._told.read().decode(errors="replace").strip()
            raise LabMissing(f"systemd-nspawn ended: {told[-500:]}")
        if time.monotonic() > deadline:
            raise LabMissing(f"the container was not up in {BOOT_S:.0f} s")

    def _kill(self) -> None:
        if self._nspawn is not None:
            self._nspawn.kill()
            self._nspawn.wait()
        self._told.close()
