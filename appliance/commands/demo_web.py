"""The pages of a demo box: the real web process beside the recorder, at an address that any browser here can open.

Apart from the box because a box films without it.
"""

import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.errors import Fault

HOST: Final = "box.localhost"
PORT: Final = 8047
PORTS: Final = (10_000, 32_768)
START_S: Final = 20.0
STOP_S: Final = 10.0
LOOK_S: Final = 0.05


@dataclass(slots=True)
class DemoWeb:
    """`told`: the file that its log goes to. The port is `port`, or a free one where that is taken or 0.

    `options` go to `fieldreel web`. `page`: one that
    anybody may see at `host`.
    """

    home: Path
    run: Path
    told: Path
    port: int = PORT
    options: list[str] = field(default_factory=list)
    host: str = HOST
    page: str = "/unlock"
    _launched: bool = False
    _process: "subprocess.Popen[bytes] | None" = None

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def launch(self) -> None:
        """Start it and wait for nothing; again at the same address as before."""
        if not self._launched:
            self.port, self._launched = free_port(self.port), True
        with self.told.open("ab") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "appliance", *self.command()],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                start_new_session=True,
            )

    def command(self) -> list[str]:
        """What `fieldreel` is to be called with."""
        return ["web", "--home", str(self.home), "--hardware", "bench", *self.serving()]

    def serving(self) -> list[str]:
        bind = f"127.0.0.1:{self.port}"
        return ["--run", str(self.run), "--bind", bind, "--host", self.host, *self.options]

    def wait_usable(self) -> None:
        """Until the first page is served. Raises Fault if that never is."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            with suppress(OSError, http.client.HTTPException):
                if self._ask() == 200:
                    return
            time.sleep(LOOK_S)
        raise Fault("The pages are not served.", f"See {self.told}.")

    def _ask(self) -> int:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            line.request("GET", self.page, headers={"Host": f"{self.host}:{self.port}"})
            return line.getresponse().status
        finally:
            line.close()

    def stop(self) -> int:
        """Its exit code, 0 where none runs."""
        if self._process is None:
            return 0
        self._process.terminate()
        try:
            code = self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.kill()
            return -signal.SIGKILL
        self._process = None
        return code

    def kill(self) -> None:
        """SIGKILL to it and to what it started, as a power cut would."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


def free_port(port: int) -> int:
    """`port`, or where that is taken or 0 one below those that the kernel lends to connections (from 32768 on).

    A lent one would be taken from a server that is killed: by whoever asks it again and again, and so finds itself.
    """
    draw = random.SystemRandom()
    for wanted in (port, *(draw.randrange(*PORTS) for _ in range(100))):
        with socket.socket() as trying, suppress(OSError):
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trying.bind(("127.0.0.1", wanted))
            if wanted != 0:
                return wanted
    raise Fault("No port is free for the pages.")
