"""A machine whose heat, power and clock are set by hand.

Apart so that the demo and the tests can flatten a battery without one.
"""

import threading
from dataclasses import replace
from typing import Any

from appliance.health.health import Reading


class BenchHealth:
    """A Health. `reading`: what is read until `set` changes it; thread-safe."""

    def __init__(self, reading: Reading | None = None) -> None:
        self._lock = threading.Lock()
        self._reading = Reading() if reading is None else reading

    def set(self, **fields: Any) -> None:
        """Change the given fields of the reading, the others stay; TypeError names one that a Reading has not."""
        with self._lock:
            self._reading = replace(self._reading, **fields)

    def read(self) -> Reading:
        with self._lock:
            return self._reading
