"""Runs inside a machine of the lab: what comes over its serial port it does, and sends back what was printed.

Apart because it runs on the machine's own Python and knows nothing of us. One JSON object a line, each way:
{"id", "script", "stdin", "timeout_s"}, and {"id", "code", "told"}. So a machine needs neither network nor login.
"""

import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

PORTS = Path("/sys/class/virtio-ports")
NAME = "lab"
NOBODY_S = 0.2
"""So long nothing is read where nobody holds the other end."""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Into a file and through no pipe: what a script leaves running keeps nobody waiting."""
    with tempfile.TemporaryFile(dir="/run") as told:
        child = subprocess.Popen(
            ["/bin/bash", "-c", request["script"]],
            stdin=subprocess.PIPE,
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        )
        try:
            child.communicate(request["stdin"].encode(), timeout=request["timeout_s"])
            code = child.returncode
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            code = 124
        told.seek(0)
        return {"id": request["id"], "code": code, "told": told.read().decode(errors="replace")}


def say(port: int, message: dict[str, Any]) -> None:
    line = json.dumps(message).encode() + b"\n"
    while line:
        line = line[os.write(port, line) :]


def find_port() -> Path:
    """By what the kernel says, for udev gives no names here."""
    while True:
        for port in PORTS.iterdir() if PORTS.exists() else ():
            if (port / "name").read_text().strip() == NAME:
                return Path("/dev", port.name)
        time.sleep(NOBODY_S)


def main() -> None:
    port, held = os.open(find_port(), os.O_RDWR | os.O_CLOEXEC), b""
    say(port, {"id": 0, "code": 0, "told": Path("/proc/uptime").read_text().split()[0]})
    while True:
        read = os.read(port, 65_536)
        if not read:
            time.sleep(NOBODY_S)
        *lines, held = (held + read).split(b"\n")
        for line in lines:
            say(port, answer(json.loads(line)))


if __name__ == "__main__":
    main()
