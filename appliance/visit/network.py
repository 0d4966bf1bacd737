"""Where the box's one radio belongs: the visit's own Wi-Fi, the office's, or nowhere. One table.

Apart and pure, like the recorder's states. The radio serves one place at a time, so that leaving one throws everybody
off it: what happens by itself waits until nobody is there, and nothing happens while a film is being made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from appliance.errors import Forbidden


class Mode(Enum):
    VISIT = "visit"
    """The box's own Wi-Fi, for phones. After every start."""
    OFFICE = "office"
    """On a network that it was given, to carry footage home where no cable is."""
    OFF = "off"
    """No radio, until the pen button or the next start."""


class Turn(Enum):
    """What can make the radio change its place. The first three are somebody's wish."""

    ASKED_VISIT = "asked for visit"
    ASKED_OFFICE = "asked for office"
    ASKED_OFF = "asked for off"
    NOT_JOINED = "no office network could be joined"
    IDLE = "nothing carried for a while"
    PEN = "pairing window opened"


TABLE: Final[Mapping[tuple[Mode, Turn], Mode]] = {
    (Mode.VISIT, Turn.ASKED_VISIT): Mode.VISIT,
    (Mode.VISIT, Turn.ASKED_OFFICE): Mode.OFFICE,
    (Mode.VISIT, Turn.ASKED_OFF): Mode.OFF,
    (Mode.OFFICE, Turn.ASKED_VISIT): Mode.VISIT,
    (Mode.OFFICE, Turn.ASKED_OFFICE): Mode.OFFICE,
    (Mode.OFFICE, Turn.ASKED_OFF): Mode.OFF,
    (Mode.OFFICE, Turn.NOT_JOINED): Mode.VISIT,
    (Mode.OFFICE, Turn.IDLE): Mode.VISIT,
    (Mode.OFFICE, Turn.PEN): Mode.VISIT,
    (Mode.OFF, Turn.ASKED_VISIT): Mode.VISIT,
    (Mode.OFF, Turn.ASKED_OFFICE): Mode.OFFICE,
    (Mode.OFF, Turn.ASKED_OFF): Mode.OFF,
    (Mode.OFF, Turn.PEN): Mode.VISIT,
}
"""(mode, turn) -> mode; what is not here changes nothing."""
WISHES: Final = {
    Mode.VISIT: Turn.ASKED_VISIT,
    Mode.OFFICE: Turn.ASKED_OFFICE,
    Mode.OFF: Turn.ASKED_OFF,
}
IDLE_US: Final = 20 * 60 * 1_000_000
"""So long without anything carried, a box that is at the office goes back to being one for visits."""


@dataclass(frozen=True, slots=True)
class Around:
    """`filming`: a session is open, or nobody could say. `phones`: on the box's Wi-Fi; None: nobody could say."""

    filming: bool
    phones: int | None


def wished(mode: Mode, wish: Mode, around: Around) -> Mode:
    """What a person's wish makes of it; whoever asks is on the Wi-Fi himself, so phones do not stop it.

    Raises Forbidden while something is being filmed.
    """
    after = TABLE[mode, WISHES[wish]]
    if after is not mode and around.filming:
        raise Forbidden("The box is filming, and phones would lose it.", "Stop the recording first.")
    return after


def by_itself(mode: Mode, turn: Turn, around: Around) -> Mode:
    """What becomes of it without anybody's wish: nothing while there is film or a phone."""
    after = TABLE.get((mode, turn), mode)
    return mode if around.filming or around.phones != 0 else after
