"""The recorder's own pipeline, fed with looped packets as fast as it takes them.

Apart because four rows record films this way: real queue, segmenter, sealing and writer; no camera, no waiting.
"""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.capture.camera import Profile
from appliance.capture.packet import Packet, VideoPacket
from appliance.clock import SystemClock
from appliance.recorder.notices import Closed, Kept, Notice, Opened
from appliance.recorder.packet_queue import Finish, PacketQueue
from appliance.recorder.pipeline import Pipeline, Recipients
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.signing import WriterKey, make_device
from appliance.store.durable import Durable
from appliance.store.layout import Home
from appliance.worker import Worker

LEAD_S: Final = 3
"""So many seconds of packets may wait in the queue: a recorder on a healthy card has fewer."""
WAIT_S: Final = 120.0

OnKept = Callable[[Kept], None]


@dataclass(slots=True)
class Feeding:
    """A home with keys and a pipeline in it. `office` opens what is recorded."""

    root: Path
    profile: Profile
    durable: Durable = field(default_factory=Durable)
    on_kept: OnKept = lambda kept: None
    session: str = ""
    office: HybridIdentity = field(default_factory=HybridIdentity.generate)
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(LEAD_S))
    _closed: threading.Event = field(default_factory=threading.Event)
    _fault: Exception | None = None

    @property
    def home(self) -> Home:
        return Home(self.root)

    def prepare(self) -> None:
        """Keys; the folders below come with the first session."""
        self.root.mkdir(parents=True)
        make_device(self.home.device, ["recorder"], self.office.recipient.text + "\n")

    def record(self, packets: Iterable[Packet]) -> Path:
        """One session of all `packets`, closed when this returns; its folder."""
        queue, clock = PacketQueue(), SystemClock("rtc")
        pipeline = Pipeline(
            queue=queue,
            home=self.home,
            profile=self.profile,
            clock=clock,
            recipients=Recipients((self.office.recipient,), lambda: None),
            signer=WriterKey.load(self.home.device, "recorder"),
            notify=self._notify,
            durable=self.durable,
        )
        worker = Worker("pipeline", pipeline.run).start()
        for packet in packets:
            if isinstance(packet, VideoPacket) and packet.key:
                self._wait_for_room()
            queue.put(packet)
        queue.order(Finish("stop"))
        if not self._closed.wait(WAIT_S) or self._fault or worker.failure or queue.dropped_pictures:
            raise RuntimeError("the film was not recorded whole") from self._fault or worker.failure
        worker.stop(WAIT_S)
        return self.home.session(self.session)

    def _wait_for_room(self) -> None:
        if not self._turns.acquire(timeout=WAIT_S):
            raise RuntimeError("the pipeline keeps nothing") from self._fault

    def _notify(self, notice: Notice) -> None:
        if isinstance(notice, Opened):
            self.session = notice.session
        elif isinstance(notice, Kept):
            self._turns.release()
            self.on_kept(notice)
        elif isinstance(notice, Closed):
            self._fault = notice.fault
            self._closed.set()
