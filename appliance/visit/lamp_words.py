"""What each thing that the lamp says looks like and means, in words.

Apart from the patterns because people read these: the screen, the terminal and the card on the box.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from appliance.visit.lamp import Lamp


@dataclass(frozen=True, slots=True)
class Meaning:
    """`light`: how it looks; `word`: a state's name; `sentence`: what is so, and what to do."""

    light: str
    word: str
    sentence: str


MEANING: Final[Mapping[Lamp, Meaning]] = MappingProxyType(
    {
        Lamp.OFF: Meaning("off", "off", "The box is off and safe to unplug."),
        Lamp.STARTING: Meaning("white, slow", "starting", "The box is starting; wait for steady white."),
        Lamp.READY: Meaning("white, steady", "ready", "Nothing is being recorded; a press starts a film."),
        Lamp.FRAMING: Meaning("cyan, steady", "framing", "The picture is shown on a phone; nothing is kept."),
        Lamp.RECORDING: Meaning("red, steady", "recording", "The box is filming; a press sets a star."),
        Lamp.PAUSED: Meaning("red and white, slow", "paused", "Nothing is being recorded; a press goes on filming."),
        Lamp.PLAYING: Meaning("blue, steady", "playing", "Film is being shown; nothing is being recorded."),
        Lamp.PLAYING_AND_RECORDING: Meaning(
            "magenta, steady", "playing and recording", "Film is being shown, and the box is filming."
        ),
        Lamp.SYNCING: Meaning("blue, slow", "syncing", "Sealed film is going to the office; leave the box plugged in."),
        Lamp.DO_NOT_RECORD: Meaning("amber, steady", "do not record", "Do not record yet; read the phone."),
        Lamp.FAULT: Meaning("amber, fast", "fault", "Something is wrong and nothing can be recorded; read the phone."),
        Lamp.RECORDING_DISCREETLY: Meaning(
            "red, a blip every two seconds",
            "recording",
            "The box is filming with a discreet lamp; a press sets a star.",
        ),
        Lamp.ATTENTION: Meaning(
            "red, two blinks", "recording, attention", "The box is filming and something needs a look; read the phone."
        ),
        Lamp.ATTENTION_DISCREETLY: Meaning(
            "red, two blips", "recording, attention", "The box is filming and something needs a look; read the phone."
        ),
        Lamp.ENOUGH: Meaning(
            "white and red, three times", "recording, enough film", "There is enough film; the box is still filming."
        ),
    }
)
