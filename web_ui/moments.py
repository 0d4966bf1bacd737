"""The noun moments: what was tagged, and the words to tag with.

Apart from the pad because reading it needs the key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import Blueprint

from appliance.practice.hidden import Hidden, is_wholly_hidden
from appliance.practice.moments import Moment
from web_ui.guard import opened, visitor
from web_ui.site import the_site

pages: Final = Blueprint("moments", __name__)


@pages.get("/api/tag-sets")
def tag_sets() -> dict[str, Any]:
    """The newest of each set, the usual one first."""
    return {"tag_sets": [each.told() for each in the_site().tag_sets.offered()]}


@pages.get("/api/sessions/<session>/moments")
def of_session(session: str) -> dict[str, Any]:
    """As they come in the film. `reading`: more may be found; `undone`: what could be brought back.

    `by_name`: what the phone that tagged it is called here, None of the box's button and of a phone that was taken out;
    `own`: it was the one that asks.
    `hidden`: the stretches that nobody is shown; a moment that is `hidden` lies in them with all of it.
    """
    known, film = opened().known, the_site().films.film(session)
    with known.turn() as whole:
        found, undone, hidden = known.moments_of(session), known.undone_of(session), known.hidden_so_far(session)
    told = _Telling(None if film.live else film.film_ms, visitor().by, the_site().entrance.names(), hidden)
    return {
        "moments": [told.of(moment) for moment in found],
        "hidden": [asdict(each) for each in hidden],
        "undone": [{**told.of(moment), "undos": list(undos)} for moment, undos in undone],
        "reading": not whole,
    }


@dataclass(frozen=True, slots=True)
class _Telling:
    """`end_ms`: a moment that was tapped at the end of a film reaches no further than the film."""

    end_ms: int | None
    asker: str
    names: Mapping[str, str]
    hidden: Sequence[Hidden]

    def of(self, moment: Moment) -> dict[str, Any]:
        coder = {"by": moment.by, "by_name": self.names.get(moment.by), "own": moment.by == self.asker}
        unseen = is_wholly_hidden(self.hidden, moment.in_ms, moment.out_ms)
        return {**_told(moment, self.end_ms), **coder, "hidden": unseen}


def _told(moment: Moment, end_ms: int | None) -> dict[str, Any]:
    return {
        "id": moment.id,
        "pts_ms": moment.pts_ms,
        "in_ms": moment.in_ms,
        "out_ms": moment.out_ms if end_ms is None else max(moment.in_ms + 1, min(moment.out_ms, end_ms)),
        "tags": list(moment.tags),
        "note": moment.note,
        "star": moment.star,
        "taps": list(moment.taps),
    }
