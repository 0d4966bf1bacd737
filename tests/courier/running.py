"""The real courier as a process, carrying from a real home; every wait has an end."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from appliance.courier import loads
from appliance.courier.marks import Marks
from appliance.errors import RecorderGone
from appliance.intercom import Line
from appliance.said.trusted import Office, write_office
from appliance.store.durable import Durable
from appliance.store.lanes import read_numbering
from appliance.store.layout import SUMS_SIGNATURE
from appliance.store.listing import session_folders
from tests.office.rig import CarryingBox
from tests.store.makers import make_signer

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
LOOK_S = 0.01
Status = dict[str, Any]


@dataclass(slots=True)
class RunningCourier:
    """`box`: whose home it carries. `log`: all that it ever said."""

    box: CarryingBox
    run: Path
    log: Path
    _process: "subprocess.Popen[bytes] | None" = None
    _line: Line | None = field(default=None)

    def prepare(self, office: Office, rclone_config: Path | None = None) -> None:
        """The keys that a courier looks at, whom to carry to, and the transport credentials."""
        device = self.box.home.device
        device.mkdir(parents=True, exist_ok=True)
        certificate = json.dumps(dict(make_signer(self.box.seed).certificate), separators=(",", ":"))
        (device / "recorder.cert").write_text(certificate + "\n", encoding="utf-8")
        if rclone_config is not None:
            (device / "rclone.conf").write_bytes(rclone_config.read_bytes())
        write_office(self.box.home, office)

    def launch(self) -> None:
        """Start it and wait for nothing."""
        places = ["--home", str(self.box.home.root), "--run", str(self.run)]
        with self.log.open("ab") as told:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "appliance", "courier", "--hardware", "bench", *places],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=told,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self._line = Line(self.run / "courier.sock", 10.0)

    @property
    def pid(self) -> int | None:
        return None if self._process is None else self._process.pid

    def ask(self, verb: str) -> Status:
        assert self._line is not None
        return self._line.ask(verb)

    def until(self, what: str, done: Callable[[Status], Any], within_s: float = PATIENCE_S) -> Status:
        """The first status with which `done` is content."""
        deadline, status = time.monotonic() + within_s, Status()
        while time.monotonic() < deadline:
            with suppress(RecorderGone):
                status = self.ask("status")
                if status and done(status):
                    return status
            time.sleep(LOOK_S)
        raise AssertionError(
            f"not {what} after {PATIENCE_S:g} s: {status} {self.log.read_text(encoding='utf-8')[-2000:]}"
        )

    def all_sent(self) -> Status:
        """Wait until everything that is closed and tagged by now is at every store, as far as the courier knows."""
        self.until("up", lambda _: True)
        self.ask("go")
        return self.until("sent", self._is_sent, PATIENCE_S + 3 * len(list(session_folders(self.box.home))))

    def _is_sent(self, status: Status) -> bool:
        home = self.box.home
        closed = sum((folder / SUMS_SIGNATURE).exists() for folder in session_folders(home))
        states = {state for each in status["sessions"] for state in each["stores"].values()}
        marks = Marks(home, Durable())
        lanes = {writer: read_numbering(home.lane(writer)).next_n for writer in loads.writers(home.lanes)}
        stores = [each["store"] for each in status["stores"]]
        return (
            status["state"] == "idle"
            and len(status["sessions"]) == closed
            and states <= {"sent", "receipted"}
            and all(marks.of(store).lane == lanes for store in stores)
        )

    def kill(self) -> None:
        """SIGKILL, at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._hang_up()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        if self._process is None:
            return 0
        self._process.terminate()
        code = self._process.wait(30)
        self._hang_up()
        return code

    def _hang_up(self) -> None:
        self._process = None
        if self._line is not None:
            self._line.close()
            self._line = None
