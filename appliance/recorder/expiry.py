"""Sessions that nobody confirmed erase themselves after seven days; looked for at start and once an hour.

Apart from erasing because nobody asks for it: it is a Worker of its own, which waits while something is filmed.
"""

import json
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from appliance.clock import UNSURE, Clock
from appliance.errors import Fault
from appliance.recorder.erasures import Erasures
from appliance.said.fates import Fate
from appliance.said.terms import unconfirmed_too_long
from appliance.store.durable import Durable
from appliance.store.finder import SegmentFinder
from appliance.store.layout import LOG, SUMS_SIGNATURE
from appliance.store.lines import Closed, Recovered
from appliance.store.listing import session_folders

log: Final = logging.getLogger(__name__)
LOOK_US: Final = 3_600_000_000
TURN_S: Final = 1.0
NOBODY_SPOKE: Final = Fate()


class Expiry:
    """`run` is the work of a Worker. `utc_source`: how far the clock can be trusted now."""

    def __init__(self, erasures: Erasures, clock: Clock, utc_source: Callable[[], str], durable: Durable) -> None:
        self._erasures, self._clock, self._utc_source, self._durable = erasures, clock, utc_source, durable
        self._due_us = 0

    def run(self, stopping: threading.Event) -> None:
        while not stopping.wait(TURN_S):
            self.turn()

    def turn(self) -> None:
        """Look, if it is time and nothing is being filmed: erasing hours of film keeps a card busy."""
        now_us = self._clock.monotonic_us()
        if now_us >= self._due_us and self._erasures.filming() is None:
            self._due_us = now_us + LOOK_US
            try:
                self.look()
            except Fault as fault:
                log.error("sessions that were never confirmed could not be looked for: %s", fault.code)

    def look(self) -> tuple[str, ...]:
        """Erase what is due now; gives its ids. Nothing without a clock that is sure. Raises BadInput, CardFailing."""
        if self._utc_source() == UNSURE:
            return ()
        now_ms, met = self._clock.utc_ms(), self._read_met()
        ends = {folder.name: self._since_ms(folder, met, now_ms) for folder in session_folders(self._erasures.home)}
        self._write_met({session: at for session, at in met.items() if session in ends})
        due = [
            session
            for session, end_ms in ends.items()
            if end_ms is not None and unconfirmed_too_long(NOBODY_SPOKE, end_ms, now_ms)
        ]
        return tuple(session for session in due if self._erasures.leave_by_itself(session))

    def _since_ms(self, folder: Path, met: dict[str, int], now_ms: int) -> int | None:
        """From when its days count; None for a session that is not closed."""
        end = _end(folder)
        if end is None:
            return None
        return met.setdefault(folder.name, now_ms) if end.utc_source == UNSURE else end.utc_ms

    def _read_met(self) -> dict[str, int]:
        with suppress(OSError, ValueError, RecursionError, AttributeError):
            told = json.loads(self._erasures.home.met.read_bytes()).get("met")
            if isinstance(told, dict) and all(type(at) is int for at in told.values()):
                return told
        return {}

    def _write_met(self, met: dict[str, int]) -> None:
        if met != self._read_met():
            line = json.dumps({"v": 1, "met": met}, separators=(",", ":")).encode() + b"\n"
            self._durable.write_whole(self._erasures.home.met, line)


def _end(folder: Path) -> Closed | Recovered | None:
    if not (folder / SUMS_SIGNATURE).exists():
        return None
    with suppress(OSError):
        return SegmentFinder(folder / LOG).end()
    return None
