"""Tells the recorder when a film is being played, so that the lamp on the box says so to everybody in the room.

Apart because it is told by time: a player fetches film as long as it plays, and nobody says when it stops.
"""

import uuid
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Final, Protocol

from appliance.clock import Clock
from appliance.errors import Fault
from web_ui.recorder import Recorder

QUIET_US: Final = 10_000_000
"""No film fetched for so long: nothing is playing. A player keeps less than that in hand at its live edge."""


class Playing(Protocol):
    """What must happen when film is shown."""

    def check(self, session: str) -> None:
        """Raises Forbidden where it must not be shown."""
        ...

    def begin(self, session: str, by: str) -> None:
        """Before any picture or sound of a session is served; raises as `check` does."""
        ...

    def seen(self) -> None:
        """A piece of film was fetched."""
        ...


class LampPlaying:
    """On a box the lamp says so. `check` raises Forbidden for a session that nobody may be shown."""

    def __init__(self, recorder: Recorder, clock: Clock, check: Callable[[str], None]) -> None:
        self._recorder, self._clock, self._check = recorder, clock, check
        self._seen_us: int | None = None
        self._shown = False
        self._lock = Lock()

    def check(self, session: str) -> None:
        self._check(session)

    def begin(self, session: str, by: str) -> None:
        """The first piece of film makes the lamp say it."""
        self._check(session)

    def seen(self) -> None:
        """A piece of film was fetched."""
        self._seen_us = self._clock.monotonic_us()

    def end(self) -> None:
        """Nothing can be playing now: the box was locked."""
        self._seen_us = None

    def look(self) -> None:
        """Tell the recorder if that has changed; one that does not answer is told at the next look."""
        with self._lock:
            seen_us = self._seen_us
            plays = seen_us is not None and self._clock.monotonic_us() - seen_us < QUIET_US
            if plays == self._shown:
                return
            with suppress(Fault):
                self._recorder.ask("show", what="playing" if plays else "nothing", op_id=str(uuid.uuid4()))
                self._shown = plays
