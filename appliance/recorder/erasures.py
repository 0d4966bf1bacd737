"""Everything that makes this box have less: erased by a request, obeyed, purged, or gone by itself after seven days.

Apart from `Requests` because each of them follows one procedure, and says aloud what it did.

1. Hear everybody who is believed: own web, the office's desks. A hold: refuse.
2. Say it (`erased` or `purged`), with what stands there now; durable. A card too full even for that erases first.
3. Destroy, as `store.erasure` does.
4. Say it in the lane as well, if it is erased: who folds ops must know.

Stopped between 2 and 3, what was said is made true at the next start (`finish`).
"""

import logging
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any, Final

from appliance.clock import Clock
from appliance.errors import BadInput, CardFailing, CardFull, Fault, FileTampered, Forbidden, RecorderGone
from appliance.said.believing import Believing
from appliance.said.fates import Fate
from appliance.said.kinds import WHYS, Erase, Erased, Purged, Said
from appliance.said.terms import purge_allowed
from appliance.said.trusted import receipts_for
from appliance.said.voice import Voice
from appliance.store.durable import Durable
from appliance.store.erasure import erase_family, erase_session, what_stands
from appliance.store.finder import SegmentFinder
from appliance.store.layout import LOG, SUMS, SUMS_SIGNATURE, Home
from appliance.store.space import release_reserve
from appliance.store.sums import file_sha256

log: Final = logging.getLogger(__name__)
Tell = Callable[[str, str], Future[str]]
"""(session, op id): write the op that says it was erased; done when that is durable."""
TELL_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Departing:
    """What goes at once: `why` of `WHYS`, `order` the statement that demands it, `id` of the statement to be made."""

    sessions: tuple[str, ...]
    families: tuple[str, ...]
    why: str
    order: str | None = None
    id: str | None = None


