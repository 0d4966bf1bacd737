"""The composition root: the only file that names concrete hardware and puts the parts of a process together."""

import os
import resource
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Final

from appliance.bench import Bench
from appliance.board import Board
from appliance.capture.beeper import Beeper
from appliance.capture.camera import Camera, Microphone
from appliance.capture.faults import Faults
from appliance.capture.film import Film
from appliance.capture.microphone import Arecord
from appliance.capture.pi_camera import PiCamera
from appliance.capture.test_card import TestCard
from appliance.capture.webcam import Webcam
from appliance.clock import BenchClock, BoxClock, Clock
from appliance.config import Config
from appliance.errors import BadInput, Forbidden
from appliance.health.bench_health import BenchHealth
from appliance.health.card import Card
from appliance.health.health import Health, Reading
from appliance.health.pi_health import PiHealth
from appliance.health.pi_sugar import PiSugar
from appliance.health.steady_gauge import SteadyGauge
from appliance.intercom import Intercom
from appliance.panel.bench_clicker import BenchClicker
from appliance.panel.bench_panel import BenchPanel
from appliance.panel.clicker import InputClicker
from appliance.panel.gpio_panel import GpioPanel, Wiring, lamp_out
from appliance.panel.panel import Clicker, Panel
from appliance.peers import peers_of
from appliance.recorder.attendant import Attendant
from appliance.recorder.chronicle import Chronicle
from appliance.recorder.erasures import Erasures
from appliance.recorder.expiry import Expiry
from appliance.recorder.fingers import star_by
from appliance.recorder.looking import Looking
from appliance.recorder.mark import FilmingMark
from appliance.recorder.packet_queue import PacketQueue
from appliance.recorder.parts import Parts
from appliance.recorder.pipeline import Pipeline, Recipients
from appliance.recorder.pulse import Pulse
from appliance.recorder.quiet import Patience
from appliance.recorder.recorder import Recorder
from appliance.recorder.requests import Requests
from appliance.recorder.scribe import AGENCY, Fact, Scribe
from appliance.recorder.showing import Showing
from appliance.recorder.taking import Taking
from appliance.said.believing import Believing
from appliance.said.voice import Voice
from appliance.sealing.box_recipients import office_recipients, unlock_recipient
from appliance.sealing.recipients import Recipient
from appliance.sealing.signing import WriterKey
from appliance.store.durable import Durable, FolderLock, Syncs
from appliance.store.lanes import Lane
from appliance.store.layout import Home
from appliance.store.recovery import recover
from appliance.store.sessions import list_sessions
from appliance.store.space import Space
from appliance.visit.states import State
from appliance.worker import Worker

WRITER: Final = "recorder"
GO_ON_US: Final = 30_000_000
"""A film interrupted in this boot longer ago than this is not gone on with by itself."""


@dataclass(frozen=True, slots=True)
class Hardware:
    camera: Camera
    microphone: Microphone
    panel: Panel
    clicker: Clicker
    health: Health
    clock: Clock
    durable: Durable
    bench: Bench | None = None
    gauge: SteadyGauge | None = None
    patience: Patience = field(default_factory=Patience)


