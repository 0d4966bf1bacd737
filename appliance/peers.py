"""Which programs of a box may ask what of which other, by the system user that each runs as.

Apart so that all of it is one table. On a bench these users do not exist, and every program is the same user.
"""

import pwd
from collections.abc import Mapping
from typing import Final

from appliance.intercom import Verbs

WEB: Final = "fr-web"
COURIER: Final = "fr-courier"
NET: Final = "fr-net"
CLOCK: Final = "fr-clock"

MAY_ASK: Final[Mapping[str, Mapping[str, Verbs]]] = {
    "recorder": {
        WEB: None,
        COURIER: frozenset({"status", "show", "keep", "obey", "purge"}),
        NET: frozenset({"status"}),
        CLOCK: frozenset({"status"}),
    },
    "courier": {WEB: None, NET: frozenset({"status"})},
    "net": {WEB: None},
    "clock": {WEB: None},
    "bench": {CLOCK: frozenset({"look", "health"})},
}
"""Socket -> user -> verbs, None for all. The courier has the network: it may neither see a picture nor start a film."""


def peers_of(socket: str) -> dict[int, Verbs]:
    """For `Intercom`: the users of this machine that are heard at a socket."""
    found: dict[int, Verbs] = {}
    for user, verbs in MAY_ASK[socket].items():
        try:
            found[pwd.getpwnam(user).pw_uid] = verbs
        except KeyError:
            continue
    return found
