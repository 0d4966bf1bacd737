"""Who did what at the desks: the ops `audit`, each once, the newest first (FORMAT 8).

Apart from the fold because nothing follows from a deed: it was done, and stays done whatever comes after.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from appliance.practice.op_fields import FAR
from appliance.practice.ops import AGENCY, Place

KIND: Final = "audit"
DEEDS: Final = (
    "signed-in",
    "sign-in-failed",
    "signed-out",
    "locked",
    "played",
    "verified",
    "exported",
    "confirmed",
    "held",
    "released",
    "erased",
    "lost",
)
ABOUT: Final = ("session", "family", "box", "staff", "order", "why")
"""What a deed may name besides: ids and codes, never a name."""


@dataclass(frozen=True, slots=True)
class Deed:
    """`by`: the id of a member of staff. `about`: any of ABOUT. `at`: UTC in milliseconds."""

    id: str
    at: int
    by: str
    what: str
    about: Mapping[str, str]
    place: Place


class Trail:
    """All deeds that were fed so far. Used by many threads."""

    def __init__(self) -> None:
        self._deeds: dict[str, Deed] = {}
        self._lock = Lock()

    def feed(self, told: Iterable[Mapping[str, Any]]) -> None:
        """Genuine ops; those of other kinds are let pass."""
        with self._lock:
            for deed in filter(None, map(read_deed, told)):
                known = self._deeds.get(deed.id)
                if known is None or deed.place < known.place:
                    self._deeds[deed.id] = deed

    def newest(self, count: int, before: int | None = None) -> Sequence[Deed]:
        """At most so many; `before`: done earlier than this (UTC in ms)."""
        with self._lock:
            found = [deed for deed in self._deeds.values() if before is None or deed.at < before]
        return sorted(found, key=lambda deed: (deed.at, deed.place), reverse=True)[:count]

    def __len__(self) -> int:
        return len(self._deeds)

    def forget(self) -> None:
        with self._lock:
            self._deeds.clear()


def read_deed(told: Mapping[str, Any]) -> Deed | None:
    """None for any other op, and for one that is not as it should be."""
    if told.get("kind") != KIND or told.get("subject") != AGENCY or told.get("what") not in DEEDS:
        return None
    texts = [told.get(key) for key in ("id", "device", "lane", "by")]
    numbers = [told.get(key) for key in ("lamport", "n", "at")]
    if not all(isinstance(text, str) for text in texts):
        return None
    if not all(type(number) is int and 0 <= number < FAR for number in numbers):
        return None
    id_, device, lane, by = map(str, texts)
    lamport, n, at = (int(str(number)) for number in numbers)
    about = {key: told[key] for key in ABOUT if isinstance(told.get(key), str)}
    return Deed(id_, at, by, str(told["what"]), about, (lamport, device, lane, n, id_))
