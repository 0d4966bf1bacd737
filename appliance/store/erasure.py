"""Destroys a session or family so that a power cut can only leave it more destroyed, never readable again.

Apart because it is the one thing that takes back what was acknowledged.

1. Write `ERASING` (whole): from here on it counts as gone, and recovery goes on with this list.
2. Zeros over `key.age` and `local.age` (best effort: flash memory may keep old pages), remove both, sync the folder:
   from here on nobody can open it.
3. Remove everything else but `ERASING`, sync the folder.
4. Remove `ERASING` and the folder, sync `sessions/` (or `families/`).
"""

import logging
from pathlib import Path
from typing import Final

from appliance.errors import BadInput, CardFailing, CardFull, Forbidden
from appliance.store.durable import Durable
from appliance.store.layout import ERASING, KEY, LOCAL, Home, unfinished
from appliance.store.listing import family_folders, session_folders
from appliance.store.space import make_reserve, release_reserve

log: Final = logging.getLogger(__name__)


def erase_session(home: Home, session_id: str, *, durable: Durable | None = None) -> None:
    """Gone for good on return. Raises BadInput (there is none), Forbidden (it is being recorded) or CardFailing."""
    durable = durable or Durable()
    try:
        folder = home.session(session_id)
    except ValueError:
        raise BadInput("This is not the id of a session.") from None
    if not folder.is_dir():
        raise BadInput("There is no such session.")
    erase_folder(folder, durable)
    make_reserve(home, durable)


def erase_family(home: Home, family_id: str, *, durable: Durable | None = None) -> None:
    """A family's keys, as a session's: its sealed ops stay and nothing opens them. Raises as `erase_session` does."""
    try:
        folder = home.family(family_id)
    except ValueError:
        raise BadInput("This is not the id of a family.") from None
    if not folder.is_dir():
        raise BadInput("There is no such family.")
    erase_folder(folder, durable or Durable())


def erase_folder(folder: Path, durable: Durable) -> None:
    """Steps 1 to 4 for a folder in `sessions/` or `families/`. Raises Forbidden or CardFailing."""
    with durable.lock(folder):
        _mark(Home(folder.parent.parent), folder, durable)
        _destroy(folder, durable)


def finish_erasures(home: Home, *, durable: Durable | None = None) -> tuple[str, ...]:
    """Go on with every erasure that was begun; gives the ids of those that are done now.

    One that the card refuses goes on counting as gone and is tried again at the next start. A folder with nothing in
    it, which is what a cut in step 4 can leave, is removed by recovery.
    """
    durable = durable or Durable()
    finished = []
    for folder in (*session_folders(home), *family_folders(home)):
        try:
            if (folder / ERASING).exists():
                with durable.lock(folder):
                    _destroy(folder, durable)
                finished.append(folder.name)
            elif unfinished(folder / ERASING).exists():
                durable.remove(unfinished(folder / ERASING))
        except Forbidden:
            continue
        except (CardFull, CardFailing) as fault:
            log.error("an erasure could not be finished: %s", fault.code)
    return tuple(finished)


def what_stands(root: Path, folder: Path) -> list[dict[str, str | int]]:
    """What erasing this folder would destroy, as a statement lists it (FORMAT 10): its keys, then all that is in it."""
    if not folder.is_dir():
        return []
    place = folder.relative_to(root).as_posix()
    keys = [path for path in (folder / KEY, folder / LOCAL) if path.is_file()]
    whole = sum(path.lstat().st_size for path in folder.rglob("*") if not path.is_dir())
    listed = [(f"{place}/{path.name}", path.stat().st_size) for path in keys]
    return [{"what": what, "bytes": size} for what, size in (*listed, (f"{place}/", whole))]


def _mark(home: Home, folder: Path, durable: Durable) -> None:
    """Step 1. A card too full even for that is no reason to keep what must go: then step 2 comes first."""
    for _ in range(2):
        try:
            durable.write_whole(folder / ERASING, b"")
        except CardFull:
            release_reserve(home, durable)
        else:
            return


def _destroy(folder: Path, durable: Durable) -> None:
    """Steps 2 to 4."""
    keys = [each for name in (KEY, LOCAL) for each in (folder / name, unfinished(folder / name))]
    for path in keys:
        durable.overwrite(path)
        durable.remove(path)
    durable.sync_folder(folder)
    _empty(folder, durable, keep=ERASING)
    durable.sync_folder(folder)
    durable.remove(folder / ERASING)
    durable.remove_folder(folder)
    durable.sync_folder(folder.parent)


def _empty(folder: Path, durable: Durable, keep: str | None = None) -> None:
    for path in sorted(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            _empty(path, durable)
            durable.remove_folder(path)
        elif path.name != keep:
            durable.remove(path)
