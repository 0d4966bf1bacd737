"""The visit that is now: in memory only, told to the recorder, and what it makes true of its films by itself.

Apart from the pages because it goes on while nobody looks: a film of a visit with good consent is confirmed as soon as
it has begun. A web process that was started anew knows of no visit until somebody unlocks it, and confirms nothing.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from threading import Lock, RLock
from typing import Any, Final

from appliance.clock import Clock
from appliance.errors import Fault
from appliance.practice.families import Consent, FamilyView
from appliance.practice.families import Visit as VisitFacts
from web_ui.recorder import Recorder
from web_ui.standing import Standings

LASTS_US: Final = 4 * 3_600_000_000
"""A visit that nothing happened in for so long is over, though nobody ended it: the next film may be of others."""
FORGOT_US: Final = 3 * 60_000_000
PASSED: Final = ("ready", "consent", "framing", "watch", "remote")
"""Steps that somebody can say they have been at; the others show by what was said or filmed."""


@dataclass(frozen=True, slots=True)
class Present:
    """`id`: of the op that began it. `family`: an id. `consents`: by scope, the last word on each; `says`: the child's.

    `filmed`: sessions of this visit that were seen to be recorded.
    """

    id: str
    family: str
    code: str
    purpose: str
    target_min: int | None
    question: str
    discreet: bool = False
    says: str | None = None
    consents: Mapping[str, Consent] = field(default_factory=dict)
    filmed: tuple[str, ...] = ()

    def may(self, purpose: str, now_ms: int) -> bool:
        """Whether consent to record for this purpose is good, and no child has said no."""
        consent = self.consents.get(purpose)
        return self.says != "no" and consent is not None and consent.good(now_ms)


class Visiting:
    """Used by many threads. `look` is called with every status of the recorder that is at hand, once a second."""

    def __init__(self, recorder: Recorder, standings: Standings, clock: Clock) -> None:
        self._recorder, self._standings, self._clock = recorder, standings, clock
        self._present: Present | None = None
        self._said: dict[str, Consent] = {}
        self._passed: set[str] = set()
        self._over: set[str] = set()
        self._touched_us = 0
        self._lock = RLock()
        self.finding: Final = Lock()
        """Held by whoever looks for a family and makes it if it is not there."""

    @property
    def present(self) -> Present | None:
        with self._lock:
            if self._present is not None and self._clock.monotonic_us() - self._touched_us > LASTS_US:
                self._forget()
            return self._present

    @property
    def passed(self) -> frozenset[str]:
        return frozenset(self._passed)

    def is_over(self, visit: str) -> bool:
        with self._lock:
            return visit in self._over

    def begin(self, family: FamilyView, visit: VisitFacts, *, discreet: bool = False) -> None:
        """This visit is now; one that was before is over. Raises what the recorder says of the arming."""
        with self._lock:
            before = self._present
            present = Present(visit.id, family.id, family.code, visit.purpose, visit.target_min, visit.question)
            present = replace(present, discreet=discreet, says=visit.says, consents=dict(family.consents))
            if before is not None and before.id == visit.id:
                present = replace(present, filmed=before.filmed, says=visit.says or before.says)
                present = replace(present, consents={**present.consents, **self._said})
            else:
                self._said.clear()
            self._arm(present)
            self._present = present
            self._touch()

    def learn(self, family: FamilyView) -> None:
        """What is known of the family by now; what was said here meanwhile leads."""
        with self._lock:
            if self._present is not None and self._present.family == family.id:
                self._present = replace(self._present, consents={**family.consents, **self._said})

    def hear(self, consent: Consent) -> None:
        """What was just put on record in this visit."""
        with self._lock:
            if self._present is not None:
                self._said[consent.scope] = consent
                self._present = replace(self._present, consents={**self._present.consents, consent.scope: consent})
                self._touch()

    def ask_child(self, says: str) -> None:
        with self._lock:
            if self._present is not None:
                self._present = replace(self._present, says=says)
                self._touch()

    def arming(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What to arm the recorder with, where somebody asked for this; in a visit family and visit are its own."""
        with self._lock:
            present = self.present
            if present is None:
                return dict(asked)
            own = _arming(present)
            return {**own, **asked, "family": own["family"], "visit": own["visit"]}

    def changed(self, arming: Mapping[str, Any]) -> None:
        """The recorder took this arming."""
        with self._lock:
            if self._present is not None and arming.get("visit") == self._present.id:
                told: dict[str, Any] = {key: arming.get(key) for key in ("purpose", "target_min", "discreet")}
                self._present = replace(self._present, **told)
                self._touch()

    def been(self, step: str) -> None:
        with self._lock:
            self._passed.add(step)
            self._touch()

    def end(self, op_id: str) -> None:
        """No visit is now. Raises what the recorder says, and has forgotten it all the same."""
        with self._lock:
            was = self._present
            self._forget()
            if was is not None:
                self._recorder.ask("arm", op_id=op_id)

    def look(self, told: Mapping[str, Any]) -> None:
        """Makes true what should be by now; what fails is tried again at the next look."""
        with self._lock:
            present = self.present
            try:
                if present is None:
                    self._disarm(told)
                elif told["armed"]["visit"] != present.id:
                    self._arm(present)
                elif told["film"] is not None and told["film"]["session"] is not None:
                    self._filming(present, told["film"])
            except Fault:
                return

    def confirm(self, sessions: Mapping[str, str | None]) -> None:
        """Those of this visit's sessions, each with its purpose, that consent is good for are confirmed."""
        present = self.present
        if present is None:
            return
        now_ms = self._clock.utc_ms()
        for session, purpose in sessions.items():
            if present.may(purpose or present.purpose, now_ms) and not self._standings.confirmed(session):
                self._standings.confirm(session, str(uuid.uuid5(uuid.UUID(present.id), session)))

    def forgot(self, told: Mapping[str, Any]) -> bool:
        """Whether somebody may have forgotten to start: a visit, and nothing of it filmed for minutes."""
        present = self.present
        if present is None or told["film"] is not None or present.filmed or present.says == "no":
            return False
        return self._clock.monotonic_us() - self._touched_us > FORGOT_US

    def _filming(self, present: Present, film: Mapping[str, Any]) -> None:
        session = str(film["session"])
        self._touch()
        if session not in present.filmed:
            self._present = replace(present, filmed=(*present.filmed, session))
            self._passed -= {"watch"}
        self.confirm({session: film["purpose"]})

    def _arm(self, present: Present) -> None:
        self._recorder.ask("arm", op_id=str(uuid.uuid4()), **_arming(present))

    def _disarm(self, told: Mapping[str, Any]) -> None:
        """A recorder that is still armed for a visit that is over."""
        if told["film"] is None and told["armed"]["visit"] in self._over:
            self._recorder.ask("arm", op_id=str(uuid.uuid4()))

    def _touch(self) -> None:
        self._touched_us = self._clock.monotonic_us()

    def _forget(self) -> None:
        if self._present is not None:
            self._over.add(self._present.id)
        self._present = None
        self._said.clear()
        self._passed.clear()


def _arming(present: Present) -> dict[str, Any]:
    told: dict[str, Any] = {"family": present.code, "purpose": present.purpose, "discreet": present.discreet}
    told |= {} if present.target_min is None else {"target_min": present.target_min}
    return {**told, "visit": present.id}
