"""What a check may use: the box, its camera, and the person beside it.

Apart so that every check runs on a board and, with stand-ins, on a machine without one.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from appliance.capture.camera import Camera, Microphone
from appliance.errors import RecorderGone

Status = dict[str, Any]
Notes = dict[str, Any]

DEEDS: Final[Mapping[str, str]] = {
    "press": "Press the round button once.",
    "double": "Press the round button twice, quickly.",
    "hold": "Hold the round button for two seconds.",
    "bounce": "Scratch over the round button's edge so that it rattles, then let go.",
    "pen": "Press the recessed button with a pen.",
    "click": "Press the forward button of the clicker. Without one, wait.",
    "cover": "Cover the lens with a finger.",
    "uncover": "Take the finger away.",
    "unplug": "Pull the microphone's plug.",
    "plug": "Plug the microphone in again.",
    "pull": "Pull the power plug now, whenever you like. Plug it in again and start this script again.",
}
"""What a person is asked to do with their hands."""


class Refused(RuntimeError):
    """A program of the box ended badly; the words are its own."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """The camera itself, with the recorder out of its way. `modes`: the sensor's, `mode`: the one chosen.

    `encoder`: the module of what encodes now. `lens`: the lens's position now, None where it does not move.
    """

    camera: Camera
    modes: list[dict[str, Any]]
    mode: dict[str, Any]
    encoder: Callable[[], str]
    lens: Callable[[], float | None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A session as it lies on the card."""

    state: str
    reason: str
    film_ms: int
    sound: bool


class Bench(Protocol):
    """Times are seconds; `notes` are one check's own, durable once `note` returns, for it may be the last word."""

    home: Path
    notes: Notes

    def note(self, **changes: Any) -> None:
        """Add to the notes of this check; None takes one away."""
        ...

    def tell(self, text: str) -> None: ...

    def yes(self, question: str) -> bool | None:
        """None where the person skips it."""
        ...

    def number(self, question: str) -> float | None: ...

    def word(self, question: str) -> str | None: ...

    def until(self, deed: str, so: Callable[[Status], bool], most_s: float) -> float | None:
        """Ask for one of DEEDS, then how long it took until the status is `so`; None where it never was."""
        ...

    def status(self) -> Status: ...

    def order(self, verb: str) -> None:
        """start, stop, pause or resume, over the intercom."""
        ...

    def run(self, *command: str) -> str:
        """What it prints; raises Refused."""
        ...

    def now_s(self) -> float: ...

    def wait(self, seconds: float) -> None: ...

    def long_s(self, seconds: float) -> float:
        """How long to measure what takes so long: all of it on a board."""
        ...

    def boot(self) -> str: ...

    def model(self) -> str: ...

    def eyes(self) -> contextlib.AbstractContextManager[Eyes]: ...

    def ears(self) -> contextlib.AbstractContextManager[Microphone]: ...

    def kept(self, session: str) -> Kept: ...

    def synced_ms(self, count: int, size_bytes: int) -> list[float]:
        """How long each write of so many bytes, with its syncs, took where films are kept."""
        ...


def film(bench: Bench, seconds: float, watch: Callable[[Status], None] = lambda _: None) -> str:
    """Film for so long, looking once a second; the session's id. Raises Refused where it does not begin or end."""
    bench.order("start")
    await_state(bench, lambda told: told["film"] is not None and told["film"]["acked_ms"] > 0, 15, "film")
    end_s = bench.now_s() + seconds
    while bench.now_s() < end_s:
        watch(bench.status())
        bench.wait(min(1.0, max(0.05, end_s - bench.now_s())))
    bench.order("stop")
    await_state(bench, lambda told: told["state"] == "ready", 30, "the end of the film")
    return str(bench.status()["last_session"])


def await_state(bench: Bench, so: Callable[[Status], bool], most_s: float, what: str) -> float:
    """Seconds until the status is `so`; raises Refused after `most_s`."""
    began_s = bench.now_s()
    while not _so_now(bench, so):
        if bench.now_s() - began_s > most_s:
            raise Refused(f"{what} did not come within {most_s:g} s")
        bench.wait(0.1)
    return bench.now_s() - began_s


def _so_now(bench: Bench, so: Callable[[Status], bool]) -> bool:
    """A recorder that is being started does not answer yet."""
    try:
        return so(bench.status())
    except RecorderGone:
        return False
