"""A keeper process with its line in the test's hands, so that anything at all can be sent to it."""

import json
import socket
import struct
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.playback import wire

GONE_S = 10


@dataclass
class RawKeeper:
    process: "subprocess.Popen[str]"
    line: socket.socket

    @classmethod
    def start(cls, root: Path) -> "RawKeeper":
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-B", "-m", "appliance.playback.keeper", str(theirs.fileno()), "box", str(root)]
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stderr=subprocess.PIPE, text=True)
        ours.settimeout(GONE_S)
        return cls(process, ours)

    def __enter__(self) -> "RawKeeper":
        return self

    def __exit__(self, *_exc: object) -> None:
        self.line.close()
        with self.process:
            self.process.kill()

    def send(self, head: bytes, body: bytes = b"") -> None:
        """Two lengths and two runs of bytes, whatever they are."""
        self.line.sendall(struct.pack(">I", len(head)) + head + struct.pack(">I", len(body)) + body)

    def answer(self) -> dict[str, Any]:
        return wire.receive(self.line)[0]

    def ask(self, head: dict[str, Any], *parts: bytes) -> dict[str, Any]:
        self.send(json.dumps({**head, "parts": [len(part) for part in parts]}).encode(), b"".join(parts))
        return self.answer()

    def end(self) -> str:
        """Hang up; what it said on its standard error."""
        self.line.close()
        _, said = self.process.communicate(timeout=GONE_S)
        return said
