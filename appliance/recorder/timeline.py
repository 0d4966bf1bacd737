"""Keeps a camera's and a microphone's timestamps on the monotonic clock when they leap away from it.

Apart and pure: it is the one place that compares when a packet says it was captured with when it came.
"""

from dataclasses import replace
from typing import Final, TypeVar

from appliance.capture.packet import AudioPacket, VideoPacket

LEAP_US: Final = 5_000_000
"""Farther off than any stall of a living encoder; the segmenter copes with what is smaller."""
CLOSE_US: Final = 1_000_000
USUAL_LAG_US: Final = 50_000
LONGEST_STEP_US: Final = 250_000
BUNCHED: Final = 4
"""A packet that comes less than so many steps after the one before is taken to be the next, and late."""

AnyPacket = TypeVar("AnyPacket", VideoPacket, AudioPacket)


class Timeline:
    """`place` gives the packet back, moved by the shift that the last leap called for; `leaps` counts them.

    A leap back to where the clock was is undone exactly. After any other the stream goes on at its own step, and a
    stream with a `lead` goes where that went: one clock leapt for both, and lips and voices stay together.
    """

    def __init__(self, lead: "Timeline | None" = None) -> None:
        self.leaps = 0
        self.shift_us = 0
        self._lead = lead
        self._newest_us: int | None = None
        self._arrived_us = 0
        self._step_us = 0

    def place(self, packet: AnyPacket, arrived_us: int) -> AnyPacket:
        if abs(arrived_us - packet.pts_us - self.shift_us) > LEAP_US:
            self.leaps += 1
            self.shift_us = self._new_shift_us(packet.pts_us, arrived_us)
        self._follow(packet.pts_us + self.shift_us, arrived_us)
        return replace(packet, pts_us=packet.pts_us + self.shift_us) if self.shift_us else packet

    def _follow(self, at_us: int, arrived_us: int) -> None:
        step_us = 0 if self._newest_us is None else at_us - self._newest_us
        if 0 < step_us < LONGEST_STEP_US:
            self._step_us = step_us
        self._newest_us, self._arrived_us = at_us, arrived_us

    def _new_shift_us(self, pts_us: int, arrived_us: int) -> int:
        for shift_us in (0,) if self._lead is None else (0, self._lead.shift_us):
            if abs(arrived_us - pts_us - shift_us) < CLOSE_US and self._may_be_at(pts_us + shift_us):
                return shift_us
        if self._newest_us is None or not self._step_us:
            return arrived_us - USUAL_LAG_US - pts_us
        steps = (arrived_us - self._arrived_us) / self._step_us
        return self._newest_us + (1 if steps < BUNCHED else round(steps)) * self._step_us - pts_us

    def _may_be_at(self, at_us: int) -> bool:
        """A picture out of order would cost all up to the next key frame; sound costs a frame."""
        return self._lead is not None or self._newest_us is None or at_us > self._newest_us
