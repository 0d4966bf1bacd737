"""The control loop: fingers, requests and notices in; state, effects and lamp out.

Apart from everything that can block: whatever may take long is a wish to `taking`, `scribe` or a Worker, and what came
of it comes back through the same inbox.
"""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from appliance.errors import CameraLost, CardFailing, CardFull, Fault, Forbidden, PacketsDropped
from appliance.health.health import Reading
from appliance.panel.panel import EDGE_AGE_US, Button
from appliance.panel.presses import Gesture, Presses
from appliance.recorder.current import Current, WaitingStar
from appliance.recorder.meaning import BLOCKING, GESTURES, REASONS
from appliance.recorder.notices import CameraBack, CameraFailed, Closed, Dropped, Kept, Notice, Opened, Seen
from appliance.recorder.parts import Parts
from appliance.recorder.scribe import Fact
from appliance.recorder.senses import Senses
from appliance.recorder.standing import Standing
from appliance.recorder.watch import LAST_MINUTES, NO_ROOM, Watch
from appliance.sealing.recipients import parse_recipient
from appliance.visit.session import Arming
from appliance.visit.states import Effect, Event, State, step

LOOK_US: Final = 250_000
REOPEN_US: Final = 10_000_000
ROUNDS: Final = 2
"""So often the recovery ladder is climbed for a camera that stays silent; then it is lost."""
PAIRING_US: Final = 120_000_000
STUCK_EXIT: Final = 70
"""Exit code when only a new process can help; systemd starts one."""


