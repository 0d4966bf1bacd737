"""Looks at camera, microphone, card, length and power, and says what follows.

Apart from the attendant so that each rule is one short function with the time as a parameter.
"""

from dataclasses import dataclass
from typing import Final, Protocol

from appliance.capture.camera import Level
from appliance.clock import UNSURE
from appliance.errors import (
    BoxHot,
    CardFailing,
    CardFull,
    CardSlow,
    CardWorn,
    ClockNotSet,
    Fault,
    MicSilent,
    PacketsDropped,
    PowerLow,
    worded,
)
from appliance.health.health import Reading
from appliance.recorder.current import Current
from appliance.recorder.standing import Standing
from appliance.visit.states import Event, State

SECOND_US: Final = 1_000_000
PICTURE_AGE_US: Final = 2 * SECOND_US
SOUND_AGE_US: Final = 2 * SECOND_US
ACK_AGE_US: Final = 15 * SECOND_US
DROPPED_SHOWN_US: Final = 60 * SECOND_US
FEW_MINUTES: Final = 10
LAST_MINUTES: Final = 1
NO_ROOM: Final = "There is no room for another film."
SILENCE_DBFS: Final = -110.0
HOT_C: Final = 75.0
PLUGGED_DO: Final = worded("Leave the box plugged in. If the number falls, use the box's own plug and cable.")
BATTERY_FEW, BATTERY_FLOOR = 15, 7
"""Per cent. About twenty minutes before the end people are told; the rest is for closing the film and a fresh start."""
PLUGGED_FEW, PLUGGED_FLOOR = 7, 3
"""The same while power comes in: it charges, and only a supply that is too weak for the box lets it fall further."""


class Arrivals(Protocol):
    """When packets last came, CLOCK_MONOTONIC microseconds; None before the first one."""

    last_picture_us: int | None
    last_sound_us: int | None
    filming_since_us: int | None


@dataclass(slots=True)
class Watch:
    """`look` once a turn; it sets and clears standing Faults and returns the events that follow, worst first."""

    arrivals: Arrivals
    standing: Standing
    dropped_at_us: int | None = None

    def pictures_missing(self, now_us: int) -> bool:
        """Whether the camera has been silent for 2 s while it should film."""
        since_us = self.arrivals.last_picture_us or self.arrivals.filming_since_us
        return self.arrivals.filming_since_us is not None and now_us - (since_us or now_us) > PICTURE_AGE_US

    def sound(self, now_us: int, level: Level | None) -> None:
        """MicSilent stands while no sound comes, or only digital zero; it is cleared when filming ends."""
        began_us = self.arrivals.filming_since_us
        if began_us is None:
            self.standing.clear(MicSilent)
            return
        came_us = self.arrivals.last_sound_us or began_us
        gone = now_us - came_us > SOUND_AGE_US
        deaf = level is not None and level.rms_dbfs < SILENCE_DBFS and now_us - began_us > SOUND_AGE_US
        what = "No sound arrives." if gone else "The microphone sends only silence."
        self.standing.hold(MicSilent(what), when=gone or deaf)

    def card(self, now_us: int, current: Current | None, minutes_left: float) -> list[Event]:
        few = minutes_left < FEW_MINUTES
        room = CardFull("There is room for about {n} more minutes of film.", n=int(minutes_left))
        self.standing.hold(CardFull(NO_ROOM) if minutes_left < LAST_MINUTES else room, when=few)
        if self.dropped_at_us is not None:
            fresh = now_us - self.dropped_at_us < DROPPED_SHOWN_US
            self.standing.hold(PacketsDropped("The card was too slow: some seconds are missing."), when=fresh)
        slow = current is not None and current.paused_at_us is None and self._unacknowledged(current, now_us)
        self.standing.hold(CardSlow("The card has taken nothing for 15 seconds."), when=slow)
        return [Event.NO_ROOM] if current is not None and minutes_left < LAST_MINUTES else []

    def length(self, now_us: int, state: State, current: Current | None) -> list[Event]:
        if state not in {State.RECORDING, State.PAUSED} or current is None:
            return []
        return [Event.LIMIT] if current.at_limit(now_us) else []

    def machine(self, reading: Reading) -> list[Event]:
        hot = reading.temperature_c is not None and reading.temperature_c >= HOT_C
        self.standing.hold(BoxHot("The box is too warm."), when=hot or bool(reading.throttled))
        self.standing.hold(_worn(reading), when=bool(reading.card_errors) or bool(reading.card_read_only))
        unset = reading.utc_source == UNSURE
        self.standing.hold(ClockNotSet("The box does not know the time for sure."), when=unset)
        few, floor = (PLUGGED_FEW, PLUGGED_FLOOR) if reading.plugged_in else (BATTERY_FEW, BATTERY_FLOOR)
        low = _at_most(reading.battery_percent, few)
        self.standing.hold(_power(reading, low=low), when=low or bool(reading.undervoltage))
        return [Event.POWER_LOW] if _at_most(reading.battery_percent, floor) else []

    def _unacknowledged(self, current: Current, now_us: int) -> bool:
        since_us = max(current.acked_us or 0, self.arrivals.filming_since_us or now_us)
        return now_us - since_us > ACK_AGE_US


def _at_most(percent: int | None, most: int) -> bool:
    """One that nobody knows is not low: a gauge that went silent ends no film."""
    return percent is not None and percent <= most


def _power(reading: Reading, *, low: bool) -> Fault:
    if not low or reading.battery_percent is None:
        return PowerLow("The power supply is too weak.")
    if reading.plugged_in:
        return PowerLow("The battery is at {n} %, plugged in.", PLUGGED_DO, n=reading.battery_percent)
    return PowerLow("The battery is at {n} %.", n=reading.battery_percent)


def _worn(reading: Reading) -> Fault:
    if reading.card_read_only:
        return CardWorn("The card takes nothing any more.", CardFailing.do_default)
    return CardWorn("The card's file system has found {n} errors.", n=reading.card_errors or 0)
