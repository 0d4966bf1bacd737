"""The desk's app: its own pages, and the box's for film and moments."""

from typing import Final

from flask import Flask

from appliance.config import Config
from web_ui import film, languages, moments
from web_ui.app import make_app
from web_ui.desk import archive, boxes, checks, consent, deeds, entry
from web_ui.desk.building import build_desk
from web_ui.desk.site import DeskSite

PAGES: Final = (
    entry.pages,
    archive.pages,
    film.pages,
    moments.pages,
    checks.pages,
    consent.pages,
    boxes.pages,
    deeds.pages,
    languages.pages,
)


def create_desk(config: Config, site: DeskSite | None = None) -> Flask:
    """The pages of one desk; `site` in place of what `config` would build. Nothing runs beside the requests yet."""
    return make_app(build_desk(config) if site is None else site, PAGES, "desk.html")
