"""Every verb of the intercom, asked in whatever state a box is in.

Apart from its tests because scenes that get a box into a rare state ask it there.
"""

import base64
import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from appliance.errors import Fault
from appliance.visit.states import TABLE, Effect, Event, State
from tests.process.box import Box

EVENTS = {
    "start": Event.START,
    "stop": Event.STOP,
    "pause": Event.PAUSE,
    "resume": Event.RESUME,
    "star": Event.STAR,
}
NOWHERE = "0" * 32
SEALED = base64.b64encode(b"age-encryption.org/v1\n-> mlkem768x25519 nobody\n").decode()
MOVING = {Effect.START_FILM, Effect.TRY_REPAIR}


@dataclass(frozen=True, slots=True)
class Answers:
    """What each verb came to ("ok" or the Fault's code), what it should have, and the longest answer in seconds."""

    state: str
    told: dict[str, str]
    expected: dict[str, str]
    longest_s: float


def every_verb(box: Box, session: str) -> Answers:
    """Asks all that do not lead out of the state; `session` must be closed."""
    state = State(box.status()["state"])
    asks: dict[str, Callable[[], Any]] = {
        "status": box.status,
        "history": lambda: box.ask("history"),
        "preview": lambda: box.ask("preview"),
        "arm": lambda: box.ask("arm", family="F-001", purpose="film", of_a_later_version=[1, {"a": None}]),
        "show": lambda: box.ask("show", what="nothing"),
        "go_on": lambda: box.ask("go_on"),
        "keep": lambda: box.ask("keep", session=session, local_age=SEALED),
        "forget": lambda: box.ask("forget", session=session),
        "erase nothing": lambda: box.ask("erase", session=NOWHERE),
        "erase outside": lambda: box.ask("erase", session="../device"),
        "erase for fun": lambda: box.ask("erase", session=session, why="fun"),
        "purge nothing": lambda: box.ask("purge", session=NOWHERE),
        "purge outside": lambda: box.ask("purge", session="../device"),
        "obey nothing": lambda: box.ask("obey"),
        "sing": lambda: box.ask("sing"),
        "arm by name": lambda: box.ask("arm", family="Jansen"),
        "keep in clear": lambda: box.ask("keep", session=session, local_age=base64.b64encode(b"moov").decode()),
        "star in the past": lambda: box.ask("star", at_us=-1),
        "star tomorrow": lambda: box.ask("star", at_us=10**15),
    }
    expected = dict.fromkeys(asks, "ok") | dict.fromkeys(list(asks)[8:], "bad-input")
    if state is State.PAUSED:
        expected["preview"] = "forbidden"
    asks["obey anybody"], expected["obey anybody"] = lambda: box.ask("obey", statement="{}\n"), "forbidden"
    asks["purge unheld"], expected["purge unheld"] = lambda: box.ask("purge", session=session), "forbidden"
    for verb, event in EVENTS.items():
        step = TABLE[state].get(event)
        if step is None or (step[0] is state and not MOVING & set(step[1])):
            asks[verb] = functools.partial(box.ask, verb)
            expected[verb] = "ok" if step else "forbidden"
    told: dict[str, str] = {}
    longest_s = 0.0
    for verb, ask in asks.items():
        since = time.monotonic()
        told[verb] = outcome(ask)
        longest_s = max(longest_s, time.monotonic() - since)
    return Answers(state.value, told, expected, longest_s)


def outcome(ask: Callable[[], Any]) -> str:
    try:
        ask()
    except Fault as fault:
        return fault.code
    return "ok"