def build_recorder(config: Config) -> Recorder:
    """Everything of the recorder process, nothing started; recovery has run. Raises BadInput for a bad home."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hardware = _bench(config) if config.hardware == "bench" else _pi(config)
    home, clock, durable = Home(config.home), hardware.clock, hardware.durable
    office, signer = office_recipients(home.device), WriterKey.load(home.device, WRITER)
    lock = _alone(home, durable)
    recover(home, signer, boot=clock.boot_id(), utc_ms=clock.utc_ms(), utc_source=clock.utc_source(), durable=durable)
    erasures = _erasures(hardware, home, signer)
    return _join(config, hardware, home, office=office, signer=signer, lock=lock, erasures=erasures)


def _erasures(hardware: Hardware, home: Home, signer: WriterKey) -> Erasures:
    voice = Voice(home.statements(WRITER), signer, hardware.clock, hardware.durable)
    believing = Believing(home, voice, str(signer.certificate["device_public"]))
    return Erasures(
        home, voice, believing, clock=hardware.clock, utc_source=_trust(hardware.health), durable=hardware.durable
    )


def _trust(health: Health) -> Callable[[], str]:
    return lambda: health.read().utc_source


def _join(
    config: Config,
    hardware: Hardware,
    home: Home,
    *,
    office: tuple[Recipient, ...],
    signer: WriterKey,
    lock: FolderLock,
    erasures: Erasures,
) -> Recorder:
    clock, packets, board = hardware.clock, PacketQueue(), Board()
    inbox: list[Attendant] = []

    def notify(notice: Any) -> None:
        inbox[0].notify(notice)

    def filming() -> bool:
        return inbox[0].state is State.RECORDING

    taking = Taking(camera=hardware.camera, microphone=hardware.microphone, packets=packets, clock=clock, notify=notify)
    pipeline = Pipeline(
        queue=packets,
        home=home,
        profile=config.profile,
        clock=clock,
        recipients=Recipients(office, lambda: unlock_recipient(home.unlock)),
        signer=signer,
        notify=notify,
        durable=hardware.durable,
    )
    scribe = Scribe(Lane(home, WRITER, durable=hardware.durable), signer, clock, WRITER)
    space = Space(home, config.bitrate)
    mark = FilmingMark(config.run / "filming")
    parts = Parts(
        clock,
        taking,
        scribe,
        space,
        hardware.health,
        hardware.microphone,
        office,
        mark,
        hardware.patience,
        supervised="NOTIFY_SOCKET" in os.environ,
    )
    attendant = Attendant(parts, continues=interrupted(home, clock) if mark.wanted else None)
    inbox.append(attendant)
    showing, chronicle = Showing(hardware.panel), Chronicle(clock.monotonic_us())
    looking = Looking(
        hardware.camera,
        clock,
        notify,
        state=lambda: attendant.state,
        filming_since_us=lambda: taking.filming_since_us,
        framing=lambda: showing.framing_at(clock.monotonic_us()),
    )
    _tend(erasures, attendant)
    erasures.finish()
    requests = Requests(attendant, board, hardware.camera, showing, home, hardware.durable, erasures, chronicle)
    expiry = Expiry(erasures, clock, _trust(hardware.health), hardware.durable)
    intercoms = [Intercom(config.intercom, requests.take, follow=board.follow, peers=peers_of("recorder"))]
    if hardware.bench is not None:
        intercoms.append(Intercom(config.bench, hardware.bench.take, peers=peers_of("bench")))
    gauges = [] if hardware.gauge is None else [Worker("gauge", hardware.gauge.run)]
    workers = [
        *gauges,
        Worker("clicker", lambda stopping: hardware.clicker.listen(star_by(attendant), filming, stopping)),
        Worker("looking", looking.run),
        Worker("expiry", expiry.run),
        Worker("taking", taking.run),
        Worker("pipeline", pipeline.run),
        Worker("scribe", scribe.run),
    ]
    return Recorder(
        attendant,
        hardware.panel,
        hardware.clicker,
        showing,
        board,
        packets,
        workers,
        intercoms,
        Pulse(),
        chronicle,
        lock,
        config.run / "off",
    )


def _tend(erasures: Erasures, attendant: Attendant) -> None:
    """Erasing asks the attendant what is filmed now, and says in the lane what is gone."""

    def filming() -> str | None:
        return attendant.current.session if attendant.current is not None else None

    def tell(session: str, op_id: str) -> "Future[str]":
        fact = Fact("erased", AGENCY, attendant.parts.office, {"session": session}, op_id)
        return attendant.parts.scribe.write(fact)

    erasures.filming, erasures.tell = filming, tell


def _alone(home: Home, durable: Durable) -> FolderLock:
    """Raises Forbidden where another recorder writes this home: two would share lanes, numbers and sockets."""
    try:
        return durable.lock(home.root)
    except Forbidden:
        raise Forbidden("Another recorder is running in this home.", "Stop it first.") from None


def interrupted(home: Home, clock: Clock) -> str | None:
    """The session to go on with by itself: the newest film, interrupted in this boot, not paused, less than 30 s old.

    Or ended for a camera that only a new process could help. A session that went on from it and was interrupted before
    its own first second counts as that film still.
    """
    known = {facts.id: facts for facts in list_sessions(home)}
    newest = next(reversed(known.values()), None)
    while newest is not None and newest.state == "empty":
        newest = known.get(newest.continues or "")
    if newest is None or newest.paused or newest.boot != clock.boot_id():
        return None
    if newest.state != "recovered" and newest.reason != "camera-lost":
        return None
    return newest.id if 0 <= clock.monotonic_us() - newest.end_us < GO_ON_US else None


def _bench(config: Config) -> Hardware:
    health, faults = BenchHealth(Reading(utc_source="rtc")), Faults()
    clock = BenchClock(os.environ, lambda: health.read().utc_source)
    camera, microphone = _bench_camera(config, clock, faults)
    panel, clicker, durable = BenchPanel(clock), BenchClicker(clock), Durable(Syncs.for_bench(os.environ))
    bench = Bench(panel, clicker, health, faults, camera)
    return Hardware(camera, microphone, panel, clicker, health, clock, durable, bench, patience=_patience(os.environ))


def _patience(environ: Mapping[str, str]) -> Patience:
    """FIELDREEL_BENCH_QUIET_S: "ask,answer" in seconds, so that ten quiet minutes can be seen in a few seconds."""
    told = environ.get("FIELDREEL_BENCH_QUIET_S")
    if told is None:
        return Patience()
    ask_s, answer_s = map(int, told.split(","))
    return Patience(ask_s * 1_000_000, answer_s * 1_000_000)


def _bench_camera(config: Config, clock: Clock, faults: Faults) -> tuple[Camera, Microphone]:
    kind, _, detail = config.camera.partition(":")
    if kind == "film":
        film = Film(detail, config.profile, clock, faults)
        return film.camera, film.microphone
    if kind == "webcam":
        return Webcam(detail or "/dev/video0", config.profile, clock), Arecord(config.microphone, clock)
    if kind == "picamera2":
        microphone = Beeper(clock, faults) if config.microphone is None else Arecord(config.microphone, clock)
        return PiCamera(config.profile), microphone
    if kind in {"test-card", "pi"}:
        return TestCard(config.profile, clock, faults), Beeper(clock, faults)
    raise BadInput(f"There is no camera called {config.camera!r}.", "Use test-card, film:PATH, webcam or picamera2.")


def _pi(config: Config) -> Hardware:
    clock, camera = BoxClock(config.clock_word), PiCamera(config.profile)
    gauge = SteadyGauge(PiSugar(), clock)
    health = PiHealth(clock.utc_source, gauge, Card(Home(config.home).sessions))
    panel, clicker, microphone = GpioPanel(clock), InputClicker(clock), Arecord(config.microphone, clock)
    return Hardware(camera, microphone, panel, clicker, health, clock, Durable(), gauge=gauge)


def put_lamp_out() -> None:
    """After a recorder that could not. Raises PanelLost."""
    lamp_out(Wiring())
