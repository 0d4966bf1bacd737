"""The desk's process: gunicorn as for a box's pages, around the desk's app.

Apart from the app so that tests need no server.
"""

import sys
import threading
import time
from typing import Final

from flask import Flask

from appliance.commands.desk import config_of, parse
from appliance.config import Config
from appliance.errors import Forbidden
from appliance.sealing.signing import WriterKey
from appliance.store.archive import Store
from appliance.store.durable import Durable, FolderLock
from appliance.worker import Worker
from web_ui.desk.app import create_desk
from web_ui.desk.building import WRITER
from web_ui.desk.site import DeskSite
from web_ui.serve import serve
from web_ui.site import NAME

LOOK_S: Final = 1.0
GOING_S: Final = 5.0


def start_desk(config: Config) -> Flask:
    """Raises Forbidden where another desk writes the same lane; the lock lasts as long as this process."""
    app = create_desk(config)
    site: DeskSite = app.extensions[NAME]
    app.extensions["alone"] = alone(config)
    Worker("warm", lambda _stopping: warm(site)).start()
    Worker("lock-watch", lambda stopping: _watch(site, stopping)).start()
    return app


def alone(config: Config) -> FolderLock:
    """Two desks on one store would give their ops and statements the same numbers. Raises Forbidden, BadInput.

    One that was killed a moment ago may still be on its way out.
    """
    store = Store(config.home)
    certificate = WriterKey.load(store.home.device, WRITER).certificate
    lane, durable = store.lane(str(certificate["device"]), WRITER), Durable()
    durable.make_folder(lane)
    deadline_s = time.monotonic() + GOING_S
    while True:
        try:
            return durable.lock(lane)
        except Forbidden:
            if time.monotonic() > deadline_s:
                raise Forbidden("Another desk is running on this store.", "Stop it first.") from None
        time.sleep(0.1)


def warm(site: DeskSite) -> None:
    """Read every log and statement once, so that the first page after a sign-in need not."""
    site.films.facts()
    site.films.spans()
    site.standing.look()


def _watch(site: DeskSite, stopping: threading.Event) -> None:
    while not stopping.wait(LOOK_S):
        site.sign_ins.tick()


def main(arguments: list[str]) -> int:
    """Serves until SIGTERM; 1 with the Fault named on stderr."""
    return serve(lambda: _ready(config_of(parse(arguments))), start_desk)


def _ready(config: Config) -> Config:
    """What would fail in the worker is said here, where somebody reads it."""
    alone(config).release()
    return config


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
