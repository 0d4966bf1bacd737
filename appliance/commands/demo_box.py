"""A whole appliance on this machine for trying out: throw-away keys, a home, the real recorder and web as processes.

Apart from the screen so that tests drive the same box.
"""

import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from appliance.commands.demo_web import PORT, DemoWeb
from appliance.errors import BadInput, RecorderGone
from appliance.intercom import Answer, Intercom, Line, Request
from appliance.panel.panel import Button
from appliance.worker import Worker

PASSPHRASE: Final = "throw-away key of the demo"  # noqa: S105 - it protects nothing and is shown on the screen
START_S: Final = 20.0
STOP_S: Final = 40.0
TAP_S: Final = 0.08
ANSWERED_S: Final = 0.3
DARK_S: Final = 1.0


@dataclass(slots=True)
class DemoBox:
    """`home` and `office.key` lie in `folder`; `options` go to `fieldreel recorder`."""

    folder: Path
    options: list[str]
    _process: "subprocess.Popen[bytes] | None" = None
    _run: "tempfile.TemporaryDirectory[str] | None" = None
    intercom: Line | None = None
    bench: Line | None = None
    web: DemoWeb | None = None
    _courier: "subprocess.Popen[bytes] | None" = None
    _clock: "subprocess.Popen[bytes] | None" = None
    unplugged: bool = False
    _plug: Intercom | None = None
    environ: dict[str, str] = field(default_factory=dict)
    """What its processes find in their environment besides ours."""

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def office_key(self) -> Path:
        return self.folder / "office.key"

    def prepare(self) -> None:
        """Make the office key, the escrow key and the device folder, where they are not there yet.

        Both pairs at once, for a passphrase takes its seconds each time.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        done(*[begun("keys", name, "-o", str(self.folder / f"{name}.key")) for name in ("office", "escrow")])
        files = [str(self.folder / f"{name}.pub") for name in ("office", "escrow")]
        options = [option for file in files for option in ("--recipient-file", file)]
        done(begun("keys", "device", "--home", str(self.home), *options))

    def start(self) -> None:
        """Start the recorder and wait for it, as `wait_ready`."""
        self.launch()
        self.wait_ready()

    @property
    def run(self) -> Path:
        """Where the sockets are, away from everything that is kept."""
        self._run = self._run or tempfile.TemporaryDirectory(prefix="fieldreel-")
        return Path(self._run.name)

    def start_web(self, port: int = PORT) -> str:
        """Start the pages and give their address once the first is served. Raises Fault."""
        self.web = self.web or DemoWeb(self.home, self.run, self.folder / "web.log", port)
        self.web.launch()
        self._clock = self._clock or self._start("clock")
        if self._plug is None:
            self._plug = Intercom(self.run / "plug.sock", self._pull)
            self._plug.open()
        self.web.wait_usable()
        return self.web.address

    def launch(self) -> None:
        """Start the recorder and wait for nothing."""
        self._process = self._start("recorder", *self.options)
        self.intercom, self.bench = Line(self.run / "recorder.sock"), Line(self.run / "bench.sock")

    def launch_courier(self) -> None:
        """Start what carries films to the office that this box was given, and wait for nothing."""
        self._courier = self._start("courier")

    def _start(self, name: str, *options: str) -> "subprocess.Popen[bytes]":
        places = ["--hardware", "bench", "--home", str(self.home), "--run", str(self.run)]
        with (self.folder / f"{name}.log").open("ab") as told:
            return subprocess.Popen(
                [sys.executable, "-m", "appliance", name, *places, *options],
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.environ},
            )

    def wait_ready(self) -> None:
        """Until the recorder is ready or says why not. Raises RecorderGone."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process is not None and self._process.poll() is None:
            try:
                if self.status()["state"] != "starting":
                    return
            except RecorderGone:
                pass
            time.sleep(0.05)
        raise RecorderGone("The recorder did not start.", f"See {self.folder / 'recorder.log'}.")

    def status(self) -> dict[str, Any]:
        return self._line(self.intercom).ask("status")

    def press(self) -> None:
        self._finger(True)
        time.sleep(TAP_S)
        self._finger(False)

    def double_press(self) -> None:
        self.press()
        time.sleep(TAP_S)
        self.press()

    def hold(self, seconds: float = 2.3) -> None:
        self._finger(True)
        time.sleep(seconds)
        self._finger(False)

    def pen_press(self) -> None:
        self._finger(True, Button.RECESSED)
        time.sleep(TAP_S)
        self._finger(False, Button.RECESSED)

    def look(self) -> dict[str, Any]:
        """The lamp's colour now, the bench's switches and the machine's readings."""
        return self._line(self.bench).ask("look")

    def click(self) -> None:
        """Press the clicker's forward button."""
        self._line(self.bench).ask("click")

    def fault(self, name: str, value: bool | float) -> None:
        self._line(self.bench).ask("fault", name=name, value=value)

    def stop(self) -> int:
        """Switch the box off; the recorder's exit code, 0 where none runs."""
        if self._plug is not None:
            self._plug.close()
            self._plug = None
        if self.web is not None:
            self.web.stop()
            self.web = None
        for process in (self._courier, self._clock, self._process):
            if process is not None:
                process.terminate()
        for process in (self._courier, self._clock):
            if process is not None:
                _ended(process)
        self._courier = self._clock = None
        code = self.wait()
        if self._run is not None:
            self._run.cleanup()
            self._run = None
        return code

    def wait(self) -> int:
        """The exit code of a recorder that was told to end; one that does not is killed."""
        if self._process is None:
            return 0
        code = _ended(self._process)
        self._process = None
        self._hang_up()
        return code

    def kill(self) -> None:
        """SIGKILL, as a power cut would leave the process; its sockets stay for the next one to find."""
        if self._process is not None:
            self._process.kill()
            self.wait()

    def _pull(self, request: Request) -> Answer:
        """The mains plug: a moment after the answer everything is killed, and a second later it has power again."""
        if request["do"] != "pull" or self.unplugged:
            raise BadInput("The plug can be pulled, once at a time.")
        self.unplugged = True
        Worker("plug", lambda _stopping: self._power_cut()).start()
        return {}

    def _power_cut(self) -> None:
        time.sleep(ANSWERED_S)
        if self.web is not None:
            self.web.kill()
        carries, tells_time = self._courier is not None, self._clock is not None
        for process in (self._courier, self._clock):
            if process is not None:
                process.kill()
                process.wait()
        (self.run / "source").unlink(missing_ok=True)  # what is on the RAM disk goes with the power
        self.kill()
        time.sleep(DARK_S)
        self.start()
        if carries:
            self.launch_courier()
        if tells_time:
            self._clock = self._start("clock")
        if self.web is not None:
            self.web.launch()
            self.web.wait_usable()
        self.unplugged = False

    def _hang_up(self) -> None:
        for line in (self.intercom, self.bench):
            if line is not None:
                line.close()

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def _finger(self, down: bool, button: Button = Button.RECORD) -> None:
        self._line(self.bench).ask("finger", button=button.value, down=down)

    def _line(self, line: Line | None) -> Line:
        if line is None:
            raise RecorderGone("The recorder was not started.")
        return line


def begun(*arguments: str) -> "subprocess.Popen[str]":
    """One of our own commands, as a newcomer would type it."""
    return subprocess.Popen(
        [sys.executable, "-m", "appliance", *arguments],
        env={**os.environ, "FIELDREEL_PASSPHRASE": PASSPHRASE, "FIELDREEL_NEW_PASSPHRASE": PASSPHRASE},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def done(*commands: "subprocess.Popen[str]") -> None:
    """Waits for all of them. Raises BadInput with what one said that failed."""
    told = [command.communicate()[1] for command in commands]
    for command, said in zip(commands, told, strict=True):
        if command.returncode:
            raise BadInput(f"{command.args!r} failed: {said.strip()}")


def _ended(process: "subprocess.Popen[bytes]") -> int:
    """The exit code of one that was told to end; one that does not is killed."""
    try:
        return process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
