"""The noun deed: who did what at the desk, the newest first.

Apart from writing it down, which needs no key; reading it needs the office's.
"""

from typing import Any, Final

from flask import Blueprint, render_template, request

from web_ui.desk.site import the_desk
from web_ui.fields import FAR_US, from_query
from web_ui.guard import opened, visitor

pages: Final = Blueprint("deeds", __name__)
COUNT_MOST: Final = 500


@pages.get("/audit")
def page() -> str:
    return render_template("desk_audit.html", page="audit")


@pages.get("/api/audit")
def listed() -> dict[str, Any]:
    """`count` deeds done before `before` (UTC in ms). `reading`: more may be found; `all`: how many are known."""
    desk = the_desk()
    count = from_query(request.args, "count", 1, COUNT_MOST, default=100)
    before = from_query(request.args, "before", 0, FAR_US, default=FAR_US)
    with opened().known.turn() as whole:
        trail = desk.sign_ins.trail(visitor().by)
        deeds = trail.newest(count, before)
    names = {each.id: each.name for each in desk.staff.members()}
    told = [
        {"id": deed.id, "at": deed.at, "by": deed.by, "name": names.get(deed.by, ""), "what": deed.what, **deed.about}
        for deed in deeds
    ]
    return {"deeds": told, "all": len(trail), "reading": not whole}
