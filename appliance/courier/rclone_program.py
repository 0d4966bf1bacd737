"""Finds rclone, sees that it is new enough, and runs it as a child that ends with us.

Apart from what is asked of it, because which program it is must be settled before a byte of film goes through it.
"""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from appliance.errors import MoverMissing, OfficeUnreachable

OLDEST: Final = (1, 63)
"""Before it an upload that was cut off left a short file under its final name on SFTP, and said nothing of it."""
START_S: Final = 15.0
ANSWER_S: Final = 60.0
_VERSION: Final = re.compile(r"rclone v(\d+)\.(\d+)")


def find_rclone(path: str | None = None) -> str:
    """The rclone installed with this program, or else the one on `path` (PATH). Raises MoverMissing."""
    beside = Path(sys.executable).with_name("rclone")
    program = str(beside) if os.access(beside, os.X_OK) else shutil.which("rclone", path=path)
    if program is None:
        raise MoverMissing("There is no rclone on this machine.")
    check_version(program)
    return program


def check_version(program: str) -> None:
    """Raises MoverMissing for an rclone that is older than 1.63, or that does not run."""
    try:
        told = subprocess.run([program, "version"], capture_output=True, text=True, timeout=START_S, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        raise MoverMissing("The rclone on this machine does not run.") from None
    version = _VERSION.search(told)
    if version is None or (int(version[1]), int(version[2])) < OLDEST:
        raise MoverMissing("The rclone on this machine is older than 1.63, which loses track of broken uploads.")


class RcloneProgram:
    """`rclone rcd`, listening on a socket in `run`, a folder that only we can enter; started when first asked.

    The kernel kills it when the thread that started it ends (setpriv --pdeathsig): no upload outlives the courier.
    """

    def __init__(self, program: str, run: Path, options: Sequence[str], config: Path | None) -> None:
        self._command = [program, "rcd", "--rc-no-auth", *options]
        self._run, self._config = run, config
        self._socket = run / "rclone.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, command: str, **fields: Any) -> dict[str, Any]:
        """The answer to one remote-control command. Raises OfficeUnreachable with what rclone said was wrong."""
        self._start()
        try:
            return self._exchange(command, fields)
        except (OSError, http.client.HTTPException, ValueError) as failure:
            self.close()
            raise OfficeUnreachable("The program that carries footage ended.") from failure

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _start(self) -> None:
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        self._run.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._socket.unlink(missing_ok=True)
        config = "" if self._config is None or not self._config.exists() else str(self._config)
        self._process = subprocess.Popen(
            [
                "setpriv",
                "--pdeathsig",
                "KILL",
                *self._command,
                "--rc-addr",
                f"unix://{self._socket}",
                "--config",
                config,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,  # it may tell addresses and names of accounts
            env={"PATH": os.environ.get("PATH", ""), "HOME": str(self._run)},
        )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_S
        while self._process is not None and self._process.poll() is None and time.monotonic() < deadline:
            with suppress(OSError, http.client.HTTPException):
                self._exchange("rc/noop", {})
                return
            time.sleep(0.01)
        self.close()
        raise MoverMissing("The rclone on this machine does not start.")

    def _exchange(self, command: str, fields: dict[str, Any]) -> dict[str, Any]:
        line = _UnixLine(self._socket)
        try:
            line.request("POST", f"/{command}", json.dumps(fields), {"Content-Type": "application/json"})
            reply = line.getresponse()
            told: dict[str, Any] = json.loads(reply.read())
        finally:
            line.close()
        if reply.status != http.client.OK:
            raise OfficeUnreachable("The office's store could not be used ({why}).", why=_reason(told))
        return told


def _reason(told: dict[str, Any]) -> str:
    """The end of what rclone said: what was wrong stands there, and remotes with their passwords do not."""
    return str(told.get("error", "no reason given")).rpartition(": ")[2][:120]


class _UnixLine(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=ANSWER_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
