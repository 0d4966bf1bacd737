"""Writes the recorder's own lane: stars, what a session is for, what was erased.

Apart in its own thread, because an op is acknowledged only once it is durable and a card can take seconds for that.
"""

import queue
import threading
import uuid
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from appliance.clock import Clock
from appliance.errors import Fault
from appliance.sealing.ops import seal_op
from appliance.sealing.recipients import Recipient
from appliance.sealing.sealed import Signer
from appliance.store.lanes import Lane

AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to write: `subject` is a session or family id or "agency"; `fields` as FORMAT.md section 8 per kind.

    `seen`: the highest lamport that whoever asked has read (0: none).
    """

    kind: str
    subject: str
    recipients: Sequence[Recipient]
    fields: dict[str, Any]
    id: str = ""
    seen: int = 0


class Scribe:
    """`run` is the work of a Worker. `write` gives a Future of the op's id, done when durable, or of the Fault."""

    def __init__(self, lane: Lane, signer: Signer, clock: Clock, writer: str) -> None:
        self._lane, self._signer, self._clock, self._writer = lane, signer, clock, writer
        self._waiting: queue.SimpleQueue[tuple[Fact, Future[str]]] = queue.SimpleQueue()

    def write(self, fact: Fact, done: Future[str] | None = None) -> Future[str]:
        done = Future() if done is None else done
        self._waiting.put((fact, done))
        return done

    def run(self, stopping: threading.Event) -> None:
        while not stopping.is_set() or not self._waiting.empty():
            self.carry_out(0.2)

    def carry_out(self, wait_s: float = 0.0) -> bool:
        """The oldest fact, waited for up to `wait_s`; whether there was one."""
        try:
            fact, done = self._waiting.get(block=wait_s > 0, timeout=wait_s)
        except queue.Empty:
            return False
        try:
            done.set_result(self._append(fact))
        except Fault as fault:
            done.set_exception(fault)
        return True

    def _append(self, fact: Fact) -> str:
        n, op_id = self._lane.next_n(), fact.id or str(uuid.uuid4())
        op = {
            "v": 1,
            "id": op_id,
            "lane": self._writer,
            "n": n,
            "device": self._signer.certificate["device"],
            "lamport": self._lane.next_lamport(fact.seen),
            "at": self._clock.utc_ms(),
            "at_source": self._clock.utc_source(),
            "by": "panel" if not fact.id else "request",
            "subject": fact.subject,
            "kind": fact.kind,
            **fact.fields,
        }
        self._lane.append(n, seal_op(op, self._signer, list(fact.recipients)), fact.subject)
        return op_id
