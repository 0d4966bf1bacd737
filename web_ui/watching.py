"""Looks once a second whether the box must lock by itself.

Apart because it is the only thing in the web process that runs without a request.
"""

import threading
from typing import Final

from flask import Flask

from appliance.errors import Fault
from appliance.worker import Worker
from web_ui.site import NAME, BoxSite

LOOK_S: Final = 1.0


def start_watching(app: Flask) -> Worker:
    """Lasts as long as the process."""
    site: BoxSite = app.extensions[NAME]
    return Worker("lock-watch", lambda stopping: _run(site, stopping)).start()


def _run(site: BoxSite, stopping: threading.Event) -> None:
    while not stopping.wait(LOOK_S):
        look(site)


def look(site: BoxSite) -> None:
    """One look. A locked box has nothing to watch, and a recorder that is silent says nothing of the power."""
    site.playing.look()
    if not site.keeping.unlocked:
        site.keeping.tick()
        return
    try:
        undervoltage = bool(site.recorder.ask("status")["health"]["undervoltage"])
    except Fault:
        undervoltage = False
    site.keeping.tick(undervoltage)
