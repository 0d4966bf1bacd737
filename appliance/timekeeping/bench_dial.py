"""The clock of a box made of software: it never moves the machine's time, and is set where lamp and buttons are.

Apart because whoever looks at the bench's switches must see there, too, that a phone gave the time.
"""

from typing import Any, Protocol

from appliance.clock import SOURCES, UNSURE
from appliance.errors import Fault


class Bench(Protocol):
    """The bench's intercom Line, as far as it is needed here."""

    def ask(self, do: str, **fields: Any) -> dict[str, Any]:
        """Raises Fault."""
        ...


class BenchDial:
    """A Dial. `bench`: its reading has the source; this machine's time is right, so only that word changes."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def source(self) -> str:
        try:
            told = self._bench.ask("look")["health"]["utc_source"]
        except Fault:
            return UNSURE
        return str(told) if told in SOURCES else UNSURE

    def move(self, by_ms: int) -> None:
        self._bench.ask("health", utc_source="phone")
