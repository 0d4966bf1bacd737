"""Puts a session's `local.age` there, or takes it away: whether the box may play a session back.

Apart from erasure because nothing else of the session changes; the office's key still opens it.
"""

from typing import Final

from appliance.errors import BadInput, Unreadable
from appliance.sealing.sealed import Sealed
from appliance.store.durable import Durable
from appliance.store.layout import ERASING, KEY, LOCAL, Home

AGE_HEAD: Final = b"age-encryption.org/v1\n-> mlkem768x25519 "
LOCAL_BYTES: Final = 64 * 1024


def keep_local(home: Home, session_id: str, data: bytes, durable: Durable) -> None:
    """Write new `local.age` bytes whole.

    Raises BadInput for no such session or bytes that are no sealed file, Unreadable for an erased session.
    """
    _check(home, session_id)
    if not data.startswith(AGE_HEAD) or len(data) > LOCAL_BYTES:
        raise BadInput("A local.age is a small file sealed to a post-quantum recipient.")
    durable.write_whole(home.session(session_id) / LOCAL, Sealed.found(data).data)


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
