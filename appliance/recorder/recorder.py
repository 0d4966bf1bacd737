"""The recorder process: starts the parts in order, runs the attendant, ends the parts in order.

Apart from the attendant so that the numbered start-up and shut-down stand on one page (DESIGN.md, "Start-up").
"""

import logging
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.board import Board
from appliance.errors import Fault
from appliance.intercom import Intercom
from appliance.panel.panel import Clicker, Panel
from appliance.recorder.attendant import STUCK_EXIT, Attendant
from appliance.recorder.chronicle import Chronicle
from appliance.recorder.fingers import Fingers
from appliance.recorder.packet_queue import PacketQueue
from appliance.recorder.pulse import Pulse
from appliance.recorder.report import status
from appliance.recorder.showing import Showing
from appliance.store.durable import FolderLock
from appliance.visit.states import State
from appliance.worker import StuckWorker, Worker

log: Final = logging.getLogger(__name__)
END_S: Final = 30.0


@dataclass(slots=True)
class Recorder:
    """`workers` are clicker, looking, expiry, taking, pipeline and scribe, in the order in which they must end."""

    attendant: Attendant
    panel: Panel
    clicker: Clicker
    showing: Showing
    board: Board
    packets: PacketQueue
    workers: list[Worker]
    intercoms: list[Intercom]
    pulse: Pulse
    chronicle: Chronicle
    lock: FolderLock
    """The home is this recorder's alone, until its process ends."""
    off: Path
    """Made when the box, not only its recorder, is to be switched off: systemd watches for it (fieldreel-off.path)."""
    fingers: Fingers = field(init=False)
    _told: object = None

    def __post_init__(self) -> None:
        self.fingers = Fingers(self.panel, self.attendant.edge, self.attendant.standing, self.showing)

    def run(self, stopping: threading.Event) -> int:
        """Until switched off or `stopping`; the exit code of the process."""
        self.off.unlink(missing_ok=True)
        for worker in self.workers:
            worker.start()
        self._after_turn()
        for intercom in self.intercoms:
            intercom.open()
        self.pulse.ready()
        try:
            code = self.attendant.run(stopping, self._after_turn)
            if self.attendant.state is State.OFF and code == 0 and not stopping.is_set():
                self.off.touch()
        finally:
            self.pulse.end()
            ended = self._end()
        return code or (0 if ended else STUCK_EXIT)

    def _after_turn(self) -> float:
        """Reach for the panel, show lamp and status, feed the watchdog; gives the seconds until the lamp changes."""
        attendant = self.attendant
        now_us = attendant.parts.clock.monotonic_us()
        self.fingers.reach(now_us)
        wait_s = self.showing.show(attendant, now_us)
        told = self._essence()
        said = {**status(attendant, self.showing, self.packets), "clicker": self.clicker.connected}
        self.board.put(said, changed=told != self._told)
        self._told = told
        self.chronicle.note((fault.code for fault in self._said(now_us)), now_us)
        self.pulse.beat(attendant, now_us)
        dead = next((worker for worker in self.workers if worker.failure is not None), None)
        if dead is not None and attendant.state is not State.OFF:
            log.error("%s died; the recorder ends so that it is started anew", dead.name)
            raise SystemExit(STUCK_EXIT)
        return wait_s

    def _said(self, now_us: int) -> list[Fault]:
        """Every Fault that stands, and all that is advised."""
        filming = self.attendant.state is State.RECORDING
        return self.attendant.standing.faults + self.attendant.senses.advice(now_us, filming=filming)

    def _essence(self) -> object:
        """What makes a status news: everything but clocks and levels."""
        attendant, film = self.attendant, self.attendant.current
        about = None if film is None else (film.session, film.stars, film.acked_ms, film.arming)
        last = attendant.arming, attendant.last_session, attendant.senses.question
        return attendant.state, self.showing.says, about, attendant.standing.changes, self.clicker.connected, last

    def _end(self) -> bool:
        well = True
        for worker in self.workers:
            try:
                worker.stop(END_S)
            except StuckWorker:
                log.exception("%s did not end", worker.name)
                well = False
        for intercom in self.intercoms:
            try:
                intercom.close()
            except StuckWorker:
                log.exception("an intercom did not end")
                well = False
        self.panel.close()
        return well
