"""Looks at the camera's small picture, about once a second, and tells the attendant what it shows.

Apart in a thread of its own, because finding faces takes as long as a camera takes for several pictures. It has no
lower priority: a thread that is put aside while it holds the interpreter's lock puts the camera's aside with it.
Instead it rests at least three times as long as it looked.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final

from appliance.capture.camera import Camera
from appliance.capture.framing import Framing
from appliance.clock import Clock
from appliance.recorder.notices import Notify, Seen
from appliance.visit.states import State

log: Final = logging.getLogger(__name__)
LOOK_US: Final = 1_000_000
IDLE_US: Final = 5_000_000
"""Between two looks while nothing is filmed and no phone asks for the picture."""
FACES_US: Final = 10_000_000
"""Between two searches for faces while no phone asks for the picture: they take most of the time."""
FACES_SHOWN_US: Final = 2_000_000
"""While one does, and draws boxes around them."""
TICK_S: Final = 0.25
REST: Final = 3


class Looking:
    """`run` is the work of a Worker. In a privacy pause, as in every state but ready and recording, it looks away.

    `state` and `filming_since_us` are the attendant's and `taking`'s; `framing`: whether a phone shows the picture now.
    """

    def __init__(
        self,
        camera: Camera,
        clock: Clock,
        notify: Notify,
        *,
        state: Callable[[], State],
        filming_since_us: Callable[[], int | None],
        framing: Callable[[], bool],
    ) -> None:
        self._camera, self._clock, self._notify = camera, clock, notify
        self._state, self._filming_since_us, self._framing = state, filming_since_us, framing
        self._eyes = Framing()
        self._since_us: int | None = None
        self._rests_until_us = 0
        self._looked_us = -IDLE_US
        self._faces_us = -FACES_US
        self._failed = False

    def run(self, stopping: threading.Event) -> None:
        while not stopping.wait(TICK_S):
            self.look()

    def look(self) -> bool:
        """One look if it is due; whether there was one."""
        now_us = self._clock.monotonic_us()
        if self._state() not in {State.READY, State.RECORDING}:
            return False
        since_us = self._filming_since_us()
        if since_us is not None and since_us != self._since_us:
            self._eyes.begin()
        self._since_us = since_us
        often_us = LOOK_US if since_us is not None or self._framing() else IDLE_US
        if now_us < max(self._looked_us + often_us, self._rests_until_us):
            return False
        seen = self._try(now_us)
        ended_us = self._clock.monotonic_us()
        self._looked_us, self._rests_until_us = now_us, ended_us + REST * (ended_us - now_us)
        return seen

    def _try(self, now_us: int) -> bool:
        """Whatever fails here must not end the recorder, so it is told once and the room stays unseen."""
        often_us = FACES_SHOWN_US if self._framing() else FACES_US
        for_faces = now_us - self._faces_us >= often_us
        try:
            picture = self._camera.picture()
            if picture is None:
                return False
            look = self._eyes.look(picture, for_faces=for_faces)
        except Exception as failure:  # noqa: BLE001 - see above
            if not self._failed:
                log.error("looking: %s", type(failure).__name__)
            self._failed = True
            return False
        if for_faces:
            self._faces_us = now_us
        self._notify(Seen(look, now_us))
        return True
