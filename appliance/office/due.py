"""What must go from a store now, and by whose word (FORMAT 10).

Apart and without any writing: the order of rules is what protects footage here. A hold keeps everything. Else an order
is done, a session that nobody confirmed in time goes, and so does one whose time to be kept has passed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from appliance.clock import UNSURE
from appliance.office.archived import Archived
from appliance.office.facts import Policy
from appliance.said.fates import Fate, Fates, Order
from appliance.said.kinds import Erase
from appliance.said.terms import kept_long_enough, unconfirmed_too_long


@dataclass(frozen=True, slots=True)
class Going:
    """`order`: id of the statement that demands it, None where the policy does."""

    subject: str
    family: bool
    why: str
    order: str | None


@dataclass(frozen=True, slots=True)
class Held:
    """What lies in the store. `families`, `loose`: id -> the box that it is of; loose is whatever is not archived.

    Of what several boxes brought nobody knows whose it is: "", and only a desk's word counts. `unheard`: boxes of whose
    words some came torn or not at all; a confirmation may be among them.
    """

    sessions: Iterable[Archived]
    families: Mapping[str, str]
    loose: Mapping[str, str]
    loose_families: frozenset[str]
    unheard: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Due:
    """`own`: the store's device. `since`: when each session was first answered for, UTC in ms."""

    policy: Policy
    own: str
    fates: Fates
    since: Mapping[str, int]

    def going(self, held: Held, now_ms: int) -> list[Going]:
        """Each subject once."""
        found: dict[str, Going] = {}
        for going in (*self._archived(held, now_ms), *self._loose(held), *self._unheld()):
            found.setdefault(going.subject, going)
        return list(found.values())

    def asked(self, held: Held) -> list[str]:
        """Archived sessions that their box wants erased and has purged: a person at the desk decides."""
        return [each.session for each in held.sessions if self.fates.of(each.session, each.device).asked is not None]

    def _archived(self, held: Held, now_ms: int) -> Iterator[Going]:
        for session in held.sessions:
            fate = self.fates.of(session.session, session.device)
            if fate.order is not None and not fate.held:
                yield _by(fate.order, session.session, family=False)
            elif self._unconfirmed(session, fate, now_ms):
                if session.device not in held.unheard:
                    yield Going(session.session, False, "unconfirmed", None)
            elif kept_long_enough(fate, now_ms):
                yield Going(session.session, False, "retention", None)
        for family, device in held.families.items():
            fate = self.fates.of(family, device)
            if fate.order is not None and not fate.held:
                yield _by(fate.order, family, family=True)

    def _unconfirmed(self, session: Archived, fate: Fate, now_ms: int) -> bool:
        return unconfirmed_too_long(fate, self._since_ms(session, now_ms), now_ms, self.policy.unconfirmed_days)

    def _since_ms(self, session: Archived, now_ms: int) -> int:
        """A box that did not know the time can not say when it filmed."""
        return self.since.get(session.session, now_ms) if session.end_source == UNSURE else session.end_ms

    def _loose(self, held: Held) -> Iterator[Going]:
        """Parcels and leftovers of what is not in the archive: erased before it came, or while it came."""
        for subject, box in held.loose.items():
            fate = self.fates.of(subject, box)
            if fate.order is not None and not fate.held:
                yield _by(fate.order, subject, family=subject in held.loose_families)

    def _unheld(self) -> Iterator[Going]:
        """What a desk ordered and this store has not answered: it says, too, that it holds nothing of it."""
        for about, subject in sorted(self.fates.subjects()):
            fate = self.fates.of(subject, "") if about == "" else Fate()
            if isinstance(fate.order, Erase) and not fate.held and self.own not in fate.erased_by:
                yield _by(fate.order, subject, family=subject in fate.order.families)


def _by(order: Order, subject: str, *, family: bool) -> Going:
    return Going(subject, family, order.why, order.id if isinstance(order, Erase) else order.order)
