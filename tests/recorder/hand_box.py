"""A whole recorder without threads: real parts, a clock and a camera moved by hand.

Everything that waits in a part's inbox is done by `settle`, in the order in which the threads would do it.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from appliance.capture.camera import Level, Picture, Profile
from appliance.capture.packet import Sink
from appliance.clock import SetClock
from appliance.errors import Fault
from appliance.health.bench_health import BenchHealth
from appliance.panel.bench_panel import BenchPanel
from appliance.panel.panel import Button, Colour, Panel
from appliance.recorder.attendant import Attendant
from appliance.recorder.mark import FilmingMark
from appliance.recorder.notices import Notice
from appliance.recorder.packet_queue import PacketQueue
from appliance.recorder.parts import Parts
from appliance.recorder.pipeline import Pipeline, Recipients
from appliance.recorder.scribe import Scribe
from appliance.recorder.showing import Showing
from appliance.recorder.taking import Taking
from appliance.sealing.age import open_sealed
from appliance.sealing.identities import HybridIdentity, parse_identity
from appliance.sealing.ops import known_writers, open_op
from appliance.sealing.sealed import Sealed
from appliance.sealing.signing import WriterKey, make_device
from appliance.store.durable import Durable
from appliance.store.lanes import Lane
from appliance.store.layout import Home
from appliance.store.sessions import SessionFacts, list_sessions
from appliance.store.space import Space
from appliance.visit.states import State
from tests.segment.fakes import SPS, delta, key, sound

FRAME_US = 1_000_000 // 30
SOUND_US = 1_024_000_000 // 48_000


class HandCamera:
    """A Camera whose pictures are pushed by the test; `refuse` is raised by the call named in it."""

    def __init__(self) -> None:
        self.profile = Profile(320, 180)
        self.sink: Sink | None = None
        self.refuse: dict[str, Exception] = {}
        self.calls: list[str] = []
        self.sps, self.sent, self.next_us = SPS, 0, 0

    def send_picture(self, at_us: int) -> None:
        """One picture, a key frame every 30 since `start`."""
        if self.sink is not None:
            self.sink(delta(at_us, self.sent) if self.sent % 30 else key(at_us, self.sent, sps=self.sps))
            self.sent += 1

    def send_sound(self, until_us: int) -> None:
        """Every sound frame that is due."""
        self.next_us = max(self.next_us, until_us - 1_000_000)
        while self.sink is not None and self.next_us <= until_us:
            self.sink(sound(self.next_us))
            self.next_us += SOUND_US

    def _call(self, name: str) -> None:
        self.calls.append(name)
        if name in self.refuse:
            raise self.refuse[name]

    def open(self) -> None:
        self._call("open")

    def start(self, sink: Sink) -> None:
        self._call("start")
        self.sink, self.sent = sink, 0

    def stop(self, timeout_s: float) -> None:
        self.sink = None
        self._call("stop")

    def picture(self) -> Picture | None:
        return None

    def close(self, timeout_s: float) -> None:
        self._call("close")


class HandMicrophone(HandCamera):
    """A Microphone likewise; `loudness` is what its meter shows."""

    loudness: Level | None = Level(-30.0, -20.0)

    def level(self) -> Level | None:
        return self.loudness


class HandSpace(Space):
    """The card's own answer, unless the test knows better."""

    said: int | None = None

    def minutes_left(self) -> int:
        return super().minutes_left() if self.said is None else self.said


