"""The noun archive: families and sessions as lists, and one session's papers; film is shown as on a box.

Apart from changing anything: what is here only tells.
"""

import re
from typing import Any, Final

from flask import Blueprint, render_template

from appliance.errors import NotFound
from web_ui.desk.rows import Row, keep_days
from web_ui.desk.rows import families as families_of
from web_ui.desk.site import the_desk
from web_ui.guard import opened

pages: Final = Blueprint("archive", __name__)
CODE: Final = re.compile(r"[A-Za-z]{1,3}-[0-9]{1,6}", re.ASCII)


@pages.get("/families")
def families() -> str:
    return render_template("desk_families.html", page="families")


@pages.get("/families/<code>")
def family(code: str) -> str:
    if not CODE.fullmatch(code):
        raise NotFound("There is no such family.")
    return render_template("desk_sessions.html", page="families", family=code)


@pages.get("/sessions")
def sessions() -> str:
    return render_template("desk_sessions.html", page="sessions", family="")


@pages.get("/sessions/<session>/about")
def about(session: str) -> str:
    the_desk().films.check(session)
    return render_template("desk_about.html", page="sessions", session=session)


@pages.get("/api/families")
def families_listed() -> dict[str, Any]:
    """By code. `reading`: more may be found, for ops are still being read."""
    rows, whole = all_rows()
    return {"families": families_of(rows), "reading": not whole}


@pages.get("/api/sessions")
def sessions_listed() -> dict[str, Any]:
    """The newest first. `reading`: as above."""
    rows, whole = all_rows()
    return {"sessions": rows, "reading": not whole}


def all_rows() -> tuple[list[Row], bool]:
    """What is known by now, and whether that is all: reading goes on while the rows are being made."""
    known = opened().known
    with known.turn() as whole:
        pass
    return the_desk().rows.sessions(known), whole


@pages.get("/api/sessions/<session>/about")
def about_told(session: str) -> dict[str, Any]:
    """One session's row, the receipt for it, how long each class is kept, and the last check of it."""
    desk, known = the_desk(), opened().known
    with known.turn() as whole:
        pass
    row = desk.rows.session(known, session)
    receipt = desk.standing.receipt(session, row["box"]) if row["box"] else None
    check = desk.verifying.of(session)
    fate = desk.standing.fate(session)
    return {
        "session": row,
        "reading": not whole,
        "keep_days": keep_days(desk.books.facts().policy, row["purpose"]),
        "receipt_ms": None if receipt is None else receipt.at,
        "on_box": fate.purged is None and row["box"] not in fate.erased_by,
        "check": None if check is None else check.told(),
    }
