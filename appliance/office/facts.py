"""What a store is: `store.json`, and a new store with keys of its own (FORMAT 12).

Apart because everything at the office begins by reading it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from appliance.errors import BadInput
from appliance.sealing.certificates import device_of_public
from appliance.sealing.signing import WriterKey, make_device
from appliance.store.archive import Store
from appliance.store.durable import Durable
from appliance.store.layout import is_id, new_id

WRITERS: Final = ("ingest", "desk")
INGEST, DESK = WRITERS
NAME_LETTERS: Final = 64


@dataclass(frozen=True, slots=True)
class Policy:
    """How long a box keeps what the office holds, an unconfirmed session lives, each class is kept once confirmed."""

    box_days: int = 7
    unconfirmed_days: int = 7
    film_days: int = 365
    review_days: int = 365


@dataclass(frozen=True, slots=True)
class Beside:
    """Another store of this office: its id, its device's public key, and where it lies if it can be read from here."""

    store: str
    public: str
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """`copies`: folders that hold copies of keys, such as a backup; erasing looks into them as well."""

    store: str
    name: str
    policy: Policy = field(default_factory=Policy)
    copies: tuple[str, ...] = ()
    beside: tuple[Beside, ...] = ()

    def line(self) -> bytes:
        told = {
            "v": 1,
            "store": self.store,
            "name": self.name,
            "policy": asdict(self.policy),
            "copies": list(self.copies),
            "beside": [asdict(each) for each in self.beside],
        }
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def make_store(
    store: Store, name: str, recipients_text: str, beside: tuple[Store, ...] = (), copies: tuple[str, ...] = ()
) -> Facts:
    """A new store with its own keys; `store.json` last, so that a half-made one is none.

    Raises BadInput if a store is there, a recipient is of the wrong kind, or one of `beside` is no store.
    """
    if store.facts.exists():
        raise BadInput("There is a store here already.", "Take another folder.")
    check_name(name)
    known = tuple(Beside(read_facts(other).store, public_of(other), str(other.root)) for other in beside)
    durable = Durable()
    durable.make_folder(store.root)
    if not store.home.device.exists():
        make_device(store.home.device, WRITERS, recipients_text)
    for folder in (store.home.sessions, store.home.families, store.register, store.root / "drop"):
        durable.make_folder(folder)
    facts = Facts(new_id(), name, copies=copies, beside=known)
    durable.write_whole(store.facts, facts.line())
    return facts


def read_facts(store: Store) -> Facts:
    """Raises BadInput where there is no store, or not as it should be."""
    try:
        told = json.loads(store.facts.read_bytes())
        facts = _facts(told)
    except FileNotFoundError:
        raise BadInput("This folder is not a store.", "Make one: fieldreel office make.") from None
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        raise BadInput("store.json is not as it should be.") from None
    return facts


def public_of(store: Store) -> str:
    """The public key of the store's device. Raises BadInput."""
    return str(WriterKey.load(store.home.device, INGEST).certificate["device_public"])


def check_name(name: str) -> None:
    """Raises BadInput for a label that cannot stand on one line."""
    if not name or len(name) > NAME_LETTERS or not name.isprintable():
        raise BadInput(f"A name is 1 to {NAME_LETTERS} letters.")


def _facts(told: Mapping[str, Any]) -> Facts:
    policy = Policy(**{each.name: _days(told["policy"].get(each.name, each.default)) for each in fields(Policy)})
    copies, beside = tuple(told.get("copies", ())), tuple(_beside(each) for each in told.get("beside", ()))
    if told["v"] != 1 or not is_id(told["store"]) or not all(isinstance(each, str) for each in (told["name"], *copies)):
        raise ValueError("not the facts of a store")
    return Facts(told["store"], told["name"], policy, copies, beside)


def _days(value: object) -> int:
    if type(value) is not int or not 0 <= value <= 36_500:
        raise ValueError("not a number of days")
    return value


def _beside(told: Mapping[str, Any]) -> Beside:
    path = told.get("path")
    if not is_id(told["store"]) or device_of_public(told["public"]) is None or not isinstance(path, str | None):
        raise ValueError("not another store")
    return Beside(told["store"], told["public"], path)
