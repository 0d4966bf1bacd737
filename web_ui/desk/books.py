"""What a store says of itself and of the devices that it knows (FORMAT 12): `store.json` and `register/`.

Apart from standing because it changes only when somebody at the office says so.
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from appliance.errors import BadInput, NotFound
from appliance.sealing.certificates import device_of_public
from appliance.store.archive import Store
from appliance.store.durable import Durable
from appliance.store.layout import is_device

DAYS: Final = {"box_days": 7, "unconfirmed_days": 7, "film_days": 365, "review_days": 365}


@dataclass(frozen=True, slots=True)
class Device:
    """`name`: the box's label. `added`, `lost`: UTC in ms."""

    id: str
    public: str
    name: str
    added: int
    lost: int | None


@dataclass(frozen=True, slots=True)
class Books:
    """Reads the files anew each time: another process may write them."""

    store: Store
    durable: Durable = field(default_factory=Durable)

    def name(self) -> str:
        return str(self._facts().get("name", ""))

    def id(self) -> str:
        """Raises BadInput where there is no store."""
        return str(self._facts()["store"])

    def days(self, which: str) -> int:
        """One of DAYS, by the store's policy."""
        policy = self._facts().get("policy")
        told = policy.get(which) if isinstance(policy, dict) else None
        return told if type(told) is int and told > 0 else DAYS[which]

    def devices(self) -> list[Device]:
        """All that were ever registered, by name."""
        folder = self.store.register
        found = [_device(_object(path)) for path in folder.glob("*.json")] if folder.is_dir() else []
        return sorted((each for each in found if each is not None), key=lambda each: (each.name, each.id))

    def device(self, device: str) -> Device:
        """Raises NotFound."""
        found = next((each for each in self.devices() if each.id == device), None)
        if found is None:
            raise NotFound("There is no such box.")
        return found

    def mark_lost(self, device: str, utc_ms: int) -> Device:
        """From now on nothing of it is taken in. Once lost it stays so, with its first time."""
        known = self.device(device)
        if known.lost is None:
            path = self.store.register / f"{device}.json"
            line = json.dumps({**_object(path), "lost": utc_ms}, ensure_ascii=False, separators=(",", ":"))
            self.durable.write_whole(path, line.encode() + b"\n")
        return self.device(device)

    def _facts(self) -> Mapping[str, Any]:
        found = _object(self.store.facts)
        if not isinstance(found.get("store"), str):
            raise BadInput("This folder is not an office's store.", "Give the folder that holds store.json.")
        return found


def _device(told: Mapping[str, Any]) -> Device | None:
    with suppress(KeyError, TypeError, ValueError):
        device, public = str(told["device"]), str(told["device_public"])
        lost = None if told["lost"] is None else int(told["lost"])
        if is_device(device) and device_of_public(public) == device:
            return Device(device, public, str(told["name"]), int(told["added"]), lost)
    return None


def _object(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError, RecursionError):
        told = json.loads(path.read_bytes())
        if isinstance(told, dict):
            return told
    return {}
