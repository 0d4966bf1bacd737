"""A recorder process with the test card as its camera, and lines to ask it and to press its button.

Apart because four rows watch a real recorder from outside, as the web and a finger would.
"""

import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from appliance.capture.camera import Profile
from appliance.clock import SystemClock
from appliance.errors import RecorderGone
from appliance.intercom import Line
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.signing import make_device

START_S: Final = 30.0
CHANGE_S: Final = 30.0
RECORDER: Final = ("appliance", "recorder")
_CLOCK: Final = SystemClock()


@dataclass(frozen=True, slots=True)
class Box:
    """`line` asks, `bench` presses; one thread each."""

    home: Path
    run: Path
    line: Line
    bench: Line

    def change(self, do: str, **fields: Any) -> dict[str, Any]:
        return self.line.ask(do, op_id=str(uuid.uuid4()), **fields)

    def finger(self, down: bool) -> None:
        self.bench.ask("finger", button="record", down=down)

    def another_line(self) -> Line:
        return Line(self.run / "recorder.sock")

    def wait(self, wanted: Callable[[dict[str, Any]], object]) -> tuple[dict[str, Any], int]:
        """The first status that is `wanted`, and when it came (CLOCK_MONOTONIC microseconds)."""
        deadline = time.monotonic() + CHANGE_S
        with self.another_line() as line:
            for status in line.subscribe():
                if wanted(status):
                    return status, _CLOCK.monotonic_us()
                if time.monotonic() > deadline:
                    break
        raise RuntimeError("the recorder did not do what was asked")

    def start(self) -> None:
        """Start filming, and wait for the first second on the disk."""
        self.change("start")
        self.wait(lambda status: status["film"] and status["film"]["acked_ms"])

    def stop(self) -> None:
        self.change("stop")
        self.wait(lambda status: status["state"] == "ready")


@contextmanager
def running_box(folder: Path, profile: Profile, module: tuple[str, ...] = RECORDER, *options: str) -> Iterator[Box]:
    """A recorder that is ready; `folder` gets its home. Its sockets lie elsewhere, for their names must be short."""
    home = folder / "home"
    home.mkdir()
    make_device(home / "device", ["recorder", "web"], HybridIdentity.generate().recipient.text + "\n")
    size = (f"--{name}={getattr(profile, name)}" for name in ("width", "height", "fps", "bitrate"))
    with tempfile.TemporaryDirectory(prefix="fieldreel-") as name, (folder / "recorder.log").open("wb") as told:
        run = Path(name)
        command = [sys.executable, "-m", *module, "--hardware=bench", "--camera=test-card", f"--home={home}"]
        process = subprocess.Popen([*command, f"--run={run}", *size, *options], stdout=told, stderr=told)
        try:
            with Line(run / "recorder.sock") as line, Line(run / "bench.sock") as bench:
                _wait_ready(line, process)
                yield Box(home, run, line, bench)
        finally:
            process.terminate()
            if process.wait(CHANGE_S):
                raise RuntimeError((folder / "recorder.log").read_text(encoding="utf-8"))


def _wait_ready(line: Line, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if line.ask("status")["state"] == "ready":
                return
        except RecorderGone:
            pass
        time.sleep(0.02)
    raise RuntimeError("the recorder did not start")
