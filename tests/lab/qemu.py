"""The two lines into a QEMU: its monitor, and the agent inside the machine.

Apart from the machine's life, because these are nothing but messages.
"""

import json
import socket
import time
from pathlib import Path
from typing import Any, Final

MORE_S: Final = 30.0
"""Beyond a script's own limit, until the line counts as dead."""


class Lines:
    """JSON objects, one a line, each way. Raises TimeoutError, and ConnectionError where the other end has gone."""

    def __init__(self, line: socket.socket) -> None:
        self._line, self._held = line, b""

    def send(self, message: dict[str, Any]) -> None:
        self._line.sendall(json.dumps(message).encode() + b"\n")

    def read(self, timeout_s: float) -> dict[str, Any]:
        deadline = time.monotonic() + timeout_s
        while b"\n" not in self._held:
            self._line.settimeout(max(0.001, deadline - time.monotonic()))
            data = self._line.recv(65_536)
            if not data:
                raise ConnectionError("the machine has gone")
            self._held += data
        line, _, self._held = self._held.partition(b"\n")
        message: dict[str, Any] = json.loads(line)
        return message


class Monitor:
    """QEMU's own protocol (QMP), and by it the older one of words (HMP)."""

    def __init__(self, line: socket.socket) -> None:
        self._lines = Lines(line)
        self._lines.read(MORE_S)
        self.ask("qmp_capabilities")

    def ask(self, verb: str, **arguments: Any) -> Any:
        """Raises RuntimeError with QEMU's own words."""
        self._lines.send({"execute": verb, "arguments": arguments})
        while True:
            message = self._lines.read(MORE_S)
            if "error" in message:
                raise RuntimeError(f"{verb}: {message['error']['desc']}")
            if "return" in message:
                return message["return"]

    def order(self, words: str) -> str:
        """As typed by a person, e.g. "device_del stick"; what was answered."""
        return str(self.ask("human-monitor-command", **{"command-line": words})).strip()


class Wire:
    """To the agent (agent.py). What it answers to a script that nobody waits for any more is passed over."""

    def __init__(self, line: socket.socket) -> None:
        self._lines, self._asked = Lines(line), 0

    def hello(self, timeout_s: float) -> float:
        """Seconds since the kernel's start, once the agent is there."""
        return float(self._lines.read(timeout_s)["told"])

    def begin(self, script: str, stdin: str = "", timeout_s: float = 60.0) -> None:
        self._asked += 1
        self._lines.send({"id": self._asked, "script": script, "stdin": stdin, "timeout_s": timeout_s})

    def ask(self, script: str, stdin: str, timeout_s: float) -> tuple[int, str]:
        """(exit code, what was printed)."""
        self.begin(script, stdin, timeout_s)
        while True:
            message = self._lines.read(timeout_s + MORE_S)
            if message["id"] == self._asked:
                return int(message["code"]), str(message["told"])


def connected(path: Path) -> socket.socket | None:
    """None where nobody listens there yet."""
    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(str(path))
    except OSError:
        line.close()
        return None
    return line
