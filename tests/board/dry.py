"""A board made of software, and a person who does what they are asked: to see that the list itself works.

Apart because nothing it says is a measurement; a sheet made with it says so in its first line.
"""

import contextlib
import functools
import math
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from appliance.capture.camera import Level, Microphone, Picture, Profile
from appliance.capture.packet import AudioPacket, Packet, Sink, VideoPacket
from tests.bench.material import Loaded, make_material
from tests.board.bench import DEEDS, Eyes, Kept, Notes, Status

PROFILE: Final = Profile(320, 180, 30, 500_000)
MODEL: Final = "Raspberry Pi 4 Model B (made up)"
LONGEST_S: Final = 4.0
FULL: Final = (0, 0, 4608, 2592)
CROPPED: Final = (768, 432, 3072, 1728)
CUT_AFTER_NOTES: Final = 3
BATTERY_NOTES: Final = 260
HANG_S: Final = 21.0
TOLD: Final = {
    "ActiveEnterTimestampMonotonic": "18200000",
    "time": "Startup finished in 4s (kernel) + 12s (userspace) = 16s",
    "-pMemoryDenyWriteExecute": "MemoryDenyWriteExecute=yes PrivateNetwork=yes DevicePolicy=closed WatchdogUSec=20s",
    "/sys/class/watchdog/watchdog0/timeout": "14\nactive\n",
    "dev": "\tInterface wlan0\n\t\tchannel 36 (5180 MHz), width: 20 MHz\n",
}
"""What programs print, by a word of their command."""
BROKEN: Final = {
    "boot-to-ready": {"ActiveEnterTimestampMonotonic": "91000000"},
    "sandbox": {"-pMemoryDenyWriteExecute": "MemoryDenyWriteExecute=no\nPrivateNetwork=yes\nDevicePolicy=closed\n"},
    "no-swap": {"--noheadings": "/dev/mmcblk0p3 partition 512M"},
    "watchdog-set": {"/sys/class/watchdog/watchdog0/timeout": "15\ninactive\n"},
    "five-ghz": {"dev": "\t\tchannel 6 (2437 MHz)\n"},
}


class PlugPulled(BaseException):
    """The power is gone: whatever was not durable is lost, and nothing is tidied up."""


@dataclass
class World:
    """What outlives a start of the script. `broken`: the checks that this board does not pass."""

    broken: frozenset[str] = frozenset()
    boots: int = 1
    now_s: float = 100.0
    sessions: dict[str, Kept] = field(default_factory=dict)

    def reboot(self) -> None:
        self.boots += 1
        self.now_s = 20.0


@functools.cache
def material() -> Loaded:
    with tempfile.TemporaryDirectory() as folder:
        return make_material(Path(folder) / "packets", PROFILE, 8).loaded()


