"""A recorder without a camera: real sessions, lanes and seals, filled with noise ten times as often as life.

    python -m tests.lab.stand_in HOME SECONDS SESSIONS

Apart from the recorder because it writes far more often, so that as many cuts fall between two steps of the store as
can be had in a few seconds. What it acknowledges it prints, one Promise a line.
"""

import os
import random
import sys
import threading
import time
import uuid
from hashlib import sha256
from pathlib import Path

from appliance.clock import SystemClock
from appliance.sealing.age import seal
from appliance.sealing.ops import seal_op
from appliance.sealing.recipients import read_recipients
from appliance.sealing.signing import WriterKey
from appliance.sealing.subjects import Subject, new_subject
from appliance.store.durable import Durable, Syncs
from appliance.store.lanes import Lane
from appliance.store.layout import KEY, SUMS, SUMS_SIGNATURE, Home, op_name, segment_name
from appliance.store.sessions import Opening, SessionWriter
from appliance.worker import Worker
from tests.lab.promises import Kind, Promise

SEGMENT_MS = 100
WRITER = "recorder"


class StandIn:
    def __init__(self, root: Path) -> None:
        self.home, self.clock = Home(root), SystemClock("rtc")
        self.signer = WriterKey.load(self.home.device, WRITER)
        self.office = read_recipients((self.home.device / "recipients.txt").read_text(encoding="utf-8"))
        self.durable = Durable(Syncs.for_bench(os.environ))
        self.lane = Lane(self.home, WRITER, durable=self.durable)
        self.printing = threading.Lock()

    def say(self, kind: Kind, session: str, film_us: int | None, *files: Path) -> None:
        at_us = self.clock.monotonic_us()
        sums = {str(file.relative_to(self.home.root)): sha256(file.read_bytes()).hexdigest() for file in files}
        with self.printing:
            print(Promise(kind, at_us, session, sums, film_us).line(), flush=True)

    def record(self, seconds: float) -> None:
        """One session of `seconds` with stars at odd moments."""
        subject = new_subject(self.office, None)
        start_us = self.clock.monotonic_us()
        boot, utc_ms, source = self.clock.boot_id(), self.clock.utc_ms(), self.clock.utc_source()
        opening = Opening(subject.recipient.text, boot, start_us, utc_ms, source, None, 640, 360, 30, 1_000_000)
        session = SessionWriter.begin(self.home, opening, subject.key, None, self.signer, durable=self.durable)
        self.say("opened", session.id, start_us, session.folder / KEY)
        session.init(seal(random.randbytes(900), [subject.recipient]))
        stars = Worker("stars", lambda stopping: self.set_stars(session.id, subject, stopping)).start()
        end_us = start_us
        for n in range(int(seconds * 1000 / SEGMENT_MS)):
            end_us += SEGMENT_MS * 1000
            time.sleep(max(0, end_us - self.clock.monotonic_us()) / 1e6)  # film takes its time
            noise = seal(random.randbytes(random.randrange(20_000, 60_000)), [subject.recipient])
            session.segment(n, n * SEGMENT_MS, SEGMENT_MS, noise)
            self.say("segment", session.id, end_us, session.folder / segment_name(n))
        stars.stop(timeout_s=5)
        if stars.failure is not None:
            raise stars.failure
        session.close("stop", self.clock.utc_ms(), self.clock.utc_source())
        self.say("closed", session.id, end_us, session.folder / SUMS, session.folder / SUMS_SIGNATURE)

    def set_stars(self, session: str, subject: Subject, stopping: threading.Event) -> None:
        device = self.signer.certificate["device"]
        while not stopping.wait(random.uniform(0.02, 0.3)):
            n = self.lane.next_n()
            when = {"lamport": self.lane.next_lamport(), "at": self.clock.utc_ms(), "at_source": "rtc"}
            who = {"by": "panel", "subject": session, "kind": "star", "pts_ms": 0}
            op = {"v": 1, "id": str(uuid.uuid4()), "lane": WRITER, "n": n, "device": device} | when | who
            self.lane.append(n, seal_op(op, self.signer, [subject.recipient]))
            self.say("star", session, None, self.lane.folder / op_name(n))


def main() -> None:
    root, seconds, sessions = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    stand_in = StandIn(root)
    for _ in range(sessions):
        stand_in.record(seconds / sessions)


if __name__ == "__main__":
    main()