@dataclass(slots=True)
class Attendant:
    """`turn` does everything that is due; called by `run` in the main thread and by tests with their own clock."""

    parts: Parts
    continues: str | None = None
    state: State = State.BOOT
    current: Current | None = None
    arming: Arming = field(default_factory=Arming)
    standing: Standing = field(default_factory=Standing)
    reading: Reading = field(default_factory=Reading)
    presses: Presses = field(default_factory=Presses)
    state_since_us: int = 0
    pairing_until_us: int = 0
    exit_code: int = 0
    turned_us: int = 0
    last_session: str | None = None
    blocking: Fault | None = None
    """Why nothing can be recorded now; None when a press would record."""
    inbox: "queue.SimpleQueue[Callable[[], None]]" = field(default_factory=queue.SimpleQueue)
    watch: Watch = field(init=False)
    senses: Senses = field(init=False)
    _looked_us: int = 0
    climbing: bool = False
    _rounds: int = 0
    _retried_us: int = 0
    _switching_off: bool = False

    def __post_init__(self) -> None:
        self.watch = Watch(self.parts.taking, self.standing)
        self.senses = Senses(self.standing, self.parts.patience)

    # What other threads call: each only enqueues.

    def edge(self, button: Button, pressed: bool, at_us: int) -> None:
        self.inbox.put(lambda: self._gestures(self.presses.edge(button, pressed, at_us)))

    def notify(self, notice: Notice) -> None:
        self.inbox.put(lambda: self._notice(notice))

    def call(self, work: Callable[[], None]) -> None:
        self.inbox.put(work)

    # The loop.

    def turn(self, wait_s: float = 0.0) -> None:
        """Take everything waiting (waiting up to `wait_s` for the first), then look around if it is time."""
        timeout: float | None = wait_s
        while True:
            try:
                work = self.inbox.get(block=bool(timeout), timeout=timeout)
            except queue.Empty:
                break
            work()
            timeout = None
        now_us = self.turned_us = self.parts.clock.monotonic_us()
        self._gestures(self.presses.tick(now_us - EDGE_AGE_US))
        if now_us - self._looked_us >= LOOK_US:
            self._looked_us = now_us
            self._look(now_us)

    def wait_s(self) -> float:
        """How long the next turn may wait for something to happen."""
        now_us = self.parts.clock.monotonic_us()
        due_us = self.presses.next_deadline_us()
        wait_us = LOOK_US if due_us is None else max(0, min(LOOK_US, due_us + EDGE_AGE_US - now_us))
        return wait_us / 1e6

    def happen(self, event: Event, at_us: int | None = None) -> None:
        """One step of the table and its effects; raises Forbidden, and CardFull at a start without room."""
        now_us = self.parts.clock.monotonic_us()
        if Effect.START_FILM in step(self.state, event)[1] and self.parts.space.minutes_left() < LAST_MINUTES:
            self._block(CardFull(NO_ROOM))
            raise CardFull(NO_ROOM)
        state, effects = step(self.state, event)
        if state is not self.state:
            self.state, self.state_since_us = state, now_us
            self.presses.wait_for_double = state in {State.RECORDING, State.PAUSED}
        for effect in effects:
            self._do(effect, event, now_us if at_us is None else at_us)

    def perhaps(self, event: Event, at_us: int | None = None) -> None:
        """Like `happen`, for fingers and the machine itself: what is not possible now is ignored."""
        try:
            self.happen(event, at_us)
        except (Forbidden, CardFull):
            return

    def arm(self, arming: Arming) -> None:
        """What the next press is for, or, while one is being recorded, what this session is for."""
        if self.current is None:
            self.arming = arming
            return
        self.current.arming = arming
        self._write_purpose(self.current)

    def star(self, at_us: int, op_id: str = "") -> "Future[str]":
        """Star a moment of the film; the Future is done with the op's id when it is durable. Raises Forbidden."""
        step(self.state, Event.STAR)
        done: Future[str] = Future()
        if self.current is not None:
            self.stay()
            self.current.stars += 1
            self.current.waiting_stars.append(WaitingStar(at_us, op_id, done))
            self._write_stars(self.current)
        return done

    def stay(self) -> None:
        """Somebody is there: the film is not ended for being quiet."""
        self.senses.stay(self.parts.clock.monotonic_us())

    def _write_stars(self, current: Current) -> None:
        """Stars wait for the session's first log line, a moment after the press."""
        if current.session is None or current.recipient is None:
            return
        recipients = [parse_recipient(current.recipient)]
        for star in current.waiting_stars:
            fields = {"pts_ms": current.pts_ms(star.at_us)}
            self.parts.scribe.write(Fact("star", current.session, recipients, fields, star.op_id), star.done)
        current.waiting_stars.clear()

    def _do(self, effect: Effect, event: Event, at_us: int) -> None:
        taking, mark = self.parts.taking, self.parts.mark
        match effect:
            case Effect.START_FILM:
                self.current = Current(self.arming, at_us)
                mark.set(True)
                taking.begin(self.continues if event is Event.GO_ON else None)
            case Effect.STAR:
                self.star(at_us)
            case Effect.PAUSE_FILM if self.current is not None:
                mark.set(False)
                self.current.pause(at_us)
                taking.pause()
            case Effect.RESUME_FILM if self.current is not None:
                self.current.resume(at_us)
                mark.set(True)
                taking.resume()
            case Effect.CLOSE_SESSION:
                if event is not Event.CAMERA_GONE or not self.exit_code:
                    mark.set(False)  # else the next process goes on with the film
                taking.end(REASONS.get(event, "stop"))
            case Effect.TRY_REPAIR:
                self._repair(at_us)
            case Effect.OPEN_PAIRING:
                self.pairing_until_us = at_us + PAIRING_US
            case Effect.SWITCH_OFF:
                self._switching_off = True
            case _:
                pass

    def _gestures(self, gestures: list[Gesture]) -> None:
        for gesture in gestures:
            event = GESTURES.get((gesture.button, gesture.kind))
            if event is not None:
                self.perhaps(event, gesture.at_us)

    def _notice(self, notice: Notice) -> None:
        now_us = self.parts.clock.monotonic_us()
        match notice:
            case Opened():
                self._opened(notice, now_us)
            case Kept() if self.current is not None:
                self.current.acked_us, self.current.film_end_us = now_us, notice.end_us
                self.current.acked_ms = notice.end_ms
                self.current.syncs_us.append(notice.sync_us)
            case Closed():
                self._closed(notice)
            case Dropped():
                self.watch.dropped_at_us = now_us
            case CameraFailed():
                self._camera_failed(notice)
            case CameraBack():
                self._camera_back()
            case Seen():
                self.senses.saw(notice)
            case _:
                pass

    def _opened(self, notice: Opened, now_us: int) -> None:
        if self.current is None:
            return
        self.current.session, self.current.recipient = notice.session, notice.recipient
        self.current.start_us, self.current.acked_us, self.current.acked_ms = notice.start_us, now_us, 0
        self._write_purpose(self.current)
        self._write_stars(self.current)

    def _write_purpose(self, current: Current) -> None:
        if current.session is None or current.recipient is None:
            return
        recipients = [parse_recipient(current.recipient)]
        self.parts.scribe.write(Fact("session", current.session, recipients, current.arming.facts))

    def _closed(self, notice: Closed) -> None:
        self.last_session = notice.session or self.last_session
        if notice.fault is not None:
            self._block(notice.fault)
        if not notice.asked or self.state is not State.FINISHING:
            return
        for star in self.current.waiting_stars if self.current is not None else []:
            star.done.set_exception(CameraLost("There was no picture that could be starred."))
        self.arming = (self.arming if self.current is None else self.current.arming).next
        self.current, self.continues = None, None
        self.climbing, self._rounds = False, 0
        self.standing.clear(PacketsDropped)
        self.watch.dropped_at_us = None
        self.perhaps(Event.FINISHED if self.blocking is None else Event.FINISHED_BADLY)
        if self._switching_off or self.exit_code:
            self.perhaps(Event.SHUT_DOWN)

    def _camera_failed(self, notice: CameraFailed) -> None:
        """The ladder's last rung is a new process; one that is not filming waits in this one."""
        self.climbing = False
        if notice.stuck or (self.parts.supervised and self.state is State.RECORDING):
            self.exit_code = STUCK_EXIT
        self._block(notice.fault)
        if self.exit_code and self.state is State.FAULT:
            self.perhaps(Event.SHUT_DOWN)

    def _camera_back(self) -> None:
        """It was opened; whether it sends pictures is seen while filming."""
        self.climbing = False
        if self.state is State.RECORDING:
            return
        self.standing.clear(CameraLost)
        if self.state is State.BOOT:
            self.perhaps(Event.GO_ON if self.continues else Event.BOOTED)
        elif self.state is State.FAULT and self._room():
            self.blocking = None
            self.standing.clear(CardFailing)
            self.perhaps(Event.REPAIRED)

    def _block(self, fault: Fault) -> None:
        """A Fault that nothing can be recorded with: it stands until it is repaired."""
        self.blocking, self._retried_us = fault, self.parts.clock.monotonic_us()
        self.standing.hold(fault)
        self.perhaps(BLOCKING.get(type(fault), Event.CARD_FAILED))

    def _room(self) -> bool:
        return self.parts.space.minutes_left() >= LAST_MINUTES

    def _repair(self, now_us: int) -> None:
        """Try what may have been mended: the card by asking it, the camera by opening it anew."""
        self._retried_us = now_us
        self.parts.taking.reopen()

    def _look(self, now_us: int) -> None:
        if self.state is State.RECORDING and not self.climbing:
            self._look_for_pictures(now_us)
        level = self.parts.microphone.level()
        self.watch.sound(now_us, level)
        self.reading = self.parts.health.read()
        filming = self.current if self.state in {State.RECORDING, State.PAUSED} else None
        events = self.watch.card(now_us, filming, self.parts.space.minutes_left())
        events += self.watch.length(now_us, self.state, self.current) + self.watch.machine(self.reading)
        events += self.senses.look(now_us, level, filming=self.current if self.state is State.RECORDING else None)
        for event in events:
            if event is Event.NO_ROOM:
                self._block(CardFull(NO_ROOM))
            else:
                self.perhaps(event)
        if self.state is State.FAULT and now_us - self._retried_us >= REOPEN_US:
            self._repair(now_us)

    def _look_for_pictures(self, now_us: int) -> None:
        if not self.watch.pictures_missing(now_us):
            if self._rounds and self.parts.taking.last_picture_us is not None:
                self._rounds = 0
                self.standing.clear(CameraLost)
        elif self._rounds >= ROUNDS:
            self._camera_failed(CameraFailed(CameraLost("The camera sends no pictures."), stuck=False))
        else:
            self.climbing, self._rounds = True, self._rounds + 1
            self.standing.hold(CameraLost("The camera sends no pictures."))
            self.parts.taking.climb()

    def run(self, stopping: threading.Event, after_turn: Callable[[], float]) -> int:
        """Turn until switched off; `after_turn` shows lamp and status and says how long to wait at most, in seconds."""
        self.parts.taking.open()
        while self.state is not State.OFF:
            if stopping.is_set() and not self._switching_off:
                self.perhaps(Event.SHUT_DOWN)
            self.turn(min(self.wait_s(), after_turn()))
        after_turn()
        return self.exit_code
