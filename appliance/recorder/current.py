"""What is being filmed now, from the press to the last word of the log, over continued sessions.

Apart and pure: the attendant's memory of the film, so that lengths and lamps can be tested without a camera.
"""

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field

from appliance.visit.session import AGAIN_MIN, CHIME_MIN, MINUTE_US, Arming

SYNCS_KEPT = 600


@dataclass(frozen=True, slots=True)
class WaitingStar:
    """A star pressed before the session's first log line was durable."""

    at_us: int
    op_id: str
    done: "Future[str]"


@dataclass(slots=True)
class Current:
    """Times are CLOCK_MONOTONIC microseconds. `session` is None until its first log line is durable."""

    arming: Arming
    pressed_us: int
    session: str | None = None
    recipient: str | None = None
    start_us: int | None = None
    acked_us: int | None = None
    """When the newest durable write was acknowledged; the lamp goes by it."""
    film_end_us: int | None = None
    """Capture time up to which film is acknowledged."""
    acked_ms: int = 0
    stars: int = 0
    waiting_stars: list[WaitingStar] = field(default_factory=list)
    reason: str = "stop"
    paused_at_us: int | None = None
    paused_us: int = 0
    syncs_us: deque[int] = field(default_factory=lambda: deque(maxlen=SYNCS_KEPT))

    def film_us(self, now_us: int) -> int:
        """Length so far: time since the press without the pauses."""
        until_us = now_us if self.paused_at_us is None else self.paused_at_us
        return max(0, until_us - self.pressed_us - self.paused_us)

    def pts_ms(self, at_us: int) -> int:
        """Media time of a moment on the monotonic clock, 0 before the first picture."""
        return 0 if self.start_us is None else max(0, at_us - self.start_us) // 1000

    def pause(self, now_us: int) -> None:
        self.paused_at_us = now_us

    def resume(self, now_us: int) -> None:
        if self.paused_at_us is not None:
            self.paused_us += now_us - self.paused_at_us
        self.paused_at_us = None

    def enough_us(self, now_us: int) -> int | None:
        """When the newest "enough film" cue was due (target, or 5 min past it), None before the target."""
        target_us = self.arming.target_us
        if target_us is None or self.film_us(now_us) < target_us:
            return None
        past_us = self.film_us(now_us) - target_us
        return now_us - (past_us - AGAIN_MIN * MINUTE_US if past_us >= AGAIN_MIN * MINUTE_US else past_us)

    def chime_us(self, now_us: int) -> int | None:
        """When the chime was due (15 min past the target), None before."""
        target_us = self.arming.target_us
        due_us = None if target_us is None else target_us + CHIME_MIN * MINUTE_US
        film_us = self.film_us(now_us)
        return None if due_us is None or film_us < due_us else now_us - (film_us - due_us)

    def at_limit(self, now_us: int) -> bool:
        return self.film_us(now_us) >= self.arming.limit_us
