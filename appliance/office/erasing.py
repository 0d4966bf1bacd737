"""Erases at the office: keys first and everywhere, then footage, and says what was destroyed (FORMAT 10).

Apart because it is the one thing at the office that takes back what was archived. A hold was looked for before.

1. Write `erasing/<id>` (whole): from here on it is done to the end, whatever happens.
2. Say `erased`, with everything that was found; durable.
3. Zeros over every key that was found, remove each, sync its folder: in `sessions/`, `families/`, staging, drops,
   outboxes and the folders in which the store keeps copies. From here on nobody can open it.
4. Remove the rest: footage, parcels, receipts.
5. Remove `erasing/<id>`; but not while a folder of copies is away: it is done then when that comes back.
"""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from appliance.errors import CardFailing, Forbidden
from appliance.office.intake import STAGING
from appliance.said.kinds import WHYS, Erased
from appliance.said.voice import Voice
from appliance.store.archive import Store
from appliance.store.durable import Durable, card_faults
from appliance.store.erasure import erase_folder
from appliance.store.finder import SegmentFinder
from appliance.store.layout import KEY, LOCAL, LOG, is_id
from appliance.store.parcels import read_name

log: Final = logging.getLogger(__name__)
ERASE: Final = "erasing"


@dataclass(frozen=True, slots=True)
class Erasing:
    """`copies`: folders outside the store in which keys may lie as well."""

    store: Store
    voice: Voice
    durable: Durable
    copies: tuple[Path, ...] = ()

    def begin(self, subject: str, why: str, order: str | None, *, family: bool = False) -> None:
        """Step 1. Raises CardFull, CardFailing."""
        self.durable.make_folder(self.store.root / ERASE)
        told = {"v": 1, "why": why, "order": order, "family": family}
        line = json.dumps(told, separators=(",", ":")).encode() + b"\n"
        self.durable.write_whole(self.store.root / ERASE / subject, line)

    def carry_out(self) -> list[str]:
        """Steps 2 to 5 of everything that was begun; gives the ids that are done. Raises CardFull, CardFailing."""
        folder = self.store.root / ERASE
        begun = sorted(path for path in folder.iterdir() if is_id(path.name)) if folder.is_dir() else []
        done = []
        for mark in begun:
            try:
                if self._carry_out(mark):
                    done.append(mark.name)
            except Forbidden:  # somebody reads or writes it now; the next round finds the mark
                log.warning("%s can not be erased now", mark.name)
        return done

    def away(self) -> list[Path]:
        """Folders of copies that are not there, while something waits for them."""
        folder = self.store.root / ERASE
        waits = folder.is_dir() and any(is_id(path.name) for path in folder.iterdir())
        return [copy for copy in self.copies if waits and not copy.is_dir()]

    def present(self) -> set[str]:
        """Ids of every session and family of which anything lies in the store; copies are not looked into."""
        root = self.store.root
        folders = [*root.glob("sessions/*"), *root.glob("families/*"), *root.glob(f"{STAGING}/*")]
        loose = [*root.glob("outbox/*/locals/*.age"), *root.glob("outbox/*/receipts/*.json")]
        parcels = [name.what for path in root.glob("drop/*/*") if (name := read_name(path.name)) is not None]
        named = [path.name.partition(".")[0] for path in (*folders, *loose)]
        return {each for each in (*named, *(what.of for what in parcels)) if is_id(each)}

    def _carry_out(self, mark: Path) -> bool:
        """Whether anything was found, or it is the first time: then it was erased now."""
        subject, told = mark.name, _read_mark(mark)
        keys = [*self._keys(subject), *self._copied_keys(subject)]
        rest = list(self._rest(subject))
        news = bool(keys or rest) or not self._said(subject, told["order"])
        if news:
            self._say(subject, told, keys, rest)
        for key in keys:
            self.durable.overwrite(key)
            self.durable.remove(key)
            self.durable.sync_folder(key.parent)
        for path in rest:
            self._remove(path)
        if all(copy.is_dir() for copy in self.copies):
            self.durable.remove(mark)
            self.durable.sync_folder(mark.parent)
        return news

    def _say(self, subject: str, told: dict[str, Any], keys: list[Path], rest: list[Path]) -> None:
        family, number = told["family"], _number(self.store.session(subject) / LOG)
        self.voice.say(
            "erased",
            {
                "sessions": [] if family else [subject],
                "numbers": [] if family else [number],
                "families": [subject] if family else [],
                "why": told["why"],
                "order": told["order"],
                "destroyed": [self._listed(path) for path in (*keys, *rest)],
            },
        )

    def _said(self, subject: str, order: str | None) -> bool:
        told = [each for each in self.voice.said() if isinstance(each, Erased)]
        return any(each.order == order and subject in (*each.sessions, *each.families) for each in told)

    def _keys(self, subject: str) -> Iterator[Path]:
        """Every file in the store that opens it, for whoever holds the office's or a box's key."""
        root = self.store.root
        for place in ("sessions", "families", STAGING):
            for name in (KEY, LOCAL):
                if (root / place / subject / name).is_file():
                    yield root / place / subject / name
        yield from (path for path in self._dropped(subject) if f".{KEY}~" in path.name)
        yield from root.glob(f"outbox/*/locals/{subject}.age")

    def _copied_keys(self, subject: str) -> Iterator[Path]:
        """The same in copies, wherever below them: in a folder of its id, or in a file that begins with it."""
        for copy in self.copies:
            for place, _, names in os.walk(copy):
                for name in names:
                    own = Path(place).name == subject and name in (KEY, LOCAL)
                    if own or _starts_with_key(name, subject):
                        yield Path(place) / name

    def _rest(self, subject: str) -> Iterator[Path]:
        """Everything else in the store: folders (each with all that is in it) and files."""
        root = self.store.root
        places = (root / place / subject for place in ("sessions", "families", STAGING))
        yield from (path for path in places if path.is_dir())
        yield from (path for path in self._dropped(subject) if f".{KEY}~" not in path.name)
        yield from root.glob(f"outbox/*/receipts/{subject}.*.json")

    def _dropped(self, subject: str) -> list[Path]:
        found = [*self.store.root.glob(f"drop/*/{subject}.*"), *self.store.root.glob(f"drop/*/family.{subject}.*")]
        return sorted(path for path in found if (name := read_name(path.name)) is not None and name.what.of == subject)

    def _remove(self, path: Path) -> None:
        if _is_folder(path):
            erase_folder(path, self.durable)
        else:
            self.durable.remove(path)
            self.durable.sync_folder(path.parent)

    def _listed(self, path: Path) -> dict[str, str | int]:
        with card_faults():
            if _is_folder(path):
                size = sum(each.lstat().st_size for each in path.rglob("*") if not each.is_dir())
            else:
                size = path.lstat().st_size
        below = next((base for base in (self.store.root, *self.copies) if path.is_relative_to(base)), path.parent)
        place = path.relative_to(below).as_posix()
        what = place if below == self.store.root else f"{below.name}/{place}"
        return {"what": f"{what}/" if _is_folder(path) else what, "bytes": size}


def _read_mark(path: Path) -> dict[str, Any]:
    """A spoiled mark still says what must go, by its name."""
    told: Any = None
    with suppress(OSError, ValueError, RecursionError):
        told = json.loads(path.read_bytes())
    if not isinstance(told, dict) or told.get("why") not in WHYS or type(told.get("family")) is not bool:
        return {"why": "request", "order": None, "family": False}
    return told


def _is_folder(path: Path) -> bool:
    """A link in a drop is a name like any other: what it points to is nothing of this."""
    return path.is_dir() and not path.is_symlink()


def _starts_with_key(name: str, subject: str) -> bool:
    return any(name.startswith(f"{start}{subject}.{key}") for start in ("", "family.") for key in (KEY, LOCAL)) or (
        name == f"{subject}.age"
    )


def _number(path: Path) -> int:
    with suppress(OSError, CardFailing):
        opened = SegmentFinder(path).opened()
        return opened.number if opened else 0
    return 0
