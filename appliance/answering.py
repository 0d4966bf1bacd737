"""A program of a box that answers its intercom while it works: opened, told ready to systemd, closed.

Apart because the network's and the clock's are the same but for what they do.
"""

import threading
from collections.abc import Callable
from typing import Protocol

from appliance.intercom import Intercom
from appliance.notify import Systemd

ANSWER_S = 2.0
"""How long such a program waits for another one's answer."""


class Works(Protocol):
    def run(self, stopping: threading.Event, ready: Callable[[], None]) -> None: ...


def answering(intercom: Intercom, work: Works) -> Callable[[threading.Event], None]:
    """What runs until told to end; nothing is started."""

    def run(stopping: threading.Event) -> None:
        intercom.open()
        try:
            work.run(stopping, ready=lambda: Systemd().tell("READY=1"))
        finally:
            intercom.close()

    return run
