"""How each parcel fares on its way to one store: which attempt, and whether it is sent.

Apart and without any writing, because sessions, and everything that is of no one session, are carried alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeGuard

from appliance.store.parcels import What, read_what

_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
MOST_ATTEMPTS: Final = 10**9 - 1


@dataclass(frozen=True, slots=True)
class Try:
    """`attempt`: the highest that was ever begun. `sent`: that one is at the store, as far as the store has said."""

    sha256: str
    bytes: int
    attempt: int
    sent: bool = False


Tries = dict[str, Try]
"""By `What.text`."""


class Book(Protocol):
    """Where tries are written down. What has returned is durable; raises CardFull or CardFailing."""

    def begin(self, store: str, what: What, sha256: str, size: int) -> int:
        """The attempt to make now; no attempt is ever given twice while the book lasts."""
        ...

    def done(self, store: str, what: What) -> None:
        """The attempt begun last has arrived."""
        ...


def begun(tries: Tries, what: What, sha256: str, size: int) -> Try:
    """The next try of this parcel."""
    before = tries.get(what.text)
    return Try(sha256, size, min(MOST_ATTEMPTS, before.attempt + 1 if before else 1))


def tell_tries(tries: Tries) -> dict[str, list[Any]]:
    return {what: [each.sha256, each.bytes, each.attempt, each.sent] for what, each in tries.items()}


def read_tries(told: Any) -> Tries | None:
    """None for anything that `tell_tries` can not have told."""
    if not isinstance(told, Mapping):
        return None
    tries: Tries = {}
    for what, each in told.items():
        if read_what(what) is None or not isinstance(each, list) or len(each) != 4:
            return None
        sha256, size, attempt, sent = each
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256) or not isinstance(sent, bool):
            return None
        if not is_count(size) or not is_count(attempt) or not 1 <= attempt <= MOST_ATTEMPTS:
            return None
        tries[what] = Try(sha256, size, attempt, sent)
    return tries


def is_count(value: Any) -> TypeGuard[int]:
    return type(value) is int and 0 <= value < 1 << 53
