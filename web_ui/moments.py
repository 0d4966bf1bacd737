"""The noun moments: what was tagged, and the words to tag with.

Apart from the pad because reading it needs the key.
"""

from typing import Any, Final

from flask import Blueprint

from appliance.practice.moments import Moment
from web_ui.guard import opened
from web_ui.site import the_site

pages: Final = Blueprint("moments", __name__)


@pages.get("/api/tag-sets")
def tag_sets() -> dict[str, Any]:
    """The newest of each set, the usual one first."""
    return {"tag_sets": [each.told() for each in the_site().tag_sets.offered()]}


@pages.get("/api/sessions/<session>/moments")
def of_session(session: str) -> dict[str, Any]:
    """As they come in the film. `reading`: more may be found; `undone`: what could be brought back."""
    known, film = opened().known, the_site().films.film(session)
    end_ms = None if film.live else film.film_ms
    with known.turn() as whole:
        found, undone = known.moments_of(session), known.undone_of(session)
    return {
        "moments": [_told(moment, end_ms) for moment in found],
        "undone": [{**_told(moment, end_ms), "undos": list(undos)} for moment, undos in undone],
        "reading": not whole,
    }


def _told(moment: Moment, end_ms: int | None) -> dict[str, Any]:
    """A moment that was tapped at the end of a film reaches no further than the film."""
    return {
        "id": moment.id,
        "pts_ms": moment.pts_ms,
        "in_ms": moment.in_ms,
        "out_ms": moment.out_ms if end_ms is None else max(moment.in_ms + 1, min(moment.out_ms, end_ms)),
        "tags": list(moment.tags),
        "note": moment.note,
        "by": moment.by,
        "star": moment.star,
        "taps": list(moment.taps),
    }
