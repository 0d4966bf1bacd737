"""What must happen before film is shown at the desk: consent is on record, and it is written down who looks.

Apart because it is told by time: a player fetches film as long as it plays, and nobody says when it stops.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final

from appliance.clock import Clock
from appliance.errors import Forbidden
from web_ui.desk.audit import Audit
from web_ui.desk.standing import Standing

QUIET_US: Final = 60 * 1_000_000
"""Who fetched nothing of a session for so long plays it anew. A player keeps half of that in hand."""
KEPT: Final = 1_000


class NotedPlaying:
    """A play is noted before its first byte is served; if it cannot be, nothing is."""

    def __init__(self, standing: Standing, audit: Audit, clock: Clock) -> None:
        self._standing, self._audit, self._clock = standing, audit, clock
        self._seen_us: OrderedDict[tuple[str, str], int] = OrderedDict()
        self._lock = Lock()

    def check(self, session: str) -> None:
        self._standing.look()
        consent = self._standing.consent(session)
        if consent.order is not None:
            raise Forbidden("This session is being erased.", "It can no longer be played.")
        if not consent.confirmed:
            raise Forbidden(
                "Consent for this session is not confirmed yet, so it cannot be played.",
                "Confirm it on the session's page when it is on record, or let it erase itself.",
            )

    def begin(self, session: str, by: str) -> None:
        self.check(session)
        with self._lock:
            now_us = self._clock.monotonic_us()
            seen_us = self._seen_us.get((by, session))
            if seen_us is None or now_us - seen_us > QUIET_US:
                self._audit.note(by, "played", session=session)
            self._seen_us[by, session] = now_us
            self._seen_us.move_to_end((by, session))
            while len(self._seen_us) > KEPT:
                self._seen_us.popitem(last=False)

    def ended(self, by: str) -> None:
        """Signed out: whatever this person plays next is a new play."""
        with self._lock:
            for key in [key for key in self._seen_us if key[0] == by]:
                del self._seen_us[key]

    def seen(self) -> None:
        """Noted already."""
