"""Takes what was provisioned from the card's first partition, which every office machine can write, into the home.

Apart from provisioning, which happens at the office: here nothing is made, only moved, whole or not at all.
"""

import logging
import shutil
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Final

from appliance.errors import BadInput, CardFailing
from appliance.store.durable import Durable, card_faults

log: Final = logging.getLogger(__name__)
FOLDER: Final = Path("/boot/firmware/fieldreel")
DEVICE: Final = "device"
WHO: Final = "device.pub"
KNOWN: Final = frozenset({DEVICE, "tls", "tag-sets", "settings.toml"})
KEYS: Final = ".key"
TAKEN: Final = ".taken"
LARGEST: Final = 1 << 20


class Taken(Enum):
    NOTHING = "nothing was there"
    NEW = "a new box"
    RENEWED = "this box's own, renewed"


def take_in(folder: Path, home: Path, durable: Durable | None = None) -> Taken:
    """Move what lies in `folder` into `home` and remove it there.

    (1) look at all of it; (2) copy all but the keys' folder, each file whole; (3) the keys' folder, complete, by one
    rename; (4) rename `folder`, so that nothing takes it in again; (5) zeros over what lies in it, and remove it. Ended
    in between, the next start does it anew, or from (5).
    A box that has keys takes settings for the same device only, and never other keys. Raises BadInput, CardFull,
    CardFailing; nothing was taken then.
    """
    durable, done = durable or Durable(), folder.with_name(folder.name + TAKEN)
    _clear(done, durable)
    if not folder.is_dir():
        return Taken.NOTHING
    files = list(_checked(folder))
    is_new = not (home / DEVICE).exists()
    if not is_new and _who(folder) != _who(home):
        raise BadInput("What lies on the card is for another box.", "Provision this box under its own name.")
    for path in files:
        name = path.relative_to(folder)
        if name.parts[0] != DEVICE or (not is_new and path.suffix != KEYS and name.name != WHO):
            durable.make_folder((home / name).parent)
            durable.write_whole(home / name, _read(path))
    if is_new:
        _take_device(folder, home, durable)
    durable.rename(folder, done)
    durable.sync_folder(folder.parent)
    _clear(done, durable)
    return Taken.NEW if is_new else Taken.RENEWED


def _take_device(folder: Path, home: Path, durable: Durable) -> None:
    unfinished = home / f"{DEVICE}.tmp"
    shutil.rmtree(unfinished, ignore_errors=True)
    durable.make_folder(unfinished)
    for path in sorted((folder / DEVICE).iterdir()):
        durable.write_new(unfinished / path.name, _read(path))
    durable.sync_folder(unfinished)
    durable.rename(unfinished, home / DEVICE)
    durable.sync_folder(home)


def _checked(folder: Path) -> Iterator[Path]:
    """Its files. Raises BadInput for anything that provisioning does not make."""
    found = sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    for path in found:
        name = path.relative_to(folder)
        if path.is_symlink() or not path.is_file() or name.parts[0] not in KNOWN or len(name.parts) > 2:
            raise BadInput("There is something on the card that provisioning does not make.", "Provision the box anew.")
        if path.stat().st_size > LARGEST:
            raise BadInput("A file on the card is too large to be one of a box's.", "Provision the box anew.")
    if not (folder / DEVICE / WHO).is_file():
        raise BadInput("There are no keys among what lies on the card.", "Copy all of the folder that was made.")
    yield from found


def _who(place: Path) -> bytes:
    path = place / DEVICE / WHO
    return _read(path) if path.is_file() else b""


def _read(path: Path) -> bytes:
    with card_faults():
        return path.read_bytes()


def _clear(folder: Path, durable: Durable) -> None:
    """Best effort: on flash the old bytes may live on elsewhere, and a partition that cannot be written is told of."""
    try:
        for path in (each for each in sorted(folder.rglob("*")) if not each.is_dir()):
            durable.overwrite(path)
            durable.remove(path)
    except CardFailing:
        log.warning("what was provisioned could not be removed from the card's first partition")
        return
    shutil.rmtree(folder, ignore_errors=True)
