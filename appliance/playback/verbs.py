"""What the keeper is asked for: each verb's fields checked, then handed to what does the work.

Apart from the process so that any request at all can be tried on it in a test.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol

from appliance.errors import BadInput, CardFailing
from appliance.playback import wire
from appliance.playback.films import Films
from appliance.playback.keys import Keys
from appliance.playback.lanes import Lanes
from appliance.playback.phones import Phones, read_pairings, with_first_phone, with_phone, without_phone
from appliance.playback.places import BoxPlaces, Places, StorePlaces
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.sealed import Sealed
from appliance.sealing.staff import open_office_key
from appliance.sealing.unlock import NewPairing, make_pairing, open_identity, open_pairing
from appliance.store.archive import Store
from appliance.store.layout import Home

Parts = Sequence[memoryview]
Answer = tuple[Mapping[str, Any], Sequence[wire.Part]]
Verb = Callable[[wire.Head, Parts], Answer]
INTEGER_END: Final = 1 << 53
PARTS_MOST: Final = 8


class Verbs:
    """What any keeper does once it is opened. `answer` raises Faults only; Locked before there is a key.

    `own`: the verbs that bring the key, made with the keys that they fill.
    """

    def __init__(self, places: Places, own: "Callable[[Keys], OwnVerbs]") -> None:
        self._keys = Keys(places)
        self._films = Films(self._keys)
        self._lanes = Lanes(places, self._keys)
        self._verbs: Final[Mapping[str, Verb]] = {
            **own(self._keys).verbs,
            "playable": self._playable,
            "init": lambda head, _: ({}, [self._films.init(_text(head, "session"))]),
            "segment": lambda head, _: ({}, [self._films.segment(_text(head, "session"), _count(head, "n"))]),
            "pts": lambda head, _: ({}, [_json(self._films.times(_text(head, "session"), _count(head, "n")))]),
            "frame": self._frame,
            "ops": self._ops,
        }

    def answer(self, head: wire.Head, parts: Parts) -> Answer:
        """The parts of a request are wiped: PIN and secrets come in them."""
        do = head.get("do")
        verb = self._verbs.get(do) if isinstance(do, str) else None
        try:
            if verb is None:
                raise BadInput("The keeper does not know this verb.")
            return verb(head, parts)
        except OSError as error:
            raise CardFailing("The card cannot be read.") from error
        finally:
            for part in parts:
                part[:] = bytes(len(part))

    def _playable(self, head: wire.Head, _parts: Parts) -> Answer:
        return {"playable": self._keys.opens(_text(head, "session"))}, []

    def _frame(self, head: wire.Head, _parts: Parts) -> Answer:
        width = None if head.get("width") is None else _count(head, "width")
        return {}, [self._films.still(_text(head, "session"), _count(head, "pts_ms"), width)]

    def _ops(self, head: wire.Head, _parts: Parts) -> Answer:
        self._keys.unlock  # noqa: B018 - raises Locked
        part, parts = _count({"part": 0, **head}, "part"), _count({"parts_in_all": 1, **head}, "parts_in_all")
        if not part < parts <= PARTS_MOST:
            raise BadInput("The work cannot be shared so.")
        return {}, [_json(self._lanes.new_ops(part, parts))]


class OwnVerbs(Protocol):
    @property
    def verbs(self) -> Mapping[str, Verb]: ...


class BoxVerbs:
    """The unlock identity, by a phone and its PIN; and which phones may (FORMAT 9)."""

    def __init__(self, home: Home, keys: Keys) -> None:
        self._home, self._keys = home, keys
        self.verbs: Final[Mapping[str, Verb]] = {
            "unlock": self._unlock,
            "first": self._first,
            "add_phone": self._add_phone,
            "revoke_phone": self._revoke_phone,
        }

    def _unlock(self, _head: wire.Head, parts: Parts) -> Answer:
        pairing, identity, pin, secret, board = _cut(parts, 5)
        phone = open_pairing(bytes(pairing), pin, secret, board)
        self._keys.take(open_identity(Sealed.found(bytes(identity)), phone))
        return {}, []

    def _first(self, head: wire.Head, parts: Parts) -> Answer:
        new, identity = _new_pairing(head, parts), HybridIdentity.generate()
        self._keys.take(identity, new=True)
        return _told(with_first_phone(identity, new))

    def _add_phone(self, head: wire.Head, parts: Parts) -> Answer:
        identity = self._keys.unlock
        return _told(with_phone(identity, read_pairings(self._home), _new_pairing(head, parts)))

    def _revoke_phone(self, head: wire.Head, _parts: Parts) -> Answer:
        return _told(without_phone(self._keys.unlock, read_pairings(self._home), _text(head, "pairing")))


class DeskVerbs:
    """The office identity, by one person's own copy of it and its passphrase (FORMAT 12)."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self.verbs: Final[Mapping[str, Verb]] = {"open": self._open}

    def _open(self, _head: wire.Head, parts: Parts) -> Answer:
        key, passphrase = _cut(parts, 2)
        self._keys.take(open_office_key(bytes(key), passphrase))
        return {}, []


def box_verbs(home: Home) -> Verbs:
    return Verbs(BoxPlaces(home), lambda keys: BoxVerbs(home, keys))


def desk_verbs(store: Store) -> Verbs:
    return Verbs(StorePlaces(store), DeskVerbs)


def _new_pairing(head: wire.Head, parts: Parts) -> NewPairing:
    pin, secret, board = _cut(parts, 3)
    return make_pairing(pin, secret, _text(head, "name"), made=_count(head, "made"), board=board)


def _told(phones: Phones) -> Answer:
    head = {"pairing": phones.pairing, "files": list(phones.write), "remove": list(phones.remove)}
    return head, list(phones.write.values())


def _cut(parts: Parts, count: int) -> Parts:
    if len(parts) != count:
        raise BadInput("The request does not have the parts that it needs.")
    return parts


def _text(head: wire.Head, name: str) -> str:
    value = head.get(name)
    if not isinstance(value, str):
        raise BadInput("The request has no proper {field}.", field=name)
    return value


def _count(head: wire.Head, name: str) -> int:
    value = head.get(name)
    if type(value) is not int or not 0 <= value < INTEGER_END:
        raise BadInput("The request has no proper {field}.", field=name)
    return value


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
