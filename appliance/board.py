"""The newest status, for whoever asks and whoever follows.

Apart so that a status question never waits for the one who works, and a slow reader never holds it up.
"""

import threading
from collections.abc import Iterator
from typing import Any

FOLLOW_S = 1.0


class Board:
    """`put` replaces what hangs there; `revision` rises when more than the clock changed."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._status: dict[str, Any] = {}
        self._revision = 0

    def put(self, status: dict[str, Any], *, changed: bool) -> None:
        with self._changed:
            self._revision += changed
            self._status = {**status, "revision": self._revision}
            if changed:
                self._changed.notify_all()

    def read(self) -> dict[str, Any]:
        with self._changed:
            return self._status

    def follow(self) -> Iterator[dict[str, Any]]:
        """The status now, then at each change and at least once a second, for ever."""
        seen = -1
        while True:
            with self._changed:
                if self._revision == seen:
                    self._changed.wait(FOLLOW_S)
                seen, status = self._revision, self._status
            yield status
