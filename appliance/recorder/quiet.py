"""A film that nobody is in any more: asks after ten quiet minutes, and ends it where nobody answers.

Apart and pure: one small rule over time, which is a parameter.
"""

from dataclasses import dataclass

from appliance.visit.session import MINUTE_US


@dataclass(frozen=True, slots=True)
class Patience:
    """How long nothing may stir before the phone asks, and how long it then waits for an answer."""

    ask_us: int = 10 * MINUTE_US
    answer_us: int = 5 * MINUTE_US


@dataclass(frozen=True, slots=True)
class Question:
    """Nothing stirred since `since_us`; unanswered, the film ends at `stops_at_us` (CLOCK_MONOTONIC)."""

    since_us: int
    stops_at_us: int


class Quiet:
    """`stir` for everything that shows somebody is there: motion, a voice, a finger, an answer."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._stirred_us: int | None = None

    @property
    def watching(self) -> bool:
        return self._stirred_us is not None

    def stir(self, at_us: int) -> None:
        self._stirred_us = max(at_us, self._stirred_us or 0)

    def rest(self) -> None:
        """Nothing is filmed: whatever comes next begins anew."""
        self._stirred_us = None

    def question(self, now_us: int) -> Question | None:
        """None while something stirred lately enough, or nothing is filmed."""
        since_us = self._stirred_us
        if since_us is None or now_us - since_us < self._patience.ask_us:
            return None
        return Question(since_us, since_us + self._patience.ask_us + self._patience.answer_us)
