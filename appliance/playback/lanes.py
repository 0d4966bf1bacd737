"""All lanes as the keeper reads them: each op that one of its keys opens, once, verified.

Apart from one lane's writing because a reader meets all lanes, and most of their ops at its first look.
"""

import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from appliance.errors import CardFailing, FileTampered, WrongKey
from appliance.playback.keys import Keys
from appliance.playback.lane_reading import LaneReading
from appliance.playback.places import LanePlace, Places
from appliance.sealing.ops import open_op
from appliance.sealing.wrapping import Identity

log: Final = logging.getLogger(__name__)

OPS_AT_ONCE: Final = 1_000
BYTES_AT_ONCE: Final = 4_000_000

Op = dict[str, Any]
Place = tuple[Path, int]
"""A lane's folder, and the number of an op in it."""
Waiting = dict[Place, None]
Found = tuple[Path, int, str | None]
"""The same, and the subject if there is a hint."""


class Lanes:
    """`new_ops` gives each op once, the newest first; one that no key here opens waits until one does.

    Ops are grouped by the subject of their hint, so that those of a session that is not kept cost nothing. `shut`:
    those without a (true) hint that fit none of the subjects that were `tried`.
    """

    def __init__(self, places: Places, keys: Keys) -> None:
        self._places, self._keys = places, keys
        self._lanes: dict[Path, tuple[LanePlace, LaneReading]] = {}
        self._hinted: dict[str, Waiting] = {}
        self._unhinted: Waiting = {}
        self._shut: Waiting = {}
        self._tried: frozenset[str] = frozenset()
        self._left: list[Found] = []

    def new_ops(self, part: int = 0, parts: int = 1) -> list[Op]:
        """At most a thousand, or 4 MB. A forged or damaged one is told to the log and left out. Raises CardFailing.

        Of `parts` that share the work: those whose number falls to this `part`; all, once it is the only one.
        """
        self._look(part, parts)
        found: list[Op] = []
        size = 0
        try:
            for op, sealed_bytes in self._openable():
                found.append(op)
                size += sealed_bytes
                if len(found) == OPS_AT_ONCE or size >= BYTES_AT_ONCE:
                    break
        except CardFailing:
            if not found:  # else those first, for each comes once; the fault is told to whoever asks again
                raise
        return found

    def _look(self, part: int, parts: int) -> None:
        fresh: list[Found] = []
        for place in self._places.lanes():
            _, reading = self._lanes.setdefault(place.folder, (place, LaneReading(place.folder, carried=place.carried)))
            fresh += [(place.folder, n, subject) for n, subject in reading.appended()]
        if parts == 1:
            fresh, self._left = [*self._left, *fresh], []
        for folder, n, subject in fresh:
            if n % parts != part:
                self._left.append((folder, n, subject))
                continue
            group = self._unhinted if subject is None else self._hinted.setdefault(subject, {})
            group[folder, n] = None

    def _openable(self) -> Iterator[tuple[Op, int]]:
        """Takes each op from the waiting ones as it gives it, so that whoever stops asking loses none."""
        for subject, waiting in list(self._hinted.items()):
            keys = self._keys_of([subject])
            if keys:
                yield from self._take(waiting, keys, self._unhinted)
                del self._hinted[subject]
        if self._unhinted or self._shut:
            keys = self._keys_of(self._keys.subjects())
            subjects = frozenset(subject for subject, _ in keys)
            if self._tried != subjects:
                self._tried = subjects
                self._unhinted, self._shut = self._unhinted | self._shut, {}
            yield from self._take(self._unhinted, keys, self._shut)

    def _keys_of(self, subjects: list[str]) -> list[tuple[str, Identity]]:
        """Those of them that open now, with what opens them."""
        found = ((subject, self._keys.subject(subject)) for subject in subjects)
        return [(subject, identity) for subject, identity in found if identity is not None]

    def _take(self, waiting: Waiting, keys: list[tuple[str, Identity]], others: Waiting) -> Iterator[tuple[Op, int]]:
        """Open what waits by one of the subjects' keys; what fits none goes to `others`."""
        while waiting:
            place, _ = waiting.popitem()  # the newest; to look for it first would pass over all that were taken
            try:
                opened = self._open(place, keys)
            except WrongKey:
                others[place] = None
            except FileTampered as fault:
                log.error("op %s/%d: %s", place[0].name, place[1], fault.code)
            except CardFailing:
                waiting[place] = None
                raise
            else:
                yield opened

    def _open(self, place: Place, keys: list[tuple[str, Identity]]) -> tuple[Op, int]:
        """The op and its sealed length; the key that fits is moved to the front, for taps come in rows.

        Raises WrongKey when none fits, FileTampered, CardFailing.
        """
        folder, n = place
        lane, reading = self._lanes[folder]
        sealed = reading.op(n)
        for at, (subject, identity) in enumerate(keys):
            with suppress(WrongKey):
                op = open_op(sealed, [identity], lane.check, {**lane.expected, "n": n, "subject": subject})
                keys.insert(0, keys.pop(at))
                return op, len(sealed)
        raise WrongKey("No key here opens this op.")
