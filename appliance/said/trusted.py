"""Whom a box believes: `device/office.json`, and what those have said to it (FORMAT 12).

Apart because recorder, web and courier must all believe the same ones.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from appliance.errors import BadInput
from appliance.said.hearing import Hearing, hear_file
from appliance.said.kinds import Receipt, Said
from appliance.sealing.certificates import device_of_public
from appliance.store.durable import Durable
from appliance.store.layout import Home, is_device, is_id, is_writer

OFFICE: Final = "office.json"
MOST_RECEIPTS: Final = 16


@dataclass(frozen=True, slots=True)
class Office:
    """`stores`: store id -> its device's public key. `desks`: public keys. `receipts`: how many must hold a session."""

    stores: Mapping[str, str]
    desks: frozenset[str]
    receipts: int
    targets: tuple[Any, ...] = ()

    @property
    def desk_devices(self) -> frozenset[str]:
        """Their device ids."""
        return frozenset(device_of_public(public) or "" for public in self.desks)

    def line(self) -> bytes:
        told = {
            "v": 1,
            "stores": dict(self.stores),
            "desks": sorted(self.desks),
            "receipts": self.receipts,
            "targets": list(self.targets),
        }
        return json.dumps(told, separators=(",", ":"), allow_nan=False).encode() + b"\n"


NOBODY: Final = Office({}, frozenset(), MOST_RECEIPTS)
"""What a box believes that was given no office: no receipt, no order."""


def read_office(home: Home) -> Office:
    """Raises BadInput for a file that is not as it should be; NOBODY where there is none."""
    try:
        told = json.loads((home.device / OFFICE).read_bytes())
    except FileNotFoundError:
        return NOBODY
    except (OSError, ValueError, RecursionError):
        raise _no_office() from None
    if not isinstance(told, dict) or type(told.get("v")) is not int or told["v"] != 1:
        raise _no_office()
    stores, desks, receipts, targets = (told.get(key) for key in ("stores", "desks", "receipts", "targets"))
    if not isinstance(stores, dict) or not isinstance(desks, list) or not isinstance(targets, list):
        raise _no_office()
    if not all(is_id(store) for store in stores) or not all(map(_is_public, (*stores.values(), *desks))):
        raise _no_office()
    if type(receipts) is not int or not 1 <= receipts <= MOST_RECEIPTS:
        raise _no_office()
    return Office(stores, frozenset(desks), receipts, tuple(targets))


def write_office(home: Home, office: Office, durable: Durable | None = None) -> None:
    """Whole, so that a box believes the old ones or the new ones and never a part."""
    (durable or Durable()).write_whole(home.device / OFFICE, office.line())


def read_target(text: str) -> Any:
    """One place to carry to, as JSON; what it means is the courier's. Raises BadInput."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise BadInput("A target is a JSON object.")
    return told


class Inbox:
    """What the office's desks have said to this box; `new` gives what came since the last time."""

    def __init__(self, home: Home) -> None:
        self._folder, self._hearing = home.inbox / "statements", Hearing()

    def new(self, office: Office) -> list[Said]:
        """Raises CardFailing."""
        folders = [path for path in self._folder.glob("*/*") if is_device(path.parent.name) and is_writer(path.name)]
        return [said for folder in sorted(folders) for said in self._hearing.hear(folder, office.desks)]


def receipts_for(home: Home, session: str, box: str, office: Office) -> list[Receipt]:
    """The believed receipts for this session of this box, one a store at most. Raises CardFailing."""
    found = []
    for store, public in sorted(office.stores.items()):
        said = hear_file(home.receipts / f"{session}.{store}.json", (public,))
        if isinstance(said, Receipt) and (said.session, said.box, said.store) == (session, box, store):
            found.append(said)
    return found


def _is_public(value: object) -> bool:
    return isinstance(value, str) and device_of_public(value) is not None


def _no_office() -> BadInput:
    return BadInput(
        "device/office.json is not as it should be: nobody is believed.", "Give it anew: fieldreel office trust."
    )
