"""The one kind of thread: it has a name, a stop and a deadline, and it keeps its first failure.

Apart so that no station starts a thread of its own making; a thread that dies unseen is the fault we fear most.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final, TypeVar

log: Final = logging.getLogger(__name__)
T = TypeVar("T")


class StuckWorker(RuntimeError):
    """The thread did not end within its deadline; it is a daemon and dies with the process."""


class Worker:
    """Runs `work(stopping)` in a thread called `name`; `stopping` is the Event the work must watch.

    The first exception that escapes `work` is kept in `failure` and given to `on_failure` (called in the thread).
    """

    def __init__(
        self,
        name: str,
        work: Callable[[threading.Event], None],
        *,
        on_failure: Callable[[BaseException], None] | None = None,
    ) -> None:
        self.name = name
        self.failure: BaseException | None = None
        self.stopping = threading.Event()
        self._work = work
        self._on_failure = on_failure
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> "Worker":
        self._thread.start()
        return self

    def stop(self, timeout_s: float) -> None:
        """Ask the work to end and wait; raises StuckWorker after `timeout_s`, and the kept failure is not raised."""
        self.stopping.set()
        self.join(timeout_s)

    def join(self, timeout_s: float) -> None:
        if self._thread is threading.current_thread():
            return
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            raise StuckWorker(f"{self.name} did not end within {timeout_s:g} s")

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._work(self.stopping)
        except BaseException as failure:  # noqa: BLE001 - kept and handed on, never swallowed
            self.failure = failure
            log.error("%s ended by %s", self.name, type(failure).__name__)
            if self._on_failure is not None:
                self._on_failure(failure)


def within(name: str, seconds: float, call: Callable[[], T]) -> T:
    """The result of `call`, run in its own thread; raises StuckWorker if it takes longer than `seconds`.

    For calls that are known to block for ever, such as a camera's stop() after its front end timed out
    (picamera2 issue 1264).
    """
    result: list[T] = []
    worker = Worker(name, lambda _stopping: result.append(call()))
    worker.start()
    worker.join(seconds)
    if worker.failure is not None:
        raise worker.failure
    return result[0]
