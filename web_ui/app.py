"""The app factory: one Flask app, its pages, and the guard in front of them."""

import logging
from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Flask

from appliance.config import Config
from web_ui import (
    adding,
    bench,
    carrying,
    clock,
    faults,
    film,
    framing,
    guard,
    health,
    languages,
    moments,
    objection,
    pad,
    radio,
    record,
    reels,
    remote,
    screen,
    screen_film,
    sessions,
    summary,
    unlock,
    visit,
)
from web_ui.addresses import Address
from web_ui.building import build_site
from web_ui.cookies import LANGUAGE, read_cookie
from web_ui.site import NAME, BoxSite, Site
from web_ui.speaking import speak

PAGES: Final = (
    unlock.pages,
    adding.pages,
    visit.pages,
    record.pages,
    clock.pages,
    pad.pages,
    moments.pages,
    sessions.pages,
    film.pages,
    summary.pages,
    screen.pages,
    screen_film.pages,
    remote.pages,
    reels.pages,
    carrying.pages,
    radio.pages,
    framing.pages,
    health.pages,
    objection.pages,
    languages.pages,
    bench.pages,
)


def create_app(config: Config, site: BoxSite | None = None) -> Flask:
    """The pages of one box; `site` in place of what `config` would build. Nothing runs beside the requests yet."""
    return make_app(build_site(config) if site is None else site, PAGES, "base.html")


def make_app(site: Site, all_pages: Sequence[Blueprint], frame: str) -> Flask:
    """`frame`: the template of what every page has around it."""
    app = Flask(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=guard.BODY_BYTES + 1, PROVIDE_AUTOMATIC_OPTIONS=False)
    app.url_rule_class = Address
    app.static_folder = "static"
    app.add_url_rule("/static/<path:filename>", "static", app.send_static_file)
    app.jinja_env.globals["frame"] = frame
    speak(app, lambda: read_cookie(LANGUAGE))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[NAME] = site
    for pages in all_pages:
        app.register_blueprint(pages)
    faults.answer_faults(app)
    guard.watch(app)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return app
