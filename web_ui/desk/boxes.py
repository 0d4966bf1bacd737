"""The noun box: what is still on which, and what to do when one is lost.

Apart from the archive because it is about what is not here.
"""

from typing import Any, Final

from flask import Blueprint, render_template

from appliance.clock import utc_text
from web_ui.answers import Answer
from web_ui.desk.archive import all_rows
from web_ui.desk.site import the_desk
from web_ui.fields import op_id
from web_ui.guard import body, changes, visitor

pages: Final = Blueprint("boxes", __name__)


@pages.get("/boxes")
def page() -> str:
    return render_template("desk_boxes.html", page="boxes")


@pages.get("/api/boxes")
def listed() -> dict[str, Any]:
    """Those that need a look first. `nag_h`: after how many hours what is missing needs one."""
    return {"boxes": _boxes(), "now_ms": the_desk().clock.utc_ms()}


@pages.get("/boxes/<device>/lost")
def sheet(device: str) -> str:
    """Printable: what was on it, what a finder can and cannot get, what to do."""
    desk = the_desk()
    desk.books.device(device)
    box = next(each for each in _boxes() if each["device"] == device)
    return render_template(
        "desk_lost.html", page="boxes", box=box, utc=lambda utc_ms: utc_text(utc_ms)[:16].replace("T", " ") + " UTC"
    )


@changes(pages, "/api/boxes/<device>/lost")
def lost(device: str) -> Answer:
    """From now on nothing of it is taken in."""
    desk = the_desk()
    desk.books.device(device)
    desk.audit.note(visitor().by, "lost", op_id(body()), box=device)
    return Answer({"lost_ms": desk.books.mark_lost(device, desk.clock.utc_ms()).lost})


def _boxes() -> list[dict[str, Any]]:
    desk, (rows, _) = the_desk(), all_rows()
    return desk.inventory.boxes([row for row in rows if row["box"]], desk.clock.utc_ms())
