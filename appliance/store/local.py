"""Puts a session's `local.age` there, or takes it away: whether the box may play a session back.

Apart from erasure because nothing else of the session changes; the office's key still opens it.
"""

from appliance.errors import BadInput, Unreadable
from appliance.sealing.sealed import Sealed
from appliance.store.durable import Durable
from appliance.store.layout import ERASING, KEY, LOCAL, Home


def keep_local(home: Home, session_id: str, sealed: Sealed, durable: Durable) -> None:
    """Write new `local.age` bytes whole. Raises BadInput for no such session, Unreadable for an erased one."""
    _check(home, session_id)
    durable.write_whole(home.session(session_id) / LOCAL, sealed.data)


def forget_local(home: Home, session_id: str, durable: Durable) -> None:
    """Overwrite and unlink `local.age`, if it is there, and sync the folder."""
    _check(home, session_id)
    path = home.session(session_id) / LOCAL
    if path.exists():
        durable.overwrite(path)
        durable.remove(path)
        durable.sync_folder(path.parent)


def _check(home: Home, session_id: str) -> None:
    folder = home.session(session_id)
    if not folder.is_dir():
        raise BadInput("There is no such session.")
    if (folder / ERASING).exists() or not (folder / KEY).exists():
        raise Unreadable("This session was erased.")
