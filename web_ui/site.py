"""Everything that a page may need, put together once for each process.

Apart from the app so that tests put stand-ins in its places; each page takes from it what it needs and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from flask import current_app

from appliance.clock import Clock
from appliance.config import Config
from appliance.visit.tags import TagSets
from web_ui.answers import Once
from web_ui.families import FamilyKeys
from web_ui.films import Films
from web_ui.keeping import KeeperLink, Keeping
from web_ui.known import Known
from web_ui.lane import WebLane
from web_ui.limits import Buckets
from web_ui.pairing import Pairing
from web_ui.phones import Phones
from web_ui.playing import LampPlaying, Playing
from web_ui.recorder import Recorder
from web_ui.showing import Showing
from web_ui.standing import Standings
from web_ui.tagging import Tagging
from web_ui.visiting import Visiting
from web_ui.visitor import Access, Entrance

NAME: Final = "fieldreel"


@dataclass(slots=True, kw_only=True)
class Site:
    """What box and desk both have. `routes`: every address that is not in it is closed."""

    config: Config
    clock: Clock
    routes: Mapping[str, Access]
    entrance: Entrance
    films: Films
    playing: Playing
    tag_sets: TagSets
    once: Once = field(default_factory=Once)
    buckets: Buckets = field(default_factory=Buckets)


@dataclass(slots=True, kw_only=True)
class BoxSite(Site):
    recorder: Recorder
    bench: Recorder
    plug: Recorder
    courier: Recorder
    net: Recorder
    timekeeper: Recorder
    standings: Standings
    lane: WebLane
    families: FamilyKeys
    visiting: Visiting
    tagging: Tagging
    phones: Phones
    keeping: Keeping[KeeperLink]
    known: Known
    pairing: Pairing
    playing: LampPlaying
    showing: Showing


def the_site() -> Site:
    site: Site = current_app.extensions[NAME]
    return site


def the_box() -> BoxSite:
    """In the pages of a box only."""
    site: BoxSite = current_app.extensions[NAME]
    return site