class HandBox:
    """The recorder's parts on a clock that stands still until `film`, `wait` or a finger moves it."""

    def __init__(
        self,
        folder: Path,
        *,
        durable: Durable | None = None,
        continues: str | None = None,
        supervised: bool = False,
    ) -> None:
        self.clock, self.home = SetClock(), Home(folder)
        self.camera, self.microphone = HandCamera(), HandMicrophone()
        self.panel, self.health = BenchPanel(self.clock), BenchHealth()
        self.health.set(utc_source="rtc")
        self.office = HybridIdentity.generate()
        folder.mkdir(parents=True, exist_ok=True)
        if not self.home.device.exists():
            make_device(self.home.device, ["recorder", "web"], f"{self.office.recipient.text}\n")
        self.signer = WriterKey.load(self.home.device, "recorder")
        durable = durable or Durable()
        self.notices: list[Notice] = []
        self.packets = PacketQueue()
        self.taking = Taking(
            camera=self.camera,
            microphone=self.microphone,
            packets=self.packets,
            clock=self.clock,
            notify=self._notify,
        )
        self.pipeline = Pipeline(
            queue=self.packets,
            home=self.home,
            profile=self.camera.profile,
            clock=self.clock,
            recipients=Recipients((self.office.recipient,), lambda: None),
            signer=self.signer,
            notify=self._notify,
            durable=durable,
        )
        self.scribe = Scribe(Lane(self.home, "recorder", durable=durable), self.signer, self.clock, "recorder")
        self.space = HandSpace(self.home, 8_000_000)
        self.mark = FilmingMark(folder / "run" / "filming")
        office = (self.office.recipient,)
        parts = Parts(self.clock, self.taking, self.scribe, self.space, self.health, self.microphone, office, self.mark)
        self.attendant = Attendant(replace(parts, supervised=supervised), continues=continues)
        self.attach(self.panel)
        self.sounding = self.filming = True
        self.stalled = False
        """A card that takes nothing: what waits for it waits on."""

    def attach(self, panel: Panel) -> None:
        """From here on fingers and lamp are those of `panel`."""
        self.showing = Showing(panel)
        panel.open(self.attendant.edge)

    def boot(self) -> "HandBox":
        self.taking.open()
        self.settle()
        return self

    def settle(self) -> None:
        """Until no part has anything left to do at this moment."""
        writing: tuple[Callable[[], bool], ...] = (self.pipeline.carry_out, self.scribe.carry_out)
        while True:
            waiting = not self.attendant.inbox.empty()
            self.attendant.turn()
            parts = (self.taking.carry_out, *(() if self.stalled else writing))
            if sum(part() for part in parts) == 0 and not waiting:
                break
        self.showing.show(self.attendant, self.clock.monotonic_us())

    def wait(self, seconds: float) -> None:
        """Time goes by in frames; camera and microphone send what they would."""
        end_us = self.clock.monotonic_us() + round(seconds * 1e6)
        while self.clock.monotonic_us() < end_us:
            if self.filming:
                self.camera.send_picture(self.clock.monotonic_us())
            if self.sounding:
                self.microphone.send_sound(self.clock.monotonic_us())
            self.clock.advance(us=FRAME_US)
            self.settle()

    def press(self, down_s: float = 0.1, button: Button = Button.RECORD) -> None:
        self.panel.finger(button, True)
        self.settle()
        self.wait(down_s)
        self.panel.finger(button, False)
        self.settle()

    def seen(self, kind: type[Notice]) -> list[Notice]:
        return [notice for notice in self.notices if isinstance(notice, kind)]

    def stands(self, *states: State) -> bool:
        return self.attendant.state in states

    def shows(self, colour: Colour) -> bool:
        return self.panel.colour is colour

    @property
    def faults(self) -> list[type[Fault]]:
        return [type(fault) for fault in self.attendant.standing.faults]

    @property
    def sessions(self) -> list[SessionFacts]:
        return list_sessions(self.home)

    def _notify(self, notice: Notice) -> None:
        self.notices.append(notice)
        self.attendant.notify(notice)


def ops(box: HandBox, session: str) -> list[dict[str, object]]:
    """The recorder's facts about a session, opened with the office's key."""
    key = open_sealed(Sealed.found((box.home.session(session) / "key.age").read_bytes()), [box.office])
    identity = parse_identity(key.decode().strip())
    check = known_writers([box.signer.certificate])
    files = sorted(box.home.lane("recorder").glob("*.op.age"))
    return [open_op(Sealed.found(file.read_bytes()), [identity], check) for file in files]
