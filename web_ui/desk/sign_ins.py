"""Who has signed in at the desk: each with a keeper of their own, so that the lock of one ends nobody else's.

Apart from one keeper's locking, which is the same as on a box.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Protocol

from appliance.clock import Clock
from appliance.errors import Fault, Locked, NotFound, WrongKey, worded
from appliance.office.staff import Staff
from appliance.practice.trail import Trail
from web_ui.cookies import read_cookie
from web_ui.desk.audit import Audit
from web_ui.keeping import FilmLink, Keeping
from web_ui.known import Known
from web_ui.lane import WebLane
from web_ui.visitor import Opened, Role, Visitor

IDLE_US: Final = 15 * 60 * 1_000_000
WRONG: Final = "The name and the passphrase do not belong together."


class OfficeLink(FilmLink, Protocol):
    def open(self, staff_key: bytes, passphrase: bytearray) -> None:
        """`passphrase` is wiped. Raises WrongKey, and is as it was before."""
        ...


@dataclass(slots=True)
class Person:
    """A member of staff, signed in or not. `leaving`: signs out now, and is not locked out for want of use."""

    id: str
    keeping: Keeping[OfficeLink]
    known: Known
    trail: Trail
    leaving: bool = False
    here: bool = False
    lock: Lock = field(default_factory=Lock)


class SignIns:
    """The way into the desk. A second sign-in of the same person takes the place of the first."""

    page: Final = "/sign-in"

    def __init__(
        self, staff: Staff, new_link: Callable[[], OfficeLink], clock: Clock, lane: WebLane, audit: Audit
    ) -> None:
        self._staff, self._new_link, self._clock = staff, new_link, clock
        self._lane, self._audit = lane, audit
        self._people: dict[str, Person] = {}
        self._lock, self._opening = Lock(), Lock()

    def sign_in(self, member: str, passphrase: str) -> str:
        """What the cookie is to say. Raises WrongKey (noted), TooOften, NotFound.

        One at a time: a passphrase takes a second and 256 MiB, and strangers may ask.
        """
        key = self._staff.key_of(member)
        person = self._person(member)
        with self._opening:
            try:
                opening = bytearray(passphrase.encode())
                token = person.keeping.try_opening(member, lambda: person.keeping.link.open(key, opening))
            except WrongKey:
                self._audit.note(member, "sign-in-failed", staff=member)
                raise WrongKey(WRONG, "Try again; after a wrong passphrase the desk makes you wait.") from None
        person.here, person.leaving = True, False
        try:
            self._audit.note(member, "signed-in")
        except Fault:
            self.sign_out(member)
            raise
        return f"{member}.{token}"

    def sign_out(self, member: str) -> None:
        person = self._person(member)
        person.leaving = True
        person.keeping.lock()

    def visitor(self) -> Visitor:
        member, _, token = (read_cookie("signin") or "").partition(".")
        person = self._people.get(member)
        if person is None or not person.keeping.is_signed_in(member, token):
            return Visitor(Role.STRANGER)
        return Visitor(Role.UNLOCKED, member, Opened(person.keeping.link, person.known))

    def check(self, who: Visitor, *, used: bool) -> None:
        person = self._person(who.by)
        if not self._staff.is_present(who.by):
            person.keeping.lock()
        person.keeping.check(used=used)

    def refusal(self, who: Visitor) -> Fault:
        return Locked("Nobody has signed in on this browser.", "Sign in with your name and passphrase.")

    def names(self) -> Mapping[str, str]:
        return {each.id: each.name for each in self._staff.members()}

    def locks_in_s(self, member: str) -> int | None:
        return self._person(member).keeping.locks_in_s

    def trail(self, member: str) -> Trail:
        """What was done by whom, as far as this person's key has read it."""
        return self._person(member).trail

    def tick(self) -> None:
        """Lock whoever did nothing for too long, or has left."""
        for person in list(self._people.values()):
            if person.here and not self._staff.is_present(person.id):
                person.keeping.lock()
            person.keeping.tick()

    def end(self) -> None:
        for person in list(self._people.values()):
            person.keeping.link.lock()

    def _person(self, member: str) -> Person:
        with self._lock:
            if member not in self._people:
                if not self._staff.is_present(member):
                    raise NotFound("Nobody of that name may sign in here.")
                self._people[member] = self._new_person(member)
            return self._people[member]

    def _new_person(self, member: str) -> Person:
        link, trail = self._new_link(), Trail()
        known = Known(link, self._lane, trail)
        keeping = Keeping(
            link,
            self._clock,
            on_unlock=known.begin,
            on_lock=lambda: self._ended(member),
            idle_us=IDLE_US,
            wrong=worded("The passphrase was wrong a moment ago."),
        )
        return Person(member, keeping, known, trail)

    def _ended(self, member: str) -> None:
        """The keeper is gone already; that it is cannot wait for a disk that takes no more."""
        person = self._people[member]
        with person.lock:
            here, person.here = person.here, False
        person.known.end()
        if here:
            with suppress(Fault):
                self._audit.note(member, "signed-out" if person.leaving else "locked")