class Erasures:
    """`filming` gives the session being recorded now, `utc_source` how far the clock can be trusted."""

    def __init__(
        self,
        home: Home,
        voice: Voice,
        believing: Believing,
        *,
        clock: Clock,
        utc_source: Callable[[], str],
        durable: Durable,
    ) -> None:
        self.home: Final = home
        self._voice, self._believing, self._clock, self._utc_source = voice, believing, clock, utc_source
        self._durable = durable
        self._lock = Lock()
        self.filming: Callable[[], str | None] = lambda: None
        self.tell: Tell = lambda _session, op_id: _told(op_id)

    def finish(self) -> tuple[str, ...]:
        """Destroy what this box said was gone and is not; gives its ids. Never raises for a card that refuses."""
        gone = []
        for said in self._voice.said():
            sessions = said.sessions if isinstance(said, Erased) else ()
            for subject in _gone_by(said):
                if self._really_gone(subject):
                    gone.append(subject)
                    if subject in sessions:
                        self.tell(subject, str(uuid.uuid4()))
        return tuple(gone)

    def erase(self, session: str, why: str, op_id: str) -> None:
        """Raises BadInput (there is none), Forbidden (it is recorded, or on hold), CardFailing."""
        if why not in WHYS:
            raise BadInput("Why is objection, withdrawn, unconfirmed, retention or request.")
        with self._lock:
            if self._voice.knows(op_id, "erased", sessions=[session]):
                self.finish()
                return
            self._not_filmed([session])
            if not self.home.session(session).is_dir():
                raise BadInput("There is no such session.")
            if self.held(session):
                raise Forbidden("The office put a hold on this session.", "Ask the office; nothing was erased.")
            self._depart(Departing((session,), (), why, id=op_id))

    def obey(self, line: str, op_id: str) -> dict[str, list[str]]:
        """Do what an `erase` statement orders: of a believed desk, or of this box's own web.

        Gives what is gone now or was before (`erased`) and what a hold keeps (`held`). Raises BadInput, Forbidden
        (nobody who may order it, or one of it is being recorded), CardFailing.
        """
        with self._lock:
            order = self._order(line)
            self._not_filmed(order.sessions)
            held = [each for each in (*order.sessions, *order.families) if self.held(each)]
            sessions, families = (
                tuple(each for each in ids if each not in held) for ids in (order.sessions, order.families)
            )
            if self._stands(sessions, families) or not self._answered(order.id, (*sessions, *families)):
                self._depart(Departing(sessions, families, order.why, order.id, op_id))
            return {"erased": [*sessions, *families], "held": held}

    def purge(self, session: str, op_id: str) -> tuple[str, ...]:
        """Have a session no more that enough stores hold; gives those stores.

        Raises BadInput (there is none), Forbidden (not enough, not yet, or a hold: it says which), CardFailing.
        """
        with self._lock:
            folder = self.home.session(session)
            if not folder.is_dir():
                return self._purged_before(session)
            if not (folder / SUMS_SIGNATURE).exists():
                raise Forbidden("This session is not closed.")
            office = self._believing.office()
            fate = self._fate(session)
            stores = purge_allowed(
                file_sha256(folder / SUMS),
                receipts_for(self.home, session, self._voice.device, office),
                office,
                held=fate.held,
                utc_ms=self._clock.utc_ms(),
                utc_source=self._utc_source(),
            )
            told = {"session": session, "number": _number(folder), "stores": list(stores)}
            self._say("purged", told, op_id)
            erase_session(self.home, session, durable=self._durable)
            return stores

    def leave_by_itself(self, session: str) -> bool:
        """Erase a session that nobody confirmed in time; False where a word that came since keeps it."""
        with self._lock:
            if self.held(session) or self._fate(session).confirmed is not None or self.filming() == session:
                return False
            self._depart(Departing((session,), (), "unconfirmed"))
            return True

    def held(self, subject: str) -> bool:
        """Whether the office holds it: a desk's word, or a receipt's that no desk's later word has ended.

        An order to erase takes the receipts with it at the office, so that no newer one would tell. Raises BadInput
        where nobody can be believed.
        """
        office, fate = self._believing.office(), self._fate(subject)
        receipts = receipts_for(self.home, subject, self._voice.device, office)
        return fate.held or any(receipt.hold and receipt.at >= fate.released_at for receipt in receipts)

    def _fate(self, subject: str) -> Fate:
        return self._believing.fates().of(subject, self._voice.device)

    def _order(self, line: str) -> Erase:
        said = self._believing.order(line.encode("utf-8", "surrogatepass"))
        if not isinstance(said, Erase):
            raise Forbidden("Nobody whom this box believes orders this.")
        return said

    def _not_filmed(self, sessions: Sequence[str]) -> None:
        if self.filming() in sessions:
            raise Forbidden("This session is being recorded. Stop it first.")

    def _stands(self, sessions: Sequence[str], families: Sequence[str]) -> bool:
        return any(path.is_dir() for path in self._folders(sessions, families))

    def _folders(self, sessions: Sequence[str], families: Sequence[str]) -> list[Path]:
        return [*map(self.home.session, sessions), *map(self.home.family, families)]

    def _answered(self, order: str, subjects: Sequence[str]) -> bool:
        """Whether this box has said that all of it is gone by this order."""
        told = [each for each in self._voice.said() if isinstance(each, Erased) and each.order == order]
        return set(subjects) <= {subject for each in told for subject in (*each.sessions, *each.families)}

    def _purged_before(self, session: str) -> tuple[str, ...]:
        for said in self._voice.said():
            if isinstance(said, Purged) and said.session == session:
                return said.stores
        raise BadInput("There is no such session.")

    def _depart(self, what: Departing) -> None:
        """Steps 2 to 4."""
        stands = [each for each in what.sessions if self.home.session(each).is_dir()]
        told = {
            "sessions": list(what.sessions),
            "numbers": [_number(self.home.session(each)) for each in what.sessions],
            "families": list(what.families),
            "why": what.why,
            "order": what.order,
            "destroyed": [
                each
                for path in self._folders(what.sessions, what.families)
                for each in what_stands(self.home.root, path)
            ],
        }
        try:
            self._say("erased", told, what.id)
        except CardFull:
            self._destroy(what)
            self._say("erased", told, what.id)
        else:
            self._destroy(what)
        ids = [what.id or str(uuid.uuid4()), *(str(uuid.uuid4()) for _ in stands[1:])]
        for told_of in [self.tell(session, op_id) for session, op_id in zip(stands, ids, strict=False)]:
            try:
                told_of.result(TELL_S)
            except TimeoutError:
                raise RecorderGone("The recorder was too busy to answer.") from None

    def _destroy(self, what: Departing) -> None:
        for session in what.sessions:
            if self.home.session(session).is_dir():
                erase_session(self.home, session, durable=self._durable)
        for family in what.families:
            if self.home.family(family).is_dir():
                erase_family(self.home, family, durable=self._durable)

    def _say(self, kind: str, told: dict[str, Any], id_: str | None) -> None:
        """Once more with the room kept in reserve, if there is no other."""
        try:
            self._voice.say(kind, told, id_)
        except CardFull:
            release_reserve(self.home, self._durable)
            self._voice.say(kind, told, id_)

    def _really_gone(self, subject: str) -> bool:
        try:
            if self.home.session(subject).is_dir():
                erase_session(self.home, subject, durable=self._durable)
            elif self.home.family(subject).is_dir():
                erase_family(self.home, subject, durable=self._durable)
            else:
                return False
        except Fault as fault:
            log.error("an erasure that was said could not be done: %s", fault.code)
            return False
        return True


def _gone_by(said: Said) -> tuple[str, ...]:
    """What this box has no more, by this word of its own."""
    match said:
        case Erased():
            return (*said.sessions, *said.families)
        case Purged():
            return (said.session,)
    return ()


def _told(op_id: str) -> "Future[str]":
    done: Future[str] = Future()
    done.set_result(op_id)
    return done


def _number(folder: Path) -> int:
    """The session's number; 0 where its log does not tell."""
    with suppress(OSError, FileTampered, CardFailing):
        opened = SegmentFinder(folder / LOG).opened()
        return opened.number if opened else 0
    return 0
