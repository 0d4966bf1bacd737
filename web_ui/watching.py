"""Looks once a second whether the box must lock by itself, and after the visit that is now.

Apart because it is the only thing in the web process that runs without a request.
"""

import threading
from typing import Any, Final

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
    """One look. A locked box without a visit has nothing to watch; a silent recorder says nothing of the power."""
    site.playing.look()
    unlocked = site.keeping.unlocked
    told = _status(site) if unlocked or site.visiting.present is not None else None
    if told is not None:
        site.visiting.look(told)
    if not unlocked:
        site.keeping.tick()
        return
    site.keeping.tick(undervoltage=told is not None and bool(told["health"]["undervoltage"]))


def _status(site: BoxSite) -> dict[str, Any] | None:
    """None where the recorder does not answer."""
    try:
        return site.recorder.ask("status")
    except Fault:
        return None
