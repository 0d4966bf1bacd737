"""What the courier asks of the recorder: is it filming, show the lamp, keep, purge, obey.

Apart because the recorder may be gone, busy, or of a version that does not know a verb, and none of that may stop
footage from going home.
"""

import base64
import logging
import uuid
from pathlib import Path
from typing import Any, Final

from appliance.errors import Fault, RecorderGone
from appliance.intercom import Line

log: Final = logging.getLogger(__name__)
FILMING: Final = frozenset({"recording", "paused", "finishing"})
ANSWER_S: Final = 1.5
CHANGE_S: Final = 35.0
_NAMESPACE: Final = uuid.UUID("5f1e0c5e-8a4c-4d3c-9d0e-6a1d3a5b7c90")


class RecorderEnd:
    """`path`: the recorder's socket. Used by one thread."""

    def __init__(self, path: Path) -> None:
        self._quick, self._slow = Line(path, ANSWER_S), Line(path, CHANGE_S)
        self._shows = False

    def filming(self) -> bool:
        """Whether a session is being written. A recorder that does not answer may be; one that is not there is not."""
        try:
            status = self._quick.ask("status")
        except RecorderGone as gone:
            return not isinstance(gone.__cause__, ConnectionRefusedError | FileNotFoundError)
        except Fault:
            return True
        if not self._shows and status.get("lamp", {}).get("says") == "syncing":
            self.show("nothing")  # a courier before us was killed while it carried
        return status.get("state") in FILMING

    def show(self, what: str) -> None:
        """`syncing` while bytes move, else `nothing`; only the lamp misses it where it cannot be said."""
        self._shows = what == "syncing"
        self._try("show", str(uuid.uuid4()), what=what)

    def keep(self, session: str, local_age: bytes, sha256: str) -> bool:
        told = base64.b64encode(local_age).decode()
        return self._try("keep", _op_id("keep", session, sha256), session=session, local_age=told)

    def purge(self, session: str) -> bool:
        """Whether it is gone; the recorder decides by what it reads itself."""
        return self._try("purge", _op_id("purge", session), session=session)

    def obey(self, line: str) -> bool:
        """`line`: an erase statement as it came. True once all of it is gone; what a hold keeps must be asked again."""
        answer = self._ask("obey", str(uuid.uuid4()), statement=line)
        return answer is not None and not answer.get("held")

    def close(self) -> None:
        self._quick.close()
        self._slow.close()

    def _try(self, verb: str, op_id: str, **fields: Any) -> bool:
        return self._ask(verb, op_id, **fields) is not None

    def _ask(self, verb: str, op_id: str, **fields: Any) -> dict[str, Any] | None:
        try:
            return self._slow.ask(verb, op_id=op_id, **fields)
        except Fault as fault:
            log.log(logging.DEBUG if verb == "show" else logging.INFO, "%s: not now (%s)", verb, fault.code)
            return None


def _op_id(*told: str) -> str:
    """The same for the same request, so that it happens once however often it is asked."""
    return str(uuid.uuid5(_NAMESPACE, " ".join(told)))
