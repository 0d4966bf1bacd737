"""The recorder's states: one table, (state, event) -> (state, effects); a missing entry is forbidden.

Apart and pure so that the whole behaviour can be read in one place and its picture in DESIGN.md is drawn from it.
Whatever decides a state change must live in TABLE; whatever carries it out must not live here.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from appliance.errors import Forbidden


class State(Enum):
    BOOT = "starting"
    READY = "ready"
    RECORDING = "recording"
    PAUSED = "paused"
    FINISHING = "finishing"
    FAULT = "fault"
    OFF = "off"


AT_REST: Final = frozenset(state.value for state in (State.BOOT, State.READY, State.FAULT, State.OFF))
"""No session is open."""


class Event(Enum):
    """What can happen, seen from the recorder: fingers, requests, and what its own parts report."""

    BOOTED = "booted"
    GO_ON = "interrupted film goes on"
    PRESS = "press"
    DOUBLE_PRESS = "double press"
    HOLD = "hold 2 s"
    PEN_PRESS = "recessed press"
    PEN_HOLD = "recessed hold 5 s"
    START = "start"
    STAR = "star"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    OBJECTION = "stop for us"
    LIMIT = "limit reached"
    QUIET = "quiet for long, nobody answers"
    NO_ROOM = "card full"
    CARD_FAILED = "card failing"
    CAMERA_GONE = "camera lost"
    POWER_LOW = "power at the floor"
    SHUT_DOWN = "shut down"
    FINISHED = "session closed"
    FINISHED_BADLY = "session closed, fault stands"
    REPAIRED = "repaired"


class Effect(Enum):
    """What the attendant then does."""

    START_FILM = "start film"
    STAR = "write star"
    PAUSE_FILM = "stop encoding"
    RESUME_FILM = "encode again"
    CLOSE_SESSION = "close session"
    TRY_REPAIR = "try repair"
    OPEN_PAIRING = "open pairing window"
    SWITCH_OFF = "switch off"


Step = tuple[State, tuple[Effect, ...]]

_READY_TO_FILM: Step = (State.RECORDING, (Effect.START_FILM,))
_CLOSE: Step = (State.FINISHING, (Effect.CLOSE_SESSION,))
_CLOSE_AND_OFF: Step = (State.FINISHING, (Effect.CLOSE_SESSION, Effect.SWITCH_OFF))
_ENDS: Mapping[Event, Step] = {
    Event.HOLD: _CLOSE,
    Event.STOP: _CLOSE,
    Event.OBJECTION: _CLOSE,
    Event.LIMIT: _CLOSE,
    Event.NO_ROOM: _CLOSE,
    Event.CARD_FAILED: _CLOSE,
    Event.CAMERA_GONE: _CLOSE,
    Event.POWER_LOW: _CLOSE_AND_OFF,
    Event.PEN_HOLD: _CLOSE_AND_OFF,
    Event.SHUT_DOWN: _CLOSE_AND_OFF,
}
_OFF: Mapping[Event, Step] = dict.fromkeys(
    (Event.PEN_HOLD, Event.SHUT_DOWN, Event.POWER_LOW), (State.OFF, (Effect.SWITCH_OFF,))
)
_TO_FAULT: Mapping[Event, Step] = dict.fromkeys(
    (Event.NO_ROOM, Event.CARD_FAILED, Event.CAMERA_GONE), (State.FAULT, ())
)

TABLE: Mapping[State, Mapping[Event, Step]] = {
    State.BOOT: {
        Event.BOOTED: (State.READY, ()),
        Event.GO_ON: _READY_TO_FILM,
        **_TO_FAULT,
        **_OFF,
    },
    State.READY: {
        Event.PRESS: _READY_TO_FILM,
        Event.START: _READY_TO_FILM,
        Event.PEN_PRESS: (State.READY, (Effect.OPEN_PAIRING,)),
        **_TO_FAULT,
        **_OFF,
    },
    State.RECORDING: {
        Event.PRESS: (State.RECORDING, (Effect.STAR,)),
        Event.STAR: (State.RECORDING, (Effect.STAR,)),
        Event.DOUBLE_PRESS: (State.PAUSED, (Effect.PAUSE_FILM,)),
        Event.PAUSE: (State.PAUSED, (Effect.PAUSE_FILM,)),
        Event.PEN_PRESS: (State.RECORDING, (Effect.OPEN_PAIRING,)),
        **_ENDS,
        Event.QUIET: _CLOSE,
    },
    State.PAUSED: {
        Event.PRESS: (State.RECORDING, (Effect.RESUME_FILM,)),
        Event.DOUBLE_PRESS: (State.RECORDING, (Effect.RESUME_FILM,)),
        Event.RESUME: (State.RECORDING, (Effect.RESUME_FILM,)),
        Event.PEN_PRESS: (State.PAUSED, (Effect.OPEN_PAIRING,)),
        **_ENDS,
    },
    State.FINISHING: {
        Event.FINISHED: (State.READY, ()),
        Event.FINISHED_BADLY: (State.FAULT, ()),
        Event.PEN_HOLD: (State.FINISHING, (Effect.SWITCH_OFF,)),
        Event.SHUT_DOWN: (State.FINISHING, (Effect.SWITCH_OFF,)),
        Event.POWER_LOW: (State.FINISHING, (Effect.SWITCH_OFF,)),
    },
    State.FAULT: {
        Event.PRESS: (State.FAULT, (Effect.TRY_REPAIR,)),
        Event.START: (State.FAULT, (Effect.TRY_REPAIR,)),
        Event.REPAIRED: (State.READY, ()),
        Event.PEN_PRESS: (State.FAULT, (Effect.OPEN_PAIRING,)),
        **_TO_FAULT,
        **_OFF,
    },
    State.OFF: {},
}


def step(state: State, event: Event) -> Step:
    """The next state and what to do; raises Forbidden where the table has no entry."""
    try:
        return TABLE[state][event]
    except KeyError:
        raise Forbidden(
            "“{event}” is not possible while the box is {state}.", event=event.value, state=state.value
        ) from None


def mermaid() -> str:
    """The table as a Mermaid state diagram, events and effects on the arrows, like arrows joined."""
    arrows: dict[tuple[State, State, tuple[Effect, ...]], list[str]] = {}
    for state, events in TABLE.items():
        for event, (then, effects) in events.items():
            arrows.setdefault((state, then, effects), []).append(event.value)
    lines = ["stateDiagram-v2", "    [*] --> BOOT"]
    for (state, then, effects), names in arrows.items():
        doing = " / " + ", ".join(effect.value for effect in effects) if effects else ""
        lines.append(f"    {state.name} --> {then.name}: {' | '.join(names)}{doing}")
    lines.append("    OFF --> [*]")
    return "\n".join(lines) + "\n"
