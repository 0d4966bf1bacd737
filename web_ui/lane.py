"""Writes an own lane, of a box's web or of a desk: each op sealed to its subject, durable before it is acknowledged.

Apart because an id that was acknowledged must never make a second op, over restarts too: each id is noted in
`ids` of the lane before its op gets its name, and at start a note whose op never did is dropped.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from appliance.clock import Clock
from appliance.errors import Fault
from appliance.sealing.ops import seal_op
from appliance.sealing.recipients import parse_recipient
from appliance.sealing.sealed import Signer
from appliance.store.durable import Durable
from appliance.store.lanes import Lane
from appliance.store.layout import Home
from web_ui.ids import Ids

WRITER: Final = "web"


@dataclass(frozen=True, slots=True)
class NewOp:
    """One thing to write: `fields` as FORMAT.md section 8 has them for `kind`.

    `subject`: a session or the agency; `recipients`: its own.
    """

    id: str
    kind: str
    subject: str
    recipients: tuple[str, ...]
    by: str
    fields: Mapping[str, Any]


class WebLane:
    """The signer's lane, `web` or `desk`; many threads write, one after the other.

    `seen`: the highest lamport that was read anywhere.
    """

    def __init__(self, home: Home, signer: Signer, clock: Clock, durable: Durable | None = None) -> None:
        durable, self._writer = durable or Durable(), str(signer.certificate["writer"])
        self._lane = Lane(home, self._writer, durable=durable)
        self._ids = Ids(home.lane(self._writer), self._lane.next_n(), durable)
        self._signer, self._clock = signer, clock
        self._lock = Lock()
        self.seen = 0
        self.utc_source = clock.utc_source()

    def knows(self, op_id: str) -> bool:
        return self.subject_of(op_id) is not None

    def subject_of(self, op_id: str) -> str | None:
        """What an op of this lane is about."""
        with self._lock:
            return self._ids.subjects.get(op_id)

    def write(self, op: NewOp) -> None:
        """Durable on return; an id that is there already is not written again. Raises CardFull, CardFailing."""
        recipients = [parse_recipient(each) for each in op.recipients]
        with self._lock:
            if op.id in self._ids.subjects:
                return
            n = self._lane.next_n()
            sealed = seal_op(self._whole(op, n), self._signer, recipients)
            self._ids.note(op.id, n, op.subject)
            try:
                self._lane.append(n, sealed, op.subject)
            except Fault:
                self._ids.take_back(op.id)
                raise

    def _whole(self, op: NewOp, n: int) -> dict[str, Any]:
        return {
            "v": 1,
            "id": op.id,
            "lane": self._writer,
            "n": n,
            "device": self._signer.certificate["device"],
            "lamport": self._lane.next_lamport(self.seen),
            "at": self._clock.utc_ms(),
            "at_source": self.utc_source,
            "by": op.by,
            "subject": op.subject,
            "kind": op.kind,
            **op.fields,
        }
