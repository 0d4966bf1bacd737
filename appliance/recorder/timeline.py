"""Keeps a camera's timestamps on the monotonic clock when they leap away from it.

Apart and pure: it is the one place that compares when a packet says it was captured with when it came.
"""

from dataclasses import replace
from typing import TypeVar

from appliance.capture.packet import AudioPacket, VideoPacket

LEAP_US = 5_000_000
"""Farther off than any stall of a living encoder; the segmenter copes with what is smaller."""
USUAL_LAG_US = 50_000

AnyPacket = TypeVar("AnyPacket", VideoPacket, AudioPacket)


class Timeline:
    """`place` gives the packet back, moved by the shift that the last leap called for; `leaps` counts them."""

    def __init__(self) -> None:
        self.leaps = 0
        self._shift_us = 0

    def place(self, packet: AnyPacket, arrived_us: int) -> AnyPacket:
        lag_us = arrived_us - (packet.pts_us + self._shift_us)
        if abs(lag_us) > LEAP_US:
            self.leaps += 1
            self._shift_us += lag_us - USUAL_LAG_US
        return replace(packet, pts_us=packet.pts_us + self._shift_us) if self._shift_us else packet
