"""The bench on a board: the box's own programs, camera and card, and a person at the terminal.

Apart so that the checks can be tried without any of these.
"""

import contextlib
import os
import platform
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from appliance.capture.camera import Microphone, Profile
from appliance.capture.microphone import Arecord
from appliance.capture.pi_camera import PiCamera
from appliance.capture.pi_streams import widest
from appliance.clock import SystemClock
from appliance.intercom import Line
from appliance.sealing.certificates import check_certificate, check_signature
from appliance.store.durable import Durable
from appliance.store.layout import LOG, Home
from appliance.store.lines import Closed, Recovered
from appliance.store.listing import list_sessions
from appliance.store.log import read_log
from appliance.store.verify import verify_session
from tests.board.bench import DEEDS, Eyes, Kept, Notes, Refused, Status, await_state

RECORDER: Final = "fieldreel-recorder.service"
MODEL: Final = Path("/proc/device-tree/model")
LIBRARIES: Final = ("fieldreel", "cryptography", "av", "numpy", "gpiozero")
LOOK_S: Final = 0.1


def model() -> str:
    """Raises FileNotFoundError on a machine that is no board."""
    return MODEL.read_text(encoding="utf-8").rstrip("\0\n ")


def versions() -> dict[str, str]:
    found = {"model": model(), "kernel": platform.release(), "python": platform.python_version()}
    release = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    found["system"] = release.get("PRETTY_NAME", "").strip('"')
    for package in ("python3-picamera2", "libcamera0.5", "python3-lgpio", "raspi-firmware"):
        told = subprocess.run(["dpkg-query", "-Wf${Version}", package], capture_output=True, text=True, check=False)
        found[package] = told.stdout or "not installed"
    return found | {name: version(name) for name in LIBRARIES}


class RealBench:
    """A Bench. `save` makes the notes durable; `begin` is called before each check."""

    def __init__(self, home: Path, run_dir: Path, save: Callable[[], None]) -> None:
        self.home = home
        self.notes: Notes = {}
        self._save = save
        self._line = Line(run_dir / "recorder.sock")
        self._clock = SystemClock()

    def close(self) -> None:
        self._line.close()

    def begin(self, _key: str, notes: Notes) -> None:
        self.notes = notes

    def note(self, **changes: Any) -> None:
        for name, value in changes.items():
            if value is None:
                self.notes.pop(name, None)
            else:
                self.notes[name] = value
        self._save()

    def tell(self, text: str) -> None:
        print(f"\n  {text}")

    def word(self, question: str) -> str | None:
        print(f"\n  {question}\n  > ", end="", flush=True)
        return sys.stdin.readline().strip() or None

    def yes(self, question: str) -> bool | None:
        while (said := self.word(f"{question} [y/n, or just enter to leave it out]")) is not None:
            if said[:1].lower() in "yn":
                return said[:1].lower() == "y"
        return None

    def number(self, question: str) -> float | None:
        while (said := self.word(question)) is not None:
            with contextlib.suppress(ValueError):
                return float(said.replace(",", "."))
        return None

    def until(self, deed: str, so: Callable[[Status], bool], most_s: float) -> float | None:
        self.tell(DEEDS[deed])
        began_s = self.now_s()
        while self.now_s() - began_s < most_s:
            if so(self.status()):
                return self.now_s() - began_s
            self.wait(LOOK_S)
        return None

    def status(self) -> Status:
        return self._line.ask("status")

    def order(self, verb: str) -> None:
        self._line.ask(verb, op_id=str(uuid.uuid4()))

    def run(self, *command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refused(f"{command[0]}: {(done.stderr or done.stdout).strip()[-300:]}")
        return done.stdout

    def now_s(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def long_s(self, seconds: float) -> float:
        return seconds

    def boot(self) -> str:
        return self._clock.boot_id()

    def model(self) -> str:
        return model()

    @contextlib.contextmanager
    def eyes(self) -> Iterator[Eyes]:
        profile = Profile()
        camera = PiCamera(profile)
        with self._recorder_away():
            camera.open()
            try:
                yield self._eyes(camera, profile)
            finally:
                camera.close(5)

    @contextlib.contextmanager
    def ears(self) -> Iterator[Microphone]:
        microphone = Arecord(None, self._clock)
        with self._recorder_away():
            microphone.open()
            try:
                yield microphone
            finally:
                microphone.close(5)

    def _eyes(self, camera: PiCamera, profile: Profile) -> Eyes:
        inside: Any = camera._camera  # what only a bench wants to know has no place in the Protocol
        modes = list(inside.sensor_modes)
        chosen = dict(inside.camera_config["sensor"]) if inside.camera_config.get("sensor") else widest(modes, profile)
        lens = lambda: inside.capture_metadata(wait=2).get("LensPosition")  # noqa: E731 - one word of a long answer
        return Eyes(camera, modes, chosen or {}, lambda: type(camera._encoder).__module__, lens)

    @contextlib.contextmanager
    def _recorder_away(self) -> Iterator[None]:
        """Its socket is gone with it, and back when it is ready."""
        running = self._is_active()
        if running:
            self.run("systemctl", "stop", RECORDER)
        try:
            yield
        finally:
            if running:
                self.run("systemctl", "start", RECORDER)
                self._line.close()
                await_state(self, lambda told: told["state"] == "ready", 30, "the recorder")

    def _is_active(self) -> bool:
        return subprocess.run(["systemctl", "is-active", "--quiet", RECORDER], check=False).returncode == 0

    def kept(self, session: str) -> Kept:
        home = Home(self.home)
        facts = next((each for each in list_sessions(home) if each.id == session), None)
        if facts is None:
            return Kept("missing", "", 0, sound=False)
        verdict = verify_session(home.session(session), check_signature, check_certificate)
        last = read_log((home.session(session) / LOG).read_bytes()).lines[-1]
        reason = last.reason if isinstance(last, Closed | Recovered) else ""
        return Kept(facts.state, reason, facts.film_ms, verdict.sound)

    def synced_ms(self, count: int, size_bytes: int) -> list[float]:
        """In the folder of the films, beside them: the same card, the same file system."""
        durable, data, took_ms = Durable(), os.urandom(size_bytes), list[float]()
        path = Home(self.home).sessions / "board-check.tmp"
        for _ in range(count):
            began_s = time.monotonic()
            durable.write_whole(path.with_suffix(""), data)
            took_ms.append((time.monotonic() - began_s) * 1000)
        path.with_suffix("").unlink()
        return took_ms
