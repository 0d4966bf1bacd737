"""Where to carry to: the `targets` of `device/office.json` (FORMAT 12; DESIGN "The courier").

Apart and without any reading or writing, so that a wrong setting is found before anything is carried.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Final

from appliance.errors import BadInput
from appliance.store.layout import is_id

NETWORK: Final = "network"
MOUNT: Final = "mount:"


@dataclass(frozen=True, slots=True)
class Target:
    """One store. `remote`: this box's own drop there, as rclone names it; `pickup`: its outbox, None if there is none.

    `mount`: the folder that must be a mounted disk before anything is written below it; None: the network is needed.
    """

    store: str
    remote: str
    pickup: str | None
    mount: Path | None


def read_targets(told: Sequence[Any]) -> tuple[Target, ...]:
    """Raises BadInput for what is no target, for one named twice, and for a folder outside its own disk."""
    targets = tuple(_target(each) for each in told)
    if len({target.store for target in targets}) != len(targets):
        raise _bad("names a store twice")
    return targets


def _target(told: Any) -> Target:
    if not isinstance(told, Mapping) or set(told) != {"store", "remote", "pickup", "needs"}:
        raise _bad("has store, remote, pickup and needs")
    store, remote, pickup, needs = (told[key] for key in ("store", "remote", "pickup", "needs"))
    if not isinstance(store, str) or not is_id(store):
        raise _bad("names a store by its id")
    if not _is_remote(remote) or not (pickup is None or _is_remote(pickup)):
        raise _bad("names a remote as rclone does")
    if needs == NETWORK:
        return Target(store, remote, pickup, None)
    if not isinstance(needs, str) or not needs.startswith(MOUNT):
        raise _bad("needs the network, or mount: and a folder")
    mount = PurePosixPath(needs.removeprefix(MOUNT))
    if not mount.is_absolute() or not all(_below(path, mount) for path in (remote, pickup) if path is not None):
        raise _bad("on a disk is a folder below the one that is mounted")
    return Target(store, remote, pickup, Path(mount))


def _is_remote(told: Any) -> bool:
    return isinstance(told, str) and 0 < len(told) <= 4096 and told.isprintable()


def _below(path: str, mount: PurePosixPath) -> bool:
    return ".." not in PurePosixPath(path).parts and PurePosixPath(path).is_relative_to(mount)


def _bad(what: str) -> BadInput:
    return BadInput(f"A target in device/office.json {what}.", "Give it anew: fieldreel office trust.")
