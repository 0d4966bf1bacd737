"""A panel without wires, driven from the outside world's side: a finger on a button, an eye on the lamp.

Apart because the demo and every test of the recorder stand where the practitioner stands.
"""

import logging
import threading
from typing import Final

from appliance.clock import Clock
from appliance.panel.panel import Button, Colour, OnEdge

log: Final = logging.getLogger(__name__)


class BenchPanel:
    """A Panel. Thread-safe; a finger may stay on a button while the panel is opened or closed.

    `history` holds (CLOCK_MONOTONIC microseconds, colour) for each change since `open`, starting with OFF;
    `buzzes` the same for the buzzer, starting with the first change.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._on_edge: OnEdge | None = None
        self._pressed = dict.fromkeys(Button, False)
        self._colour = Colour.OFF
        self._buzzing = False
        self._history: list[tuple[int, Colour]] = []
        self._buzzes: list[tuple[int, bool]] = []

    def open(self, on_edge: OnEdge) -> None:
        with self._lock:
            self._on_edge = on_edge
            self._history, self._buzzes = [(self._clock.monotonic_us(), Colour.OFF)], []

    def show(self, colour: Colour) -> None:
        with self._lock:
            if self._on_edge is not None and colour is not self._colour:
                self._colour = colour
                self._history.append((self._clock.monotonic_us(), colour))

    def buzz(self, on: bool) -> None:
        with self._lock:
            if self._on_edge is not None and on != self._buzzing:
                self._buzzing = on
                self._buzzes.append((self._clock.monotonic_us(), on))

    def close(self) -> None:
        self.show(Colour.OFF)
        self.buzz(False)
        with self._lock:
            self._on_edge = None

    def finger(self, button: Button, down: bool) -> None:
        """Put a finger on `button` or take it away; a finger that is there already goes down no further."""
        with self._lock:
            changed, self._pressed[button] = self._pressed[button] != down, down
            on_edge, at_us = self._on_edge, self._clock.monotonic_us()
        if not changed or on_edge is None:
            return
        try:
            on_edge(button, down, at_us)
        except Exception as failure:  # noqa: BLE001 - as on the real panel, where it would end all edges
            log.error("edge refused by %s", type(failure).__name__)

    @property
    def colour(self) -> Colour:
        return self._colour

    @property
    def buzzing(self) -> bool:
        return self._buzzing

    @property
    def history(self) -> list[tuple[int, Colour]]:
        with self._lock:
            return list(self._history)

    @property
    def buzzes(self) -> list[tuple[int, bool]]:
        with self._lock:
            return list(self._buzzes)
