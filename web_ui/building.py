"""Puts the parts of the web process together: the one place that names the keeper's real link."""

from collections.abc import Callable

from appliance.clock import BoxClock, Clock, SystemClock
from appliance.config import Config
from appliance.practice.tag_sets import read_tag_sets
from appliance.said.voice import Voice
from appliance.sealing.signing import WriterKey
from appliance.store.durable import Durable
from appliance.store.layout import Home
from web_ui.box_entrance import BoxEntrance
from web_ui.families import FamilyKeys
from web_ui.films import Films
from web_ui.guard import ROUTES
from web_ui.keeping import KeeperLink, Keeping
from web_ui.known import Known
from web_ui.lane import WRITER, WebLane
from web_ui.pairing import Pairing
from web_ui.phones import Phones
from web_ui.playing import LampPlaying
from web_ui.recorder import Lines, Recorder
from web_ui.showing import Showing
from web_ui.site import BoxSite
from web_ui.standing import Standings
from web_ui.tagging import Tagging
from web_ui.visiting import Visiting
from web_ui.visitor import Opened


def build_site(
    config: Config,
    *,
    clock: Clock | None = None,
    recorder: Recorder | None = None,
    keeper: KeeperLink | None = None,
    durable: Durable | None = None,
) -> BoxSite:
    """Everything but a running thread; what is given stands in for the real thing. Raises BadInput for a bad home."""
    home, clock = Home(config.home), clock or _clock(config)
    recorder = recorder or Lines(config.intercom)
    films, phones = Films(home), Phones(home, durable)
    signer = WriterKey.load(home.device, WRITER)
    lane = WebLane(home, signer, clock, durable)
    voice = Voice(home.statements(WRITER), signer, clock, durable)
    voice.introduce()
    standings = Standings(home, voice, str(signer.certificate["device_public"]))
    link = keeper or _real_keeper(home)
    known, playing, tag_sets = (
        Known(link, lane),
        LampPlaying(recorder, clock, standings.check),
        read_tag_sets(config.tag_sets),
    )
    showing = Showing(clock)
    keeping = Keeping(link, clock, on_unlock=known.begin, on_lock=_each(showing.end, known.end, playing.end))
    return BoxSite(
        config=config,
        clock=clock,
        routes=ROUTES,
        entrance=BoxEntrance(phones, keeping, Opened(link, known), showing),
        recorder=recorder,
        bench=Lines(config.bench),
        plug=Lines(config.plug),
        courier=Lines(config.courier),
        net=Lines(config.net),
        timekeeper=Lines(config.clock),
        standings=standings,
        films=films,
        lane=lane,
        families=FamilyKeys(home, durable),
        visiting=Visiting(recorder, standings, clock),
        tagging=Tagging(films, lane, tag_sets.margins),
        phones=phones,
        keeping=keeping,
        known=known,
        tag_sets=tag_sets,
        pairing=Pairing(recorder, phones, keeping),
        playing=playing,
        showing=showing,
    )


def _clock(config: Config) -> Clock:
    return SystemClock("rtc") if config.hardware == "bench" else BoxClock(config.clock_word)


def _each(*steps: Callable[[], None]) -> Callable[[], None]:
    def do() -> None:
        for step in steps:
            step()

    return do


def _real_keeper(home: Home) -> KeeperLink:
    from appliance.playback.keeper_link import KeeperLink as RealLink  # starts nothing yet

    return RealLink(home)
