"""The noun moments: what phones tag, and what was tagged.

Apart from sessions because tagging needs no key: an op is sealed to its session and never read back here.
"""

from typing import Any, Final

from flask import Blueprint, render_template

from appliance.errors import CardFailing, CardFull, Fault
from appliance.intercom import fault_object
from appliance.practice.moments import Moment
from web_ui.fields import UUID, many
from web_ui.guard import body, paired_phone
from web_ui.op_reading import read_asked
from web_ui.site import the_site

pages: Final = Blueprint("moments", __name__)
OPS_MOST: Final = 100


@pages.get("/tags")
def pad() -> str:
    return render_template("tags.html", page="tags")


@pages.post("/api/ops")
def ops() -> dict[str, Any]:
    """Each op is acknowledged or refused by its id; what is acknowledged is durable, and asking again is safe.

    Raises CardFull or CardFailing where nothing could be written at all; a phone keeps those and tries again.
    """
    site, by = the_site(), paired_phone().id
    acked: list[str] = []
    refused: list[dict[str, Any]] = []
    for asked in many(body(), "ops", OPS_MOST):
        op_id = asked.get("id") if isinstance(asked, dict) else None
        try:
            site.tagging.write(read_asked(asked), by)
        except (CardFull, CardFailing) as fault:
            if not acked:
                raise
            return {"acked": acked, "refused": refused, "fault": fault_object(fault)}
        except Fault as fault:
            refused.append({"id": op_id if _is_id(op_id) else None, "fault": fault_object(fault)})
        else:
            acked.append(str(op_id))
    return {"acked": acked, "refused": refused}


@pages.get("/api/tag-sets")
def tag_sets() -> dict[str, Any]:
    """The newest of each set, the usual one first."""
    return {"tag_sets": [each.told() for each in the_site().tag_sets.offered()]}


@pages.get("/api/sessions/<session>/moments")
def of_session(session: str) -> dict[str, Any]:
    """As they come in the film. `reading`: more may be found; `undone`: what could be brought back."""
    site = the_site()
    film = site.films.film(session)
    end_ms = None if film.live else film.film_ms
    with site.known.turn() as whole:
        found, undone = site.known.moments_of(session), site.known.undone_of(session)
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


def _is_id(op_id: object) -> bool:
    return isinstance(op_id, str) and UUID.fullmatch(op_id) is not None
