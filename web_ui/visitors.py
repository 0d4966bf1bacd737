"""Whether somebody without consent is in the room just now, as far as phones said so to this web process.

Apart from the ops that say so, which are sealed: every phone's button must tell, on a locked box too. A restart forgets
it; the phone that said so still knows, and the film stays hidden until somebody says that the visitor left.
"""

from collections.abc import Mapping
from threading import Lock

from web_ui.lane import NewOp


class Visitors:
    """Used by many threads."""

    def __init__(self) -> None:
        self._open: dict[str, dict[str, bool]] = {}
        self._lock = Lock()

    def note(self, op: NewOp) -> None:
        """An op that is durable now."""
        with self._lock:
            if op.kind == "hide" and op.fields.get("why") == "visitor":
                self._open.setdefault(op.subject, {})[op.id] = op.fields.get("out_ms") is None
            about = str(op.fields.get("op"))
            if about in self._open.get(op.subject, {}):
                if op.kind == "undo":
                    self._open[op.subject][about] = False
                elif "out_ms" in op.fields:
                    self._open[op.subject][about] = op.fields["out_ms"] is None

    def of(self, session: str) -> Mapping[str, bool]:
        """The ids of what visitors hide in this film, each with whether they are still there."""
        with self._lock:
            return dict(self._open.get(session, {}))
