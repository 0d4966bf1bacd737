"""Puts the parts of the web process together: the one place that names the keeper's real link."""

from appliance.clock import Clock, SystemClock
from appliance.config import Config
from appliance.sealing.signing import WriterKey
from appliance.store.durable import Durable
from appliance.store.layout import Home
from web_ui.films import Films
from web_ui.keeping import KeeperLink, Keeping
from web_ui.lane import WRITER, WebLane
from web_ui.pairing import Pairing
from web_ui.phones import Phones
from web_ui.playing import Playing
from web_ui.recorder import Lines, Recorder
from web_ui.site import Site
from web_ui.tagging import Tagging


def build_site(
    config: Config,
    *,
    clock: Clock | None = None,
    recorder: Recorder | None = None,
    keeper: KeeperLink | None = None,
    durable: Durable | None = None,
) -> Site:
    """Everything but a running thread; what is given stands in for the real thing. Raises BadInput for a bad home."""
    home, clock = Home(config.home), clock or SystemClock()
    recorder = recorder or Lines(config.intercom)
    films, phones = Films(home), Phones(home, durable)
    lane = WebLane(home, WriterKey.load(home.device, WRITER), clock, durable)
    keeping = Keeping(keeper or _real_keeper(home), clock)
    return Site(
        config=config,
        clock=clock,
        recorder=recorder,
        bench=Lines(config.bench),
        plug=Lines(config.plug),
        films=films,
        lane=lane,
        tagging=Tagging(films, lane),
        phones=phones,
        keeping=keeping,
        pairing=Pairing(recorder, phones, keeping),
        playing=Playing(recorder, clock),
    )


def _real_keeper(home: Home) -> KeeperLink:
    from appliance.playback.keeper_link import KeeperLink as RealLink  # starts nothing yet

    return RealLink(home)
