"""Everything that a page of the desk may need, put together once for each process."""

from dataclasses import dataclass

from flask import current_app

from appliance.office.staff import Staff
from appliance.said.voice import Voice
from appliance.store.archive import Store
from web_ui.desk.audit import Audit
from web_ui.desk.books import Books
from web_ui.desk.inventory import Inventory
from web_ui.desk.playing import NotedPlaying
from web_ui.desk.rows import Rows
from web_ui.desk.sign_ins import SignIns
from web_ui.desk.standing import Standing
from web_ui.desk.verifying import Verifying
from web_ui.site import NAME, Site


@dataclass(slots=True, kw_only=True)
class DeskSite(Site):
    store: Store
    books: Books
    staff: Staff
    audit: Audit
    voice: Voice
    standing: Standing
    rows: Rows
    inventory: Inventory
    verifying: Verifying
    sign_ins: SignIns
    noted: NotedPlaying


def the_desk() -> DeskSite:
    """In the pages of a desk only."""
    site: DeskSite = current_app.extensions[NAME]
    return site
