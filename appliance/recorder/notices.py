"""What the recorder's own parts tell the attendant.

Apart so that pipeline, taking and attendant share words without importing each other.
"""

from collections.abc import Callable
from dataclasses import dataclass

from appliance.capture.framing import Look
from appliance.errors import Fault


@dataclass(frozen=True, slots=True)
class Opened:
    """A session's keys and first log line are durable. `start_us`: CLOCK_MONOTONIC of its time 0."""

    session: str
    recipient: str
    start_us: int
    continues: str | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A segment is acknowledged. `end_us`: CLOCK_MONOTONIC of its end; `sync_us`: how long sealing and syncs took."""

    session: str
    n: int
    end_us: int
    end_ms: int
    sync_us: int


@dataclass(frozen=True, slots=True)
class Closed:
    """The session is closed, or there was none to close (`session` None).

    `asked`: this answers a Finish; otherwise `fault` ended the session and the pipeline waits for a Finish.
    """

    session: str | None
    reason: str
    asked: bool
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Dropped:
    """Whole seconds were dropped because the card was too slow."""


@dataclass(frozen=True, slots=True)
class CameraFailed:
    """`stuck`: a step never came back; only a new process can help (picamera2 issue 1264)."""

    fault: Fault
    stuck: bool


@dataclass(frozen=True, slots=True)
class CameraBack:
    """The camera was opened again after a fault."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a small picture shows; it was looked at, at `at_us` on CLOCK_MONOTONIC, and is gone."""

    look: Look
    at_us: int


Notice = Opened | Kept | Closed | Dropped | CameraFailed | CameraBack | Seen
Notify = Callable[[Notice], None]
"""Called from any thread; only enqueues."""
