"""The noun session: which there are on this box.

Apart from their film, which box and desk show in the same way.
"""

from typing import Any, Final

from flask import Blueprint, render_template

from appliance.practice.projection import SessionLine
from appliance.store.listing import SessionFacts
from web_ui.carrying import ended_ms, standing_told
from web_ui.site import BoxSite, the_box

pages: Final = Blueprint("sessions", __name__)


@pages.get("/sessions")
def page() -> str:
    return render_template("sessions.html", page="sessions")


@pages.get("/api/sessions")
def listed() -> dict[str, Any]:
    """The newest first. `reading`: more may be found of what was tagged."""
    site = the_box()
    with site.known.turn() as whole:
        lines, films = site.known.lines(), site.films.facts()
        standings = site.standings.of({facts.id: ended_ms(facts) for facts in films})
        told = [
            {**_told(site, facts, lines.get(facts.id)), **standing_told(standings[facts.id])}
            for facts in reversed(films)
        ]
    return {"sessions": told, "reading": not whole}


def _told(site: BoxSite, facts: SessionFacts, line: SessionLine | None) -> dict[str, Any]:
    """`moments` with a tag, `stars` without; None for `purpose` and `family` where no op says it."""
    readable = facts.state in ("open", "closed", "recovered")
    return {
        "id": facts.id,
        "number": facts.number,
        "state": facts.state,
        "utc_ms": facts.utc_ms,
        "film_ms": facts.film_ms,
        "continues": facts.continues,
        "playable": readable and site.known.playable(facts.id, site.films.mark(facts.id)),
        "family": line.family if line is not None else None,
        "purpose": line.purpose if line is not None else None,
        "visit": line.visit if line is not None else None,
        "moments": line.moments - line.stars if line is not None else 0,
        "stars": line.stars if line is not None else 0,
    }
