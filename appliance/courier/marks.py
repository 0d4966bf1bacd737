"""How far lanes, statements and families' keys are carried to each store: `journal/sent.json` (FORMAT 11).

Apart from the sessions' pages because these grow for as long as the box lives; only how far they went is kept.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TypeGuard

from appliance.courier.tries import Tries, Try, begun, is_count, read_tries, tell_tries
from appliance.store.durable import Durable
from appliance.store.layout import Home, is_id, is_writer
from appliance.store.parcels import What

Kind = Literal["lane", "said"]
NAME: Final = "sent.json"
_SHA256: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(slots=True)
class Mark:
    """For one store. `lane`, `said`: the next number of each writer to send; `family`: SHA-256 of each key sent."""

    lane: dict[str, int] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)
    family: dict[str, str] = field(default_factory=dict)
    tries: Tries = field(default_factory=dict)


class Marks:
    """A Book; used by one thread. `locals_`: SHA-256 of each `locals/<subject>.age` that was handed to the recorder."""

    def __init__(self, home: Home, durable: Durable) -> None:
        self._folder, self._durable = home.journal, durable
        self._stores, self.locals_ = _read(home.journal / NAME)

    def of(self, store: str) -> Mark:
        return self._stores.setdefault(store, Mark())

    def begin(self, store: str, what: What, sha256: str, size: int) -> int:
        tries = self.of(store).tries
        tries[what.text] = begun(tries, what, sha256, size)
        self._write()
        return tries[what.text].attempt

    def done(self, store: str, what: What) -> None:
        """The parcel's try is forgotten, and the mark goes on behind it."""
        mark = self.of(store)
        tried = mark.tries.pop(what.text)
        match what.kind:
            case "lane":
                mark.lane[what.of] = what.last + 1
            case "said":
                mark.said[what.of] = what.last + 1
            case _:
                mark.family[what.of] = tried.sha256
        self._write()

    def again(self, store: str, what: What, attempt: int) -> None:
        """What this parcel held is to be sent once more: no attempt up to this one is of use there."""
        mark = self.of(store)
        if what.kind == "family":
            mark.family.pop(what.of, None)
        else:
            marks = mark.lane if what.kind == "lane" else mark.said
            marks[what.of] = min(what.first, marks.get(what.of, 0))
        mark.tries.setdefault(what.text, Try("0" * 64, 0, max(1, attempt)))
        self._write()

    def handed(self, subject: str, sha256: str) -> None:
        """The recorder took this `local.age`; it is not handed again, for it may have been forgotten on purpose."""
        self.locals_[subject] = sha256
        self._write()

    def _write(self) -> None:
        stores = {
            store: {"lanes": each.lane, "said": each.said, "families": each.family, "parcels": tell_tries(each.tries)}
            for store, each in self._stores.items()
        }
        told = {"v": 1, "stores": stores, "locals": self.locals_}
        self._durable.make_folder(self._folder)
        self._durable.write_whole(self._folder / NAME, json.dumps(told, separators=(",", ":")).encode() + b"\n")


def _read(path: Path) -> tuple[dict[str, Mark], dict[str, str]]:
    """Nothing at all for a file that is missing or is not what `Marks` writes."""
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}, {}
    if not isinstance(told, dict) or not isinstance(told.get("stores"), dict):
        return {}, {}
    marks = {store: _read_mark(each) for store, each in told["stores"].items()}
    whole = {store: each for store, each in marks.items() if is_id(store) and each is not None}
    if len(whole) != len(marks) or not _are_hashes(told.get("locals")):
        return {}, {}
    return whole, dict(told["locals"])


def _read_mark(told: Any) -> Mark | None:
    if not isinstance(told, dict):
        return None
    lane, said, family = (told.get(key) for key in ("lanes", "said", "families"))
    tries = read_tries(told.get("parcels"))
    if tries is None or not _are_numbers(lane) or not _are_numbers(said) or not _are_hashes(family):
        return None
    return Mark(dict(lane), dict(said), dict(family), tries)


def _are_numbers(told: Any) -> TypeGuard[Mapping[str, int]]:
    return isinstance(told, Mapping) and all(is_writer(writer) and is_count(n) for writer, n in told.items())


def _are_hashes(told: Any) -> TypeGuard[Mapping[str, str]]:
    return isinstance(told, Mapping) and all(
        is_id(subject) and isinstance(each, str) and _SHA256.fullmatch(each) for subject, each in told.items()
    )
