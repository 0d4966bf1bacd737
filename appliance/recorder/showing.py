"""What lamp and buzzer say, from what the attendant knows.

Apart so that the rule "red only by what the card has acknowledged" stands in one place: kernels keep an output's level
after a process dies and states can lie (gpiozero issue 1142), durable writes do not.
"""

from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from appliance.panel.panel import Colour, Panel
from appliance.recorder.attendant import Attendant
from appliance.recorder.current import Current
from appliance.visit.chime import buzzing_at
from appliance.visit.chime import next_change_us as next_beep_us
from appliance.visit.lamp import Lamp, LampView, SteadyLamp, lamp_at
from appliance.visit.states import State

FRAMING_US: Final = 3_000_000
"""The lamp stays cyan this long after the last preview was asked for."""
ACK_SHOWN_US: Final = 6_000_000
"""Without an acknowledgement for this long the lamp asks for a look: segments last 1 s, 5 s at worst."""
LONGEST_S: Final = 0.5


class Shown(Enum):
    """What web and courier say that they are doing."""

    NOTHING = "nothing"
    PLAYING = "playing"
    SYNCING = "syncing"


@dataclass(slots=True)
class Showing:
    """`show` once a turn. `shown` and `framing_us` are set by requests from other threads."""

    panel: Panel
    shown: Shown = Shown.NOTHING
    framing_us: int | None = None
    says: Lamp = Lamp.OFF
    colour: Colour = Colour.OFF
    _lamp: SteadyLamp = field(default_factory=SteadyLamp)
    _buzzing: bool = False

    def show(self, attendant: Attendant, now_us: int) -> float:
        """Set lamp and buzzer for `now_us`; gives the seconds until either changes by itself, at most half of one."""
        view = self._view(attendant, now_us)
        self.says = lamp_at(view, now_us)
        colour = self._lamp.show(view, now_us)
        if colour is not self.colour:
            self.colour = colour
            self.panel.show(colour)
        filming = attendant.current if attendant.state is State.RECORDING else None
        chime_us = None if filming is None else filming.chime_us(now_us)
        buzzing = buzzing_at(chime_us, now_us)
        if buzzing is not self._buzzing:
            self._buzzing = buzzing
            self.panel.buzz(buzzing)
        due = [at for at in (self._lamp.next_change_us(now_us), next_beep_us(chime_us, now_us)) if at is not None]
        return min([LONGEST_S, *(max(0, at - now_us) / 1e6 for at in due)])

    def afresh(self) -> None:
        """The panel was opened: lamp and buzzer are out, whatever was shown to it before."""
        self.colour, self._buzzing = Colour.OFF, False

    def framing_at(self, now_us: int) -> bool:
        """Whether a phone shows the camera's picture: it asked for one a moment ago."""
        return self.framing_us is not None and now_us - self.framing_us < FRAMING_US

    def _view(self, attendant: Attendant, now_us: int) -> LampView:
        current = attendant.current
        if attendant.state is State.RECORDING and current is not None:
            return self._filming(current, now_us, attention=attendant.standing.attention)
        return LampView(self._idle(attendant, now_us))

    def _filming(self, current: Current, now_us: int, *, attention: bool) -> LampView:
        if current.acked_us is None:
            late = now_us - current.pressed_us > ACK_SHOWN_US
            return LampView(Lamp.DO_NOT_RECORD if late else Lamp.READY)
        lamp = Lamp.PLAYING_AND_RECORDING if self.shown is Shown.PLAYING else Lamp.RECORDING
        late = now_us - current.acked_us > ACK_SHOWN_US
        return LampView(lamp, current.arming.discreet, attention or late, current.enough_us(now_us))

    def _idle(self, attendant: Attendant, now_us: int) -> Lamp:
        if attendant.state is State.READY:
            framing = self.framing_at(now_us)
            playing = {Shown.PLAYING: Lamp.PLAYING, Shown.SYNCING: Lamp.SYNCING, Shown.NOTHING: Lamp.READY}
            return Lamp.FRAMING if framing else playing[self.shown]
        return {
            State.BOOT: Lamp.STARTING,
            State.PAUSED: Lamp.PAUSED,
            State.FINISHING: Lamp.STARTING,
            State.OFF: Lamp.OFF,
        }.get(attendant.state, Lamp.FAULT)
