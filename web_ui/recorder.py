"""The web's end of the intercom: several lines, because one line is one request at a time.

Apart so that no page knows of sockets, and tests can put a recorder of their own behind it.
"""

import queue
from pathlib import Path
from typing import Any, Final, Protocol

from appliance.errors import RecorderGone
from appliance.intercom import Line

LINES: Final = 4
WAIT_S: Final = 5.0


class Recorder(Protocol):
    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """The answer's fields. Raises the Fault that the recorder named, or RecorderGone."""
        ...


class Lines:
    """Up to `LINES` questions at once; a line that went dead since its last question is tried once more, anew.

    Asking again is safe: a change carries an op_id and happens once, and every other verb only looks.
    """

    def __init__(self, path: Path, timeout_s: float = 5.0) -> None:
        self._path, self._timeout_s = path, timeout_s
        self._idle: queue.LifoQueue[Line | None] = queue.LifoQueue()
        for _ in range(LINES):
            self._idle.put(None)

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        try:
            line = self._idle.get(timeout=WAIT_S)
        except queue.Empty:
            raise RecorderGone("The recorder is too busy to answer.") from None
        used = line is not None
        line = line or Line(self._path, self._timeout_s)
        try:
            return line.ask(do, **fields)
        except RecorderGone:
            line.close()
            if not used:
                raise
            return line.ask(do, **fields)
        finally:
            self._idle.put(line)

    def close(self) -> None:
        while not self._idle.empty():
            line = self._idle.get()
            if line is not None:
                line.close()
