"""When to go next to one store: at once when asked, soon when its way opens, later after a failure.

Apart and pure, with time as a parameter. A fleet that docks in the same hour must not knock all at once, so what starts
by itself starts at a random moment.
"""

import random
from dataclasses import dataclass, field
from typing import Final

SECOND_US: Final = 1_000_000
JITTER_US: Final = 10 * 60 * SECOND_US
FIRST_WAIT_US: Final = 15 * SECOND_US
LONGEST_WAIT_US: Final = 30 * 60 * SECOND_US
FIRST_LOOK_US: Final = 2 * SECOND_US
LONGEST_LOOK_US: Final = 30 * 60 * SECOND_US
"""While the way is open a store is looked at again and again, for receipts may have come: soon, then less often."""


@dataclass(slots=True)
class Pace:
    """`due_us`: on the monotonic clock, when to go, None without a way. `unreachable`: the last visit failed."""

    jitter_us: int = JITTER_US
    chance: random.Random = field(default_factory=random.Random)
    due_us: int | None = None
    unreachable: bool = False
    _wait_us: int = 0
    _look_us: int = FIRST_LOOK_US
    _visited: bool = False

    def way(self, now_us: int, *, is_open: bool) -> None:
        """What the Way said now."""
        if not is_open:
            self.due_us, self.unreachable, self._visited = None, False, False
            self._wait_us, self._look_us = 0, FIRST_LOOK_US
        elif self.due_us is None:
            self.due_us = now_us + int(self.chance.random() * self.jitter_us)

    def go(self, now_us: int) -> None:
        """Somebody asked: at once, if there is a way."""
        if self.due_us is not None:
            self.due_us, self._wait_us, self._look_us = now_us, 0, FIRST_LOOK_US

    def soon(self, now_us: int) -> None:
        """There is something new to carry; what waits after a failure, or for its random moment, waits on."""
        if self.due_us is not None and not self.unreachable and self._visited:
            self.due_us = min(self.due_us, now_us + SECOND_US)

    def is_due(self, now_us: int) -> bool:
        return self.due_us is not None and now_us >= self.due_us

    def went_well(self, now_us: int, *, news: bool) -> None:
        """`news`: something was carried or came."""
        self.unreachable, self._visited, self._wait_us = False, True, 0
        self._look_us = FIRST_LOOK_US if news else min(2 * self._look_us, LONGEST_LOOK_US)
        self.due_us = now_us + self._look_us

    def failed(self, now_us: int) -> None:
        """Twice as long as before, give or take a quarter."""
        self.unreachable = True
        self._wait_us = min(2 * self._wait_us or FIRST_WAIT_US, LONGEST_WAIT_US)
        self.due_us = now_us + int(self._wait_us * (0.75 + 0.5 * self.chance.random()))

    def broken_off(self, now_us: int) -> None:
        """A recording began, or we are to end: it goes on where it was as soon as it may."""
        self.due_us = now_us
