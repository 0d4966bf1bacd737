"""Opens the panel, and tries again while its pins cannot be had.

Apart from the recorder's life because buttons and lamp are not what films: without them a phone still starts and stops.
"""

from dataclasses import dataclass
from typing import Final

from appliance.errors import PanelLost
from appliance.panel.panel import OnEdge, Panel
from appliance.recorder.showing import Showing
from appliance.recorder.standing import Standing

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
