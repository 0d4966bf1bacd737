"""A lane's ops as whoever holds a key reads them.

Apart because an op that is not for this key is no fault here: a lane mixes sessions, and each has a key of its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from appliance.errors import WrongKey
from appliance.playback.reader import session_identities
from appliance.sealing.ops import known_writers, open_op
from appliance.sealing.sealed import Sealed
from appliance.sealing.signing import WriterKey
from appliance.sealing.wrapping import Identity
from appliance.store.layout import Home, op_number

Op = dict[str, Any]


def ops_for(home: Home, identities: Sequence[Identity], lane: str = "recorder") -> Iterator[Op]:
    """Those that these keys open, in the order of the lane, each signed by its writer and in its own place."""
    check = known_writers([WriterKey.load(home.device, lane).certificate])
    for path in sorted(home.lane(lane).glob("*.op.age")):
        place = {"lane": lane, "n": op_number(path.name)}
        with suppress(WrongKey):
            yield open_op(Sealed.found(path.read_bytes()), identities, check, place)


def ops_about(home: Home, session: str, office: Sequence[Identity], lane: str = "recorder") -> list[Op]:
    """Those sealed to a session, opened by the way of its key.age."""
    return list(ops_for(home, session_identities(home.session(session), office), lane))


def stars_ms(home: Home, session: str, office: Sequence[Identity]) -> dict[str, int]:
    """The times of a session's stars, by the op's id."""
    return {op["id"]: op["pts_ms"] for op in ops_about(home, session, office) if op["kind"] == "star"}
