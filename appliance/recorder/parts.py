"""What the attendant tends: the parts of a recorder as it knows them.

Apart from the attendant, which is what is done with them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from appliance.capture.camera import Microphone
from appliance.clock import Clock
from appliance.health.health import Health
from appliance.recorder.mark import FilmingMark
from appliance.recorder.quiet import Patience
from appliance.recorder.scribe import Scribe
from appliance.recorder.taking import Taking
from appliance.sealing.recipients import Recipient
from appliance.store.space import Space


@dataclass(frozen=True, slots=True)
class Parts:
    """`office` are the recipients of agency facts.

    `supervised`: somebody starts the process anew when it ends with STUCK_EXIT.
    """

    clock: Clock
    taking: Taking
    scribe: Scribe
    space: Space
    health: Health
    microphone: Microphone
    office: Sequence[Recipient]
    mark: FilmingMark
    patience: Patience = field(default_factory=Patience)
    supervised: bool = False
