"""The devices that an office knows: `register/<device id>.json` (FORMAT 12).

Apart because who is in it decides whose footage is taken in and whose word is believed.
"""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from appliance.errors import BadInput, NotFound
from appliance.office.facts import check_name
from appliance.sealing.certificates import device_of_public
from appliance.store.archive import Store
from appliance.store.durable import Durable
from appliance.store.layout import is_device


@dataclass(frozen=True, slots=True)
class Registered:
    """`device_public`: base64. `name`: what stands on the box, nobody's name. `added`, `lost`: UTC in ms."""

    device: str
    device_public: str
    name: str
    added: int
    lost: int | None = None

    def line(self) -> bytes:
        return json.dumps({"v": 1, **asdict(self)}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def register_device(store: Store, public: str, name: str, utc_ms: int) -> Registered:
    """Make a box known to the office, and its drop and outbox. Raises BadInput for no key, a known one, or no name."""
    device = device_of_public(public)
    if device is None:
        raise BadInput("This is not a device's public key.")
    check_name(name)
    path = store.register / f"{device}.json"
    if path.exists():
        raise BadInput("This device is in the register already.")
    made = Registered(device, public, name, utc_ms)
    durable = Durable()
    for folder in (store.register, store.drop(device), store.outbox(device)):
        durable.make_folder(folder)
    durable.write_whole(path, made.line())
    return made


def mark_lost(store: Store, device: str, utc_ms: int) -> Registered:
    """Nothing that comes in its name is taken in from now on; asked again, the first time stays. Raises NotFound."""
    known = read_register(store).get(device)
    if known is None:
        raise NotFound("There is no such device in the register.")
    if known.lost is not None:
        return known
    lost = replace(known, lost=utc_ms)
    Durable().write_whole(store.register / f"{device}.json", lost.line())
    return lost


def read_register(store: Store) -> dict[str, Registered]:
    """By device id. Raises BadInput for an entry that is not as it should be: then nobody knows whom to believe."""
    paths = sorted(store.register.glob("*.json")) if store.register.is_dir() else []
    return {path.stem: _read(path) for path in paths if is_device(path.stem)}


def _read(path: Path) -> Registered:
    try:
        told = json.loads(path.read_bytes())
        entry = Registered(told["device"], told["device_public"], told["name"], told["added"], told["lost"])
        fits = told["v"] == 1 and device_of_public(entry.device_public) == entry.device == path.stem
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        fits = False
    if not fits or type(entry.added) is not int or not isinstance(entry.lost, int | None):
        raise BadInput(f"register/{path.name} is not as it should be.", "Mend or remove it; nothing is taken in.")
    return entry
