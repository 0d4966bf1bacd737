"""Tells systemd that the recorder is up and well, and why it is not.

Apart because the watchdog must be fed only when every part is alive: the loop turned less than 2 s ago and, while
recording, a packet came less than 3 s and a sync less than 15 s ago.
"""

from appliance.notify import Systemd
from appliance.recorder.attendant import Attendant
from appliance.recorder.watch import ACK_AGE_US
from appliance.visit.states import State

TURN_AGE_US = 2_000_000
PICTURE_AGE_US = 3_000_000
CLIMB_US = 60_000_000
"""Longest that the recovery ladder may take before systemd is let in: two rounds with all their time limits."""


class Pulse:
    """`ready` once, `beat` after each turn; without systemd (no NOTIFY_SOCKET) both do nothing."""

    def __init__(self, address: str | None = None) -> None:
        self._systemd = Systemd(address)
        self._missing_since_us: int | None = None

    def ready(self) -> None:
        self._systemd.tell("READY=1")

    def beat(self, attendant: Attendant, now_us: int) -> bool:
        """Feed the watchdog if all is well; gives what it found."""
        well = self._well(attendant, now_us)
        if well:
            self._systemd.tell("WATCHDOG=1")
        return well

    def end(self) -> None:
        self._systemd.tell("STOPPING=1")

    def _well(self, attendant: Attendant, now_us: int) -> bool:
        if now_us - attendant.turned_us > TURN_AGE_US:
            return False
        taking, current = attendant.parts.taking, attendant.current
        if attendant.state is not State.RECORDING or taking.filming_since_us is None or current is None:
            self._missing_since_us = None
            return True
        picture_us = taking.last_picture_us or taking.filming_since_us
        acked_us = max(current.acked_us or 0, taking.filming_since_us)
        if now_us - picture_us <= PICTURE_AGE_US and now_us - acked_us <= ACK_AGE_US:
            self._missing_since_us = None
            return True
        self._missing_since_us = self._missing_since_us or now_us
        return attendant.climbing and now_us - self._missing_since_us < CLIMB_US
