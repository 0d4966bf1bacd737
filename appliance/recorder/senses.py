"""What the box sees and hears of the room: the Faults, the advice and the question that follow.

Apart from the attendant because it judges the room, not the machine; apart from `watch` because advice is no Fault.
"""

from dataclasses import dataclass, field
from typing import Final

from appliance.capture.advice import advice
from appliance.capture.camera import Level
from appliance.capture.framing import Look
from appliance.capture.hearing import Hearing
from appliance.errors import Fault, LensCovered
from appliance.recorder.current import Current
from appliance.recorder.notices import Seen
from appliance.recorder.quiet import Patience, Question, Quiet
from appliance.recorder.standing import Standing
from appliance.visit.states import Event

FRESH_US: Final = 12_000_000
"""A look older than this says nothing of now; one is taken each second while filming, each five while not."""
BLIND_US: Final = 5_000_000
"""Without a look for so long nobody can know that it is quiet: a film is not ended for want of eyes."""


@dataclass(slots=True)
class Senses:
    """`saw` for each look at a picture; `look` four times a second."""

    standing: Standing
    patience: Patience
    hearing: Hearing = field(default_factory=Hearing)
    quiet: Quiet = field(init=False)
    quiet_end: tuple[str, int] | None = None
    """Session and media time from which on nothing stirred, of the last film that ended by itself for that."""
    _seen: Seen | None = None
    _now_us: int = 0

    def __post_init__(self) -> None:
        self.quiet = Quiet(self.patience)

    def saw(self, seen: Seen) -> None:
        self._seen = seen
        if seen.look.motion:
            self.quiet.stir(seen.at_us)

    def look(self, now_us: int, level: Level | None, *, filming: Current | None) -> list[Event]:
        """LensCovered stands or goes; QUIET where a question found no answer. `filming`: None while nothing is."""
        self._now_us = now_us
        self.hearing.hear(now_us, level)
        look = self.seen(now_us)
        covered = filming is not None and look is not None and look.covered
        self.standing.hold(
            LensCovered("The camera sees nothing: something is before the lens, or it is quite dark."), when=covered
        )
        if filming is None:
            self.quiet.rest()
            return []
        blind = self._seen is None or now_us - self._seen.at_us > BLIND_US
        if blind or self.hearing.voice or not self.quiet.watching:
            self.quiet.stir(now_us)
        return self._end_if_quiet(now_us, filming)

    def _end_if_quiet(self, now_us: int, film: Current) -> list[Event]:
        question = self.question
        if question is None or now_us < question.stops_at_us:
            return []
        if film.session is not None:
            self.quiet_end = (film.session, film.pts_ms(question.since_us))
        return [Event.QUIET]

    def seen(self, now_us: int) -> Look | None:
        """What the newest picture shows; None where there is none of now."""
        seen = self._seen
        return None if seen is None or now_us - seen.at_us > FRESH_US else seen.look

    @property
    def question(self) -> Question | None:
        return self.quiet.question(self._now_us)

    def advice(self, now_us: int, *, filming: bool) -> list[Fault]:
        return advice(self.seen(now_us), self.hearing, filming=filming)

    def stay(self, now_us: int) -> None:
        """Somebody answered that the film is to go on, or put a finger on it."""
        self.quiet.stir(now_us)
