"""The keeper: the one process that holds the opening key, between unlock and lock.

Apart as a process because ending one is the only dependable way to forget a key in Python. It writes no file, leaves
no dump, and ends at `lock`, at SIGTERM and when the web's end of the line is gone.
"""

import ctypes
import logging
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from appliance.errors import Fault
from appliance.intercom import fault_object
from appliance.playback import wire
from appliance.playback.verbs import Verbs, box_verbs, desk_verbs
from appliance.store.archive import Store
from appliance.store.layout import Home

log: Final = logging.getLogger(__name__)

PR_SET_DUMPABLE: Final = 4  # linux/prctl.h


def harden() -> None:
    """No file grows by a byte from here, no core is dumped, and no process of the same user may look into this one."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at a terminal is for the web, which then hangs up


def serve(line: socket.socket, verbs: Verbs) -> None:
    """Answer until `lock` or until the other end is gone; nothing that is asked ends it otherwise."""
    with suppress(wire.HungUp):
        while True:
            try:
                head, parts = wire.receive(line)
                if head.get("do") == "lock":
                    wire.send(line, {"ok": True})
                    return
                answer, body = verbs.answer(head, parts)
                wire.send(line, {"ok": True, **answer}, body)
            except Fault as fault:
                wire.send(line, {"ok": False, "fault": fault_object(fault)})


def main(arguments: list[str]) -> int:
    """Arguments: the descriptor of the line, "box" or "desk", and the home or the store."""
    harden()
    logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    descriptor, kind, root = arguments
    verbs = desk_verbs(Store(Path(root))) if kind == "desk" else box_verbs(Home(Path(root)))
    with socket.socket(fileno=int(descriptor)) as line:
        line.set_inheritable(False)
        try:
            serve(line, verbs)
        except OSError:
            log.info("the web is gone")
        except Exception as failure:  # noqa: BLE001 - a traceback can hold plaintext; ending is locking
            log.error("ended by %s", type(failure).__name__)
            return 70
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
