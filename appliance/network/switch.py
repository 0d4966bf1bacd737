"""Keeps the radio where its mode says, once a second; answers who asks for another mode.

Apart from the table of modes, which knows neither a radio nor a recorder.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from appliance.clock import Clock
from appliance.errors import BadInput, Fault
from appliance.intercom import Answer, Request
from appliance.network.radio import Radio
from appliance.visit.network import IDLE_US, Around, Mode, Turn, by_itself, wished
from appliance.visit.states import AT_REST

log: Final = logging.getLogger(__name__)
LOOK_S: Final = 1.0
TRY_US: Final = 30 * 1_000_000
"""Between two tries to bring the own Wi-Fi up where it would not come, or went."""
LEAVE_US: Final = 2 * 1_000_000
"""Between a wish and the change: the phone that asked is on the Wi-Fi that goes, and must hear the answer first."""
JOINED: Final = "a network that the box was given"


class Asks(Protocol):
    """An intercom's Line, as far as it is needed here."""

    def ask(self, do: str) -> dict[str, Any]:
        """Raises Fault."""
        ...


@dataclass(slots=True)
class Switch:
    """`recorder`, `courier`: asked for their status. `turn` is one look; `take` answers the intercom."""

    radio: Radio
    recorder: Asks
    courier: Asks
    clock: Clock
    mode: Mode = Mode.VISIT
    _up: str | None = None
    _since_us: int = 0
    _tried_us: int | None = None
    _pen: bool = False
    _wish: tuple[Mode, int] | None = None
    _given: bool = False
    _one: threading.Lock = field(default_factory=threading.Lock)

    def run(self, stopping: threading.Event, ready: Callable[[], None]) -> None:
        self.turn()
        ready()
        while not stopping.wait(LOOK_S):
            self.turn()

    def take(self, request: Request) -> Answer:
        """`status`; `mode` (mode: visit, office or off), which becomes true two seconds later.

        A wish for the present mode takes another back that still waits. Raises Forbidden while filming, and BadInput.
        """
        match request:
            case {"do": "status"}:
                return self._status()
            case {"do": "mode", "mode": str(word)} if word in {mode.value for mode in Mode}:
                with self._one:
                    mode = wished(self.mode, Mode(word), self._around())
                    due_us = self.clock.monotonic_us() + LEAVE_US
                    self._wish = None if mode is self.mode else (mode, due_us)
                return self._status()
        raise BadInput("The network takes status, and mode with visit, office or off.")

    def turn(self) -> None:
        """One look: put up what should be up, and go back to visits where a mode has come to its end."""
        with self._one:
            around, now_us = self._around(), self.clock.monotonic_us()
            if self._wish is not None and now_us >= self._wish[1]:
                self._grant(self._wish[0], around)
            pen, self._pen = self._pen, False
            if pen:
                self._become(by_itself(self.mode, Turn.PEN, around))
            if self.mode is Mode.OFFICE:
                self._at_office(around, now_us)
            elif self.mode is Mode.VISIT and (self._tried_us is None or now_us - self._tried_us >= TRY_US):
                self._tried_us = now_us
                self._up = self.radio.up() or self.radio.own()

    def _at_office(self, around: Around, now_us: int) -> None:
        if self._up is None:
            self._up = JOINED if self.radio.join() else None
            if self._up is None:
                self._become(by_itself(self.mode, Turn.NOT_JOINED, around))
        elif _carries(self.courier):
            self._since_us = now_us
        elif now_us - self._since_us >= IDLE_US:
            self._become(by_itself(self.mode, Turn.IDLE, around))

    def _grant(self, wish: Mode, around: Around) -> None:
        """A film that began since the wish keeps the radio where it is."""
        self._wish = None
        try:
            self._become(wished(self.mode, wish, around))
        except Fault:
            log.info("the radio stays, for a film began")

    def _become(self, mode: Mode) -> None:
        if mode is self.mode:
            return
        log.info("the radio goes from %s to %s", self.mode.value, mode.value)
        self.radio.rest()
        self.mode, self._up, self._tried_us = mode, None, None
        self._since_us = self.clock.monotonic_us()

    def _around(self) -> Around:
        status = _asked(self.recorder)
        if status is not None and status.get("pairing_until_us") is not None:
            self._pen = True
        filming = status is None or status.get("state") not in AT_REST
        return Around(filming, self.radio.phones() if self.mode is Mode.VISIT else 0)

    def _status(self) -> dict[str, Any]:
        """`next`: the mode that was asked for and is not yet true. `given`: whether there is a network to join."""
        if not self._given:  # a NetworkManager that is only starting has none yet
            self._given = self.radio.given()
        wish = self._wish
        return {
            "mode": self.mode.value,
            "next": None if wish is None else wish[0].value,
            "up": self._up,
            "phones": self.radio.phones(),
            "given": self._given,
        }


def _asked(line: Asks) -> dict[str, Any] | None:
    try:
        return line.ask("status")
    except Fault:
        return None


def _carries(courier: Asks) -> bool:
    """A courier that does not answer carries nothing."""
    status = _asked(courier) or {}
    return status.get("state") == "carrying"
