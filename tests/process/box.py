"""The real recorder as a process that films small pictures, and the waiting that tests of it need.

Apart from the demo's box, which a person waits for: here every wait has an end and says what it waited for.
"""

import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.commands.demo_box import TAP_S, DemoBox
from appliance.errors import RecorderGone
from appliance.intercom import Line
from appliance.panel.panel import Button
from appliance.sealing.certificates import check_certificate, check_signature
from appliance.sealing.signing import WriterKey
from appliance.sealing.wrapping import Identity
from appliance.store.layout import Home
from appliance.store.listing import SessionFacts, list_sessions
from appliance.store.verify import Verdict, verify_session

Status = dict[str, Any]
SMALL = ("--width", "640", "--height", "360", "--bitrate", "1000000")
PATIENCE_S = 30.0
LOOK_S = 0.02
CALM_S = 0.5


def now_us() -> int:
    """CLOCK_MONOTONIC, as the recorder's own clock."""
    return time.monotonic_ns() // 1000


@dataclass(slots=True)
class Box(DemoBox):
    """A DemoBox for tests: `ask` changes, `until` waits, and what it left on the disk can be looked at."""

    _calm_s: float = 0.0

    def press(self) -> None:
        """Once the finger has been away for so long that this is a press of its own and not a nervous one."""
        time.sleep(max(0.0, self._calm_s - time.monotonic()))
        DemoBox.press(self)
        self._calm_s = time.monotonic() + CALM_S

    def double_press(self) -> None:
        self.press()
        time.sleep(TAP_S)
        DemoBox.press(self)
        self._calm_s = time.monotonic() + CALM_S

    def ask(self, verb: str, **fields: Any) -> dict[str, Any]:
        """A request over the intercom, under a new op_id unless one is given."""
        return self._line(self.intercom).ask(verb, **{"op_id": str(uuid.uuid4()), **fields})

    def pen_hold(self, seconds: float) -> None:
        self._finger(True, Button.RECESSED)
        time.sleep(seconds)
        with suppress(RecorderGone):  # it may have switched off by now
            self._finger(False, Button.RECESSED)

    def power(self, **reading: Any) -> None:
        """What the machine reads of its battery from now on."""
        self._line(self.bench).ask("health", **reading)

    def ended(self, within_s: float = PATIENCE_S) -> int:
        """Wait for a recorder that ends by itself; its exit code."""
        assert self._process is not None
        self._process.wait(within_s)
        return self.wait()

    def another_line(self) -> Line:
        """A second one to the same recorder: a request waits for the one before it."""
        return Line(self.run / "recorder.sock")

    def until(self, what: str, done: Callable[[Status], Any], within_s: float = PATIENCE_S) -> Status:
        """The first status with which `done` is content."""
        deadline = time.monotonic() + within_s
        while not done(status := self.status()):
            if time.monotonic() > deadline:
                raise AssertionError(f"not {what} after {within_s:g} s: {status} {self.told}")
            time.sleep(LOOK_S)
        return status

    def state(self, state: str, within_s: float = PATIENCE_S) -> Status:
        return self.until(state, lambda status: status["state"] == state, within_s)

    def filmed(self, ms: int) -> Status:
        """Wait until so much of this session's film is acknowledged."""
        return self.until(f"{ms} ms acknowledged", lambda s: s["film"] is not None and s["film"]["acked_ms"] >= ms)

    def start_film(self, ms: int = 1_000) -> Status:
        """Press, and wait until so much film is acknowledged."""
        self.press()
        return self.filmed(ms)

    def stop_film(self) -> str:
        """Stop over the intercom; the id of the session, closed."""
        self.ask("stop")
        return self.closed()

    def closed(self, within_s: float = PATIENCE_S) -> str:
        """Wait until nothing is filmed; the id of the session closed last."""
        status = self.until("closed", lambda s: s["film"] is None and s["last_session"], within_s)
        return str(status["last_session"])

    def colours(self, seconds: float) -> set[str]:
        """What the lamp shows in so much time."""
        end = time.monotonic() + seconds
        shown = {str(self.look()["colour"])}
        while time.monotonic() < end:
            time.sleep(LOOK_S)
            shown.add(str(self.look()["colour"]))
        return shown

    def late_pictures(self) -> int:
        """How many the camera had no time for: numbers that the film cannot have."""
        return int(self.look()["late_pictures"])

    def faults(self) -> set[str]:
        return {fault["code"] for fault in self.status()["faults"]}

    @property
    def told(self) -> str:
        """Everything that the recorder ever wrote to its log."""
        return (self.folder / "recorder.log").read_text(encoding="utf-8")

    @property
    def layout(self) -> Home:
        return Home(self.home)

    def sessions(self) -> list[SessionFacts]:
        return list_sessions(self.layout)

    def session(self, session_id: str) -> Path:
        return self.layout.session(session_id)

    def verdict(self, session_id: str) -> Verdict:
        return self.verdict_of(self.session(session_id))

    def verdict_of(self, folder: Path) -> Verdict:
        """Of a session of this box, wherever it lies."""
        public = WriterKey.load(self.layout.device, "recorder").certificate["device_public"]
        return verify_session(folder, check_signature, check_certificate, public)


@dataclass(frozen=True, slots=True)
class Studio:
    """Makes boxes that share one office; `keys` is a prepared folder that each box gets a copy of."""

    keys: Path
    place: Path
    office: list[Identity]

    @contextmanager
    def box(self, name: str, *options: str, **environ: str) -> Iterator[Box]:
        """A running box of its own, switched off at the end; `name` may be used once."""
        box = self.unstarted(name, *options, **environ)
        try:
            box.start()
            yield box
        finally:
            box.stop()

    def unstarted(self, name: str, *options: str, **environ: str) -> Box:
        folder = self.place / name
        shutil.copytree(self.keys, folder, dirs_exist_ok=True)
        return Box(folder, [*SMALL, *options], environ=environ)
