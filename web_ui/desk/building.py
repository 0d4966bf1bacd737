"""Puts the parts of the desk's process together: the one place that names the keeper's real link."""

from collections.abc import Callable

from appliance.clock import Clock, SystemClock
from appliance.config import Config
from appliance.errors import BadInput
from appliance.office.staff import Staff
from appliance.practice.tag_sets import read_tag_sets
from appliance.said.voice import Voice
from appliance.sealing.recipients import read_recipients
from appliance.sealing.signing import WriterKey
from appliance.store.archive import Store
from appliance.store.durable import Durable
from appliance.store.layout import KEY
from web_ui.desk.audit import Audit
from web_ui.desk.books import Books
from web_ui.desk.inventory import Inventory
from web_ui.desk.playing import NotedPlaying
from web_ui.desk.routes import ROUTES
from web_ui.desk.rows import Rows
from web_ui.desk.sign_ins import OfficeLink, SignIns
from web_ui.desk.site import DeskSite
from web_ui.desk.standing import Own, Standing
from web_ui.desk.verifying import Verifying
from web_ui.films import Films
from web_ui.lane import WebLane

WRITER = "desk"


def build_desk(
    config: Config,
    *,
    clock: Clock | None = None,
    new_link: Callable[[], OfficeLink] | None = None,
    durable: Durable | None = None,
) -> DeskSite:
    """Everything but a running thread; what is given stands in for the real thing. Raises BadInput for a bad store."""
    store, clock, durable = Store(config.home), clock or SystemClock(), durable or Durable()
    books = Books(store)
    books.facts()
    signer = WriterKey.load(store.home.device, WRITER)
    own = Own(str(signer.certificate["device"]), str(signer.certificate["device_public"]))
    home = store.home_of(own.device)
    lane = WebLane(home, signer, clock, durable)
    films, staff, audit = Films(store.home, KEY), Staff(store, durable), Audit(lane, _recipients(store))
    voice = Voice(home.statements(WRITER), signer, clock, durable)
    voice.introduce()
    standing = Standing(store, books, films, own)
    sign_ins = SignIns(staff, new_link or (lambda: _real_link(store)), clock, lane, audit)
    noted = NotedPlaying(standing, audit, clock)
    return DeskSite(
        config=config,
        clock=clock,
        routes=ROUTES,
        entrance=sign_ins,
        films=films,
        playing=noted,
        tag_sets=read_tag_sets(),
        store=store,
        books=books,
        staff=staff,
        audit=audit,
        voice=voice,
        standing=standing,
        rows=Rows(films, standing, books),
        inventory=Inventory(store, books, standing),
        verifying=Verifying(),
        sign_ins=sign_ins,
        noted=noted,
    )


def _recipients(store: Store) -> list[str]:
    try:
        found = read_recipients((store.home.device / "recipients.txt").read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        raise BadInput("device/recipients.txt of the store is missing.") from None
    if not found:
        raise BadInput("device/recipients.txt of the store names nobody to seal to.")
    return [recipient.text for recipient in found]


def _real_link(store: Store) -> OfficeLink:
    from appliance.playback.office_link import OfficeLink as RealLink  # starts nothing yet

    return RealLink(store)
