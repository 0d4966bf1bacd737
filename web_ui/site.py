"""Everything that a page may need, put together once for each process.

Apart from the app so that tests put stand-ins in its places; each page takes from it what it needs and nothing else.
"""

from dataclasses import dataclass, field
from typing import Final

from flask import current_app

from appliance.clock import Clock
from appliance.config import Config
from appliance.visit.tags import TagSets
from web_ui.answers import Once
from web_ui.films import Films
from web_ui.keeping import Keeping
from web_ui.known import Known
from web_ui.lane import WebLane
from web_ui.limits import Buckets
from web_ui.pairing import Pairing
from web_ui.phones import Phones
from web_ui.playing import Playing
from web_ui.recorder import Recorder
from web_ui.tagging import Tagging

NAME: Final = "fieldreel"


@dataclass(slots=True)
class Site:
    config: Config
    clock: Clock
    recorder: Recorder
    bench: Recorder
    plug: Recorder
    films: Films
    lane: WebLane
    tagging: Tagging
    phones: Phones
    keeping: Keeping
    known: Known
    tag_sets: TagSets
    pairing: Pairing
    playing: Playing
    once: Once = field(default_factory=Once)
    buckets: Buckets = field(default_factory=Buckets)


def the_site() -> Site:
    site: Site = current_app.extensions[NAME]
    return site
