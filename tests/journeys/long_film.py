"""A session of hours in a box's own home, made in seconds: the recorder's pipeline is fed with looped packets.

Apart because only time is left out: queue, segmenter, sealing and writer are the real ones.
"""

import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from appliance.capture.camera import Profile
from appliance.capture.packet import VideoPacket
from appliance.clock import SystemClock
from appliance.recorder.notices import Closed, Kept, Notice
from appliance.recorder.packet_queue import Finish, PacketQueue
from appliance.recorder.pipeline import Pipeline, Recipients
from appliance.sealing.recipients import Recipient, parse_recipient, read_recipients
from appliance.sealing.signing import WriterKey
from appliance.store.durable import Durable
from appliance.store.layout import Home
from appliance.worker import Worker
from tests.bench.material import make_material

LOOP_S: Final = 16
LEAD_S: Final = 5
WAIT_S: Final = 120.0
PROFILE: Final = Profile(640, 360, 30, 200_000)


class Unsynced(Durable):
    """The same files without waiting for a card: what is shown here is reading."""

    def sync(self, fd: int) -> None:
        """Nothing is waited for."""


@dataclass(slots=True)
class LongFilm:
    """`session` is known once `record` has returned."""

    home: Home
    session: str = ""
    _turns: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(LEAD_S))
    _closed: threading.Event = field(default_factory=threading.Event)
    _fault: Exception | None = None

    def record(self, place: Path, seconds: int) -> str:
        queue = PacketQueue()
        worker = Worker("pipeline", self._pipeline(queue).run).start()
        material = make_material(place, PROFILE, LOOP_S)
        start_us = max(0, SystemClock().monotonic_us() - seconds * 1_000_000)  # a machine may be younger than the film
        for packet in material.lazily(seconds, start_us):
            if isinstance(packet, VideoPacket) and packet.key and not self._turns.acquire(timeout=WAIT_S):
                raise RuntimeError("the pipeline keeps nothing") from worker.failure
            queue.put(packet)
        queue.order(Finish("stop"))
        if not self._closed.wait(WAIT_S) or self._fault or worker.failure or queue.dropped_pictures:
            raise RuntimeError("the film was not recorded whole") from self._fault or worker.failure
        worker.stop(WAIT_S)
        return self.session

    def _pipeline(self, queue: PacketQueue) -> Pipeline:
        office = read_recipients((self.home.device / "recipients.txt").read_text(encoding="ascii"))
        return Pipeline(
            queue=queue,
            home=self.home,
            profile=PROFILE,
            clock=SystemClock("rtc"),
            recipients=Recipients(tuple(office), self._unlock),
            signer=WriterKey.load(self.home.device, "recorder"),
            notify=self._notify,
            durable=Unsynced(),
        )

    def _unlock(self) -> Recipient:
        return parse_recipient((self.home.unlock / "recipient.txt").read_text(encoding="ascii").strip())

    def _notify(self, notice: Notice) -> None:
        if isinstance(notice, Kept):
            self.session = notice.session
            self._turns.release()
        elif isinstance(notice, Closed):
            self._fault = notice.fault
            self._closed.set()


def numbers(pts: int) -> int:
    """What stands in the marker of the picture at this time: the loop's numbers come again and again."""
    return round(pts * PROFILE.fps / 90_000) % (LOOP_S * PROFILE.fps)
