"""Opens the panel, and tries again while its pins cannot be had; and what a clicker's press does.

Apart from the recorder's life because buttons and lamp are not what films: without them a phone still starts and stops.
"""

from dataclasses import dataclass
from typing import Final

from appliance.errors import PanelLost
from appliance.panel.panel import OnClick, OnEdge, Panel
from appliance.recorder.attendant import Attendant
from appliance.recorder.showing import Showing
from appliance.recorder.standing import Standing
from appliance.visit.states import Event

AGAIN_US: Final = 10_000_000


@dataclass(slots=True)
class Fingers:
    """`reach` once a turn; PanelLost stands until the panel is open."""

    panel: Panel
    on_edge: OnEdge
    standing: Standing
    showing: Showing
    _open: bool = False
    _tried_us: int | None = None

    def reach(self, now_us: int) -> None:
        if self._open or (self._tried_us is not None and now_us - self._tried_us < AGAIN_US):
            return
        self._tried_us = now_us
        try:
            self.panel.open(self.on_edge)
        except PanelLost as lost:
            self.standing.hold(lost)
            return
        self._open = True
        self.standing.clear(PanelLost)
        self.showing.afresh()


def star_by(attendant: Attendant) -> OnClick:
    """For a clicker: a star where one is possible, and nothing else ever."""
    return lambda at_us: attendant.call(lambda: attendant.perhaps(Event.STAR, at_us))
