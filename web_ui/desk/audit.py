"""Writes down who did what, before it is done: sealed to the agency, so that only those with the office key read it.

Apart from the lane because a deed has few words of its own, and none of them may hold a name.
"""

import uuid
from collections.abc import Sequence
from typing import Final

from appliance.practice.trail import ABOUT, DEEDS, KIND
from web_ui.lane import NewOp, WebLane

AGENCY: Final = "agency"


class Audit:
    """One desk's. `recipients`: the office's and the escrow's."""

    def __init__(self, lane: WebLane, recipients: Sequence[str]) -> None:
        self._lane, self._recipients = lane, tuple(recipients)

    def note(self, by: str, what: str, request: str | None = None, **about: str) -> None:
        """Durable on return. Raises CardFull, CardFailing: then it must not be done.

        `by`: a member of staff; `request`: the op_id for which it is done, so that asking again writes no second.
        """
        if what not in DEEDS or not about.keys() <= set(ABOUT):
            raise ValueError(what)
        op_id = str(uuid.uuid4()) if request is None else str(uuid.uuid5(uuid.UUID(request), what))
        self._lane.write(NewOp(op_id, KIND, AGENCY, self._recipients, by, {"what": what, **about}))
