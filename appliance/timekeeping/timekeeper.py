"""Keeps the word where the box's time is from, and takes the time from a phone where it has no better.

Apart from the dial, which knows neither a recorder nor a phone.
"""

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from appliance.clock import SOURCES, UNSURE, Clock, read_source
from appliance.errors import BadInput, Fault, Forbidden
from appliance.intercom import Answer, Request
from appliance.timekeeping.dial import EARLIEST_MS, Dial
from appliance.visit.states import AT_REST

log: Final = logging.getLogger(__name__)
LOOK_S: Final = 2.0
PHONE: Final = "phone"
LATEST_MS: Final = 4_102_444_800_000
"""2100-01-01."""
NEAR_MS: Final = 2_000
"""A clock that is no further off is left as it goes."""
OLD_US: Final = 60_000_000
"""So long what a phone said may be under way: asked again after a lost answer, it is as good as it was."""
KEPT_ANSWERS: Final = 100


class Asks(Protocol):
    """An intercom's Line, as far as it is needed here."""

    def ask(self, do: str) -> dict[str, Any]:
        """Raises Fault."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """A phone's word: when this box's CLOCK_MONOTONIC in the boot `boot` was `mono_us`, it was `utc_ms`."""

    utc_ms: int
    mono_us: int
    boot: str

    @classmethod
    def read(cls, request: Request) -> "Told":
        """Raises BadInput."""
        match request:
            case {"utc_ms": int(utc_ms), "mono_us": int(mono_us), "boot": str(boot)}:
                return cls(utc_ms, mono_us, boot)
        raise BadInput("The time is told by utc_ms, mono_us and boot.")


@dataclass(slots=True)
class Timekeeper:
    """`turn` is one look; `take` answers the intercom. `word`: the file that every program of the box reads."""

    dial: Dial
    recorder: Asks
    clock: Clock
    word: Path
    _by_phone: bool = False
    _answers: "OrderedDict[str, Answer]" = field(default_factory=OrderedDict)
    _one: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """The RAM disk forgets with the power; what a phone said in this boot holds for the next program too."""
        self._by_phone = read_source(self.word) == PHONE

    def run(self, stopping: threading.Event, ready: Callable[[], None]) -> None:
        self.turn()
        ready()
        while not stopping.wait(LOOK_S):
            self.turn()

    def turn(self) -> str:
        """Look where the time is from, and say so where that changed."""
        with self._one:
            return self._note()

    def take(self, request: Request) -> Answer:
        """`status`; `set` (a phone's Told): once for each op_id. Raises BadInput, and Forbidden while filming."""
        match request:
            case {"do": "status"}:
                return {"source": self.turn(), "utc_ms": self.clock.utc_ms()}
            case {"do": "set", "op_id": str(op_id)}:
                with self._one:
                    return self._once(op_id, lambda: self._set(Told.read(request)))
        raise BadInput("The clock takes status, and set with an op_id.")

    def _once(self, op_id: str, change: Callable[[], Answer]) -> Answer:
        if op_id not in self._answers:
            self._answers[op_id] = change()
            while len(self._answers) > KEPT_ANSWERS:
                self._answers.popitem(last=False)
        return self._answers[op_id]

    def _set(self, told: Told) -> Answer:
        self._judge(told)
        off_ms = told.utc_ms + (self.clock.monotonic_us() - told.mono_us) // 1000 - self.clock.utc_ms()
        moved_ms = off_ms if abs(off_ms) > NEAR_MS else 0
        self.dial.move(moved_ms)
        self._by_phone = True
        log.info("a phone gave the time; the clock moved by %d ms", moved_ms)
        return {"source": self._note(), "moved_ms": moved_ms}

    def _judge(self, told: Told) -> None:
        """Raises BadInput for a word that cannot be right, Forbidden where none is wanted."""
        age_us = self.clock.monotonic_us() - told.mono_us
        if told.boot != self.clock.boot_id() or not 0 <= age_us <= OLD_US:
            raise BadInput("What the phone said of the time is too old.", "Try again.")
        if not EARLIEST_MS <= told.utc_ms < LATEST_MS:
            raise BadInput("The phone's date cannot be right.", "Set the phone's own clock first, then try again.")
        if SOURCES.index(self._note()) > SOURCES.index(PHONE):
            raise Forbidden("The box has the time from a better clock than a phone's.")
        try:
            state = self.recorder.ask("status").get("state")
        except Fault:
            raise Forbidden("Whether the box is filming cannot be told now.", "Wait ten seconds, try again.") from None
        if state not in AT_REST:
            raise Forbidden("The box is filming: its clock is not touched meanwhile.", "Stop the recording first.")

    def _note(self) -> str:
        source = max(self.dial.source(), PHONE if self._by_phone else UNSURE, key=SOURCES.index)
        if source != read_source(self.word) or not self.word.exists():
            log.info("the time is from: %s", source)
            _write(self.word, source)
        return source


def _write(word: Path, source: str) -> None:
    """Whole or not at all, for the others read it at any time; theirs to read only."""
    unfinished = word.with_name(f"{word.name}.tmp")
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640), "w", encoding="ascii") as file:
        file.write(f"{source}\n")
    unfinished.replace(word)
