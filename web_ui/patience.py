"""gunicorn's threads, but none of them waits for a phone that says nothing, and none for ever.

Apart from serving because it is gunicorn's own worker, changed in one place: version 27 keeps a thread for up to 5 s on
each new connection that is silent, and for ever on one that stops in the middle of a request. Forty silent connections
of a guest on the box's Wi-Fi were enough to keep every phone waiting.
"""

import errno
import logging
import selectors
import socket
import time
from functools import partial
from typing import Any, Final

from gunicorn.workers.gthread import TConn, ThreadWorker

PATIENCE_S: Final = 10.0
"""For the next bytes of a request that was begun, and for a phone to take the next of an answer."""
IMPATIENT: Final = "Socket error processing request."
_NOT_OURS: Final = frozenset({errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK})


class PatientSocket(socket.socket):
    """Where gunicorn asks it to block, it does so for `PATIENCE_S` only; so does the TLS socket made of it."""

    def setblocking(self, flag: bool, /) -> None:
        self.settimeout(PATIENCE_S if flag else 0.0)


class PatientConnection(TConn):  # type: ignore[misc]
    def init(self) -> None:
        """Called before each request, when gunicorn has just set the socket to block."""
        super().init()
        self.sock.settimeout(PATIENCE_S)


class PatientWorker(ThreadWorker):  # type: ignore[misc]
    def init_process(self) -> None:
        """A phone that went away in the middle of a request is no news, and a guest could fill the log with it."""
        logging.getLogger("gunicorn.error").addFilter(lambda record: record.msg != IMPATIENT)
        super().init_process()

    def accept(self, listener: Any) -> None:
        """A new connection waits in the poller, as one that is kept alive does, and gets a thread when it speaks."""
        try:
            accepted, address = listener.accept()
        except OSError as failure:
            if failure.errno in _NOT_OURS:
                return
            raise
        phone = PatientSocket(fileno=accepted.detach())
        connection = PatientConnection(self.cfg, phone, address, listener.getsockname())
        connection.timeout = time.monotonic() + self.cfg.keepalive
        self.nr_conns += 1
        self.pending_conns.append(connection)
        spoke = partial(self.on_pending_socket_readable, connection)
        self.poller.register(connection.sock, selectors.EVENT_READ, spoke)
