"""What becomes of a session or family, folded from everything that is said of it (FORMAT 10).

Apart and pure: the result is the same in whatever order statements come, and however often.

A *desk* here is a store's device, whose word counts for every session; any other device is a box, whose word counts for
its own alone. A word that something is erased counts as an order to erase it, with two exceptions. Not if it went by
itself, unconfirmed: another may know better, and a confirmation may come late with the film once more. And not if the
box has said it purged it: whoever stole a box's keys could otherwise erase at the office what no longer lies on the
box. For the same reason a box that confirms does not say until when: it could as well say "until yesterday"; and where
a desk has confirmed, its word leads.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from appliance.said.kinds import Confirmed, Erase, Erased, Hold, Purged, Said

T = TypeVar("T", bound=Said)
Order = Erase | Erased
DESK_WRITERS: Final = frozenset({"desk", "ingest"})
BOX_WRITERS: Final = frozenset({"recorder", "web"})


@dataclass(frozen=True, slots=True)
class Fate:
    """Of one session or family of one box.

    `order`: the word by which it must go, None while there is none. `asked`: its box wants it erased, but has purged
    it: for a person at the desk to decide. `erased_by`: devices that say they did. `released_at`: when a desk ended
    a hold, UTC in ms, and put none on since; -1 where none did.
    """

    confirmed: Confirmed | None = None
    held: bool = False
    released_at: int = -1
    order: Order | None = None
    asked: Order | None = None
    erased_by: frozenset[str] = frozenset()
    purged: Purged | None = None


@dataclass(slots=True)
class _Heard:
    """What one device, or all desks, said of one subject; each statement once, whatever the order."""

    confirmed: Confirmed | None = None
    hold: Hold | None = None
    order: Order | None = None
    purged: Purged | None = None
    erased_by: set[str] = field(default_factory=set)


class Fates:
    """`desks`: device ids of stores. Statements are added as they are found; `of` may be asked at any time."""

    def __init__(self, desks: Collection[str], said: Iterable[Said] = ()) -> None:
        self._desks = frozenset(desks)
        self._heard: dict[tuple[str, str], _Heard] = {}
        self.add(said)

    def add(self, said: Iterable[Said]) -> None:
        for each in said:
            desk = each.device in self._desks
            if each.writer in (DESK_WRITERS if desk else BOX_WRITERS):
                self._hear(each, "" if desk else each.device)

    def of(self, subject: str, box: str) -> Fate:
        """`box`: the device whose session or family it is."""
        desks, own = self._heard.get(("", subject), _NOTHING), self._heard.get((box, subject), _NOTHING)
        believed = own.order is not None and own.purged is None
        return Fate(
            confirmed=desks.confirmed or own.confirmed,
            held=desks.hold is not None and desks.hold.on,
            released_at=-1 if desks.hold is None or desks.hold.on else desks.hold.at,
            order=desks.order or (own.order if believed else None),
            asked=None if believed or desks.order is not None else own.order,
            erased_by=frozenset(desks.erased_by | own.erased_by),
            purged=own.purged,
        )

    def subjects(self) -> set[tuple[str, str]]:
        """(box, or "" where a desk spoke; session or family) of everything that anything is said of."""
        return set(self._heard)

    def _hear(self, said: Said, about: str) -> None:
        match said:
            case Confirmed():
                heard = self._at(about, said.session)
                heard.confirmed = _later(heard.confirmed, said if about == "" else replace(said, keep_until=None))
            case Hold() if about == "":
                heard = self._at(about, said.session)
                heard.hold = _later(heard.hold, said)
            case Purged():
                heard = self._at(about, said.session)
                heard.purged = _later(heard.purged, said)
            case Erase() | Erased():
                for subject in (*said.sessions, *said.families):
                    self._hear_order(self._at(about, subject), said)
            case _:
                pass

    def _hear_order(self, heard: _Heard, said: Order) -> None:
        if isinstance(said, Erased):
            heard.erased_by.add(said.device)
        if isinstance(said, Erased) and said.why == "unconfirmed":
            return
        if heard.order is None or said.place < heard.order.place:
            heard.order = said

    def _at(self, about: str, subject: str) -> _Heard:
        return self._heard.setdefault((about, subject), _Heard())


_NOTHING: Final = _Heard()


def _later(one: T | None, other: T) -> T:
    return other if one is None or other.place > one.place else one
