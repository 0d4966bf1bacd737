"""sd_notify(3) in a few lines: tells systemd that a program is ready, well, or stopping.

Apart because two programs do, and a dependency for one datagram is not worth it.
"""

import os
import socket
from contextlib import suppress


class Systemd:
    """`address`: None takes NOTIFY_SOCKET; without systemd `tell` does nothing."""

    def __init__(self, address: str | None = None) -> None:
        self._address = os.environ.get("NOTIFY_SOCKET") if address is None else address

    def tell(self, words: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify, suppress(OSError):
            notify.sendto(words.encode(), address)