class DryBench:
    """A Bench whose clock runs only while it waits."""

    def __init__(self, world: World, save: Callable[[], None]) -> None:
        self.world, self._save = world, save
        self.home, self.notes, self.key = Path("/nowhere"), Notes(), ""
        self._film_since_s: float | None = None
        self._recorder = 1000
        self._hung_s: float | None = None
        self._lens, self._noted = 1.5, 0
        self._told: dict[str, Any] = {}
        self._fresh()

    def _fresh(self) -> None:
        self._state, self._stars, self._pairing, self._faults = "ready", 0, False, set[str]()

    @property
    def _is_broken(self) -> bool:
        return self.key in self.world.broken

    def begin(self, key: str, notes: Notes) -> None:
        self.key, self.notes = key, notes
        self._noted = 0
        self._fresh()

    def note(self, **changes: Any) -> None:
        self.notes.update(changes)
        for name in [name for name, value in self.notes.items() if value is None]:
            del self.notes[name]
        self._save()
        self._noted += 1

    def tell(self, text: str) -> None:
        print(f"  {text}")

    def yes(self, question: str) -> bool | None:
        asks_for_leave = self.key in {"panic", "thermal", "soak", "battery"}
        return asks_for_leave or not self._is_broken

    def number(self, question: str) -> float | None:
        return 99.0 if self._is_broken else 0.0

    def word(self, question: str) -> str | None:
        return "a phone of software, both bands"

    def until(self, deed: str, so: Callable[[Status], bool], most_s: float) -> float | None:
        self.tell(DEEDS[deed])
        self.wait(1.0)
        if not self._is_broken:
            self._do(deed)
        return 1.0 if so(self.status()) else None

    def _do(self, deed: str) -> None:
        filming = self._state == "recording"
        match deed:
            case "press" if filming:
                self._stars += 1
            case "press" | "bounce":
                self.order("resume" if self._state == "paused" else "start")
            case "double":
                self._state = "paused"
            case "hold":
                self.order("stop")
            case "pen":
                self._pairing = True
            case "click":
                self._stars += 1
            case "cover" | "unplug":
                self._faults.add({"cover": "lens-covered", "unplug": "mic-silent"}[deed])
            case "uncover" | "plug":
                self._faults.clear()

    def status(self) -> Status:
        filming = self._film_since_s is not None
        film_ms = int((self.world.now_s - (self._film_since_s or 0)) * 1000)
        film = {"session": self._session(), "acked_ms": film_ms // 1000 * 1000 + 1, "stars": self._stars}
        return {
            "state": self._state,
            "film": film if filming else None,
            "faults": [{"code": code} for code in sorted(self._faults)],
            "pairing_until_us": 1 if self._pairing else None,
            "last_session": max(self.world.sessions, default=None),
            "queue_ms": 9_000 if self._is_broken else 40,
            "dropped_pictures": 3 if self.key == "soak" and self._is_broken else 0,
            "clicker": True,
            "health": {
                "temperature_c": 88.0 if self._is_broken else 61.0,
                "utc_source": "last known" if self._is_broken else "rtc",
            },
        }

    def _session(self) -> str:
        return f"{len(self.world.sessions):032x}"

    def order(self, verb: str) -> None:
        if verb == "start":
            self._film_since_s, self._state, self._stars = self.world.now_s, "recording", 0
        elif verb == "resume":
            self._state = "recording"
        elif verb == "stop" and self._film_since_s is not None:
            self._keep("closed", "stop")

    def _keep(self, state: str, reason: str) -> None:
        assert self._film_since_s is not None
        film_ms = int((self.world.now_s - self._film_since_s) * 1000) + 2
        session = self._session()
        lost_ms = 5_000 if self._is_broken and self.key == "power-cuts" else 0
        self.world.sessions[session] = Kept(state, reason, film_ms - lost_ms, sound=not self._is_broken)
        self._film_since_s, self._state = None, "ready"

    def run(self, *command: str) -> str:
        told = {**TOLD, **(BROKEN.get(self.key, {}) if self._is_broken else {})}
        if command[:2] == ("kill", "-STOP"):
            self._hung_s = self.world.now_s
        if "MainPID" in command:
            return str(self._pid())
        if command[0] == "sh" and not self._is_broken:
            self._off("recovered", "power")
        return next((told[word] for word in command if word in told), "")

    def _pid(self) -> int:
        if self._hung_s is not None and not self._is_broken and self.world.now_s - self._hung_s > HANG_S:
            self._hung_s, self._recorder = None, self._recorder + 1
        return self._recorder

    def _off(self, state: str, reason: str) -> None:
        if self._film_since_s is not None:
            self._keep(state, reason)
        raise PlugPulled

    def now_s(self) -> float:
        return self.world.now_s

    def wait(self, seconds: float) -> None:
        self.world.now_s += seconds
        if self.notes.get("armed") and self._noted >= CUT_AFTER_NOTES:
            self._off("recovered", "")
        if "began_s" in self.notes and self._noted >= (9 if self._is_broken else BATTERY_NOTES):
            self._off("closed", "power")

    def long_s(self, seconds: float) -> float:
        return min(seconds, LONGEST_S)

    def boot(self) -> str:
        return f"boot {self.world.boots}"

    def model(self) -> str:
        return MODEL

    @contextlib.contextmanager
    def eyes(self) -> Iterator[Eyes]:
        size = (1536, 864) if self._is_broken and self.key == "full-view" else (2304, 1296)
        modes = [{"size": (1536, 864), "crop_limits": CROPPED}, {"size": (2304, 1296), "crop_limits": FULL}]
        module = "libav_h264_encoder" if self._is_broken and self.key == "encoder" else "h264_encoder"
        yield Eyes(Played(self), modes, {"output_size": size}, lambda: f"picamera2.encoders.{module}", self._lens_now)

    @contextlib.contextmanager
    def ears(self) -> Iterator[Microphone]:
        yield Heard(self)

    def _lens_now(self) -> float:
        self._lens += 0.4 if self._is_broken else 0.0
        return self._lens

    def kept(self, session: str) -> Kept:
        return self.world.sessions[session]

    def synced_ms(self, count: int, size_bytes: int) -> list[float]:
        return [4_000.0 if self._is_broken else 12.0] * count


class Played:
    """A Camera that sends the test card's packets when it stops, as many as time went by."""

    profile = PROFILE

    def __init__(self, bench: DryBench) -> None:
        self._bench, self._sink, self._since_s = bench, None, 0.0

    _sink: Sink | None

    def open(self) -> None: ...

    def start(self, sink: Sink) -> None:
        self._sink, self._since_s = sink, self._bench.now_s()

    def stop(self, timeout_s: float) -> None:
        sink, self._sink = self._sink, None
        if sink is None:
            return
        seconds = self._bench.now_s() - self._since_s
        for number, packet in enumerate(each for each in _packets(seconds) if isinstance(each, VideoPacket)):
            if self._bench.key == "pace" and self._bench._is_broken and number % 10 == 9:
                continue
            late = self._bench.key == "key-frames" and self._bench._is_broken and number > 0
            sink(VideoPacket(packet.data, packet.pts_us, packet.key and not late))

    def picture(self) -> Picture | None:
        return None

    def close(self, timeout_s: float) -> None: ...


class Heard(Played):
    """A Microphone likewise."""

    def stop(self, timeout_s: float) -> None:
        sink, self._sink = self._sink, None
        late_us = 70_000 if self._bench._is_broken else 0
        for packet in _packets(self._bench.now_s() - self._since_s):
            if sink is not None and isinstance(packet, AudioPacket):
                sink(AudioPacket(packet.data, packet.pts_us + late_us))

    def level(self) -> Level | None:
        return None


def _packets(seconds: float) -> Iterator[Packet]:
    return (each for each in material().film(math.ceil(seconds), 0) if each.pts_us < seconds * 1e6)
