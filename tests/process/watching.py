"""Follows a recorder's status until it is gone, as the web process does, and keeps what was acknowledged.

Apart because a promise is what another process saw, not what the recorder meant to say.
"""

import threading
from dataclasses import dataclass
from types import TracebackType

from appliance.errors import RecorderGone
from appliance.intercom import Line
from appliance.worker import Worker
from tests.process.box import now_us


@dataclass(frozen=True, slots=True)
class Seen:
    """Film of `session` up to `acked_ms`, which is `film_end_us` on CLOCK_MONOTONIC, was said to be safe at `at_us`."""

    at_us: int
    session: str
    acked_ms: int
    film_end_us: int

    @property
    def delay_us(self) -> int:
        """From the end of the film to the word that it is safe."""
        return self.at_us - self.film_end_us


class Watcher:
    """`with Watcher(line) as watcher`; ends by itself with the recorder. `seen`: each new acknowledgement, in order."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._worker = Worker("watcher", self._follow)
        self.seen: list[Seen] = []

    def __enter__(self) -> "Watcher":
        self._worker.start()
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._worker.stop(timeout_s=10)
        if self._worker.failure is not None:
            raise self._worker.failure

    def _follow(self, stopping: threading.Event) -> None:
        try:
            for status in self._line.subscribe():
                self._note(status["film"])
                if stopping.is_set():
                    return
        except RecorderGone:
            return

    def _note(self, film: dict[str, object] | None) -> None:
        if film is None or film["film_end_us"] is None or film["session"] is None:
            return
        seen = Seen(now_us(), str(film["session"]), int(str(film["acked_ms"])), int(str(film["film_end_us"])))
        if not self.seen or (seen.session, seen.acked_ms) != (self.seen[-1].session, self.seen[-1].acked_ms):
            self.seen.append(seen)
