"""What fingers, ends and Faults mean: which event each is, and which reason the log is given.

Apart from the attendant because these are tables to be read, and it is a loop.
"""

from typing import Final

from appliance.errors import CameraLost, CardFailing, CardFull
from appliance.panel.panel import Button
from appliance.panel.presses import Kind
from appliance.visit.states import Event

GESTURES: Final = {
    (Button.RECORD, Kind.PRESS): Event.PRESS,
    (Button.RECORD, Kind.DOUBLE): Event.DOUBLE_PRESS,
    (Button.RECORD, Kind.HOLD): Event.HOLD,
    (Button.RECESSED, Kind.PRESS): Event.PEN_PRESS,
    (Button.RECESSED, Kind.HOLD): Event.PEN_HOLD,
}
REASONS: Final = {
    Event.OBJECTION: "objection",
    Event.LIMIT: "limit",
    Event.QUIET: "quiet",
    Event.NO_ROOM: "card-full",
    Event.CARD_FAILED: "card-failing",
    Event.CAMERA_GONE: "camera-lost",
    Event.POWER_LOW: "power",
    Event.SHUT_DOWN: "shutdown",
    Event.PEN_HOLD: "shutdown",
}
BLOCKING: Final = {CardFull: Event.NO_ROOM, CardFailing: Event.CARD_FAILED, CameraLost: Event.CAMERA_GONE}
