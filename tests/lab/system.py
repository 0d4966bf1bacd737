"""What is asked of a whole system under test, whether it runs in a container or in a machine.

Apart so that a box is tried with the same words in both.
"""

import time
from abc import ABC, abstractmethod
from typing import Final

_LOOK_S: Final = 0.1


class Failed(Exception):
    """A command in the system failed; what it printed."""


class System(ABC):
    """`slowness`: how many times longer than on a board a test waits for anything here."""

    slowness: float = 1.0

    @abstractmethod
    def run(self, script: str, *, stdin: str = "", timeout_s: float = 120.0, check: bool = True) -> str:
        """What a bash script printed, errors among it, without white space around. Raises Failed."""

    def succeeds(self, script: str) -> bool:
        try:
            self.run(script)
        except Failed:
            return False
        return True

    def until(self, what: str, script: str, timeout_s: float = 30.0) -> None:
        """Wait until a script succeeds. Raises Failed."""
        deadline = time.monotonic() + timeout_s * self.slowness
        while not self.succeeds(script):
            if time.monotonic() > deadline:
                raise Failed(f"waited {timeout_s * self.slowness:.0f} s in vain until {what}")
            time.sleep(_LOOK_S)

    def state(self) -> str:
        return self.run("systemctl is-system-running", check=False)
