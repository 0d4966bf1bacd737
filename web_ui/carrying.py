"""The noun carrying: how far each film is on its way to the office, and what becomes of it there and here.

Apart from the list of films because it is seen without a key: numbers, sizes and times, and nothing of a family.
"""

from typing import Any, Final

from flask import Blueprint, render_template

from appliance.errors import Fault, RecorderGone
from appliance.intercom import fault_object
from appliance.store.listing import SessionFacts
from web_ui.answers import Answer
from web_ui.fields import op_id
from web_ui.guard import body, changes
from web_ui.site import the_box
from web_ui.standing import Standing

pages: Final = Blueprint("carrying", __name__)


@pages.get("/carrying")
def page() -> str:
    return render_template("carrying.html", page="carrying")


@pages.get("/api/carrying")
def told() -> dict[str, Any]:
    """`courier`: its own status, None with a `fault` where it does not answer. The newest film first.

    `purged`: how many films are at the office and no longer here.
    """
    site = the_box()
    try:
        courier, fault = site.courier.ask("status"), None
    except RecorderGone:
        courier, fault = None, fault_object(Fault("The part of the box that carries films does not answer."))
    films = [facts for facts in site.films.facts() if facts.state in ("open", "closed", "recovered")]
    standings = site.standings.of({facts.id: ended_ms(facts) for facts in films})
    return {
        "courier": courier,
        "fault": fault,
        "films": [_film(facts, standings[facts.id]) for facts in reversed(films)],
        "purged": site.standings.purged(),
    }


@changes(pages, "/api/carrying/go")
def go() -> Answer:
    """Carry now, if there is a way."""
    return Answer(the_box().courier.ask("go", op_id=op_id(body())))


@changes(pages, "/api/sessions/<session>/confirm")
def confirm(session: str) -> Answer:
    """Somebody says that consent is on record for this film; it needs no key, as filming does not."""
    site = the_box()
    site.films.check(session)
    site.standings.confirm(session, op_id(body()))
    return Answer({"confirmed": session})


@changes(pages, "/api/sessions/<session>/erase")
def erase(session: str) -> Answer:
    """Here at once, and at the office as soon as it hears of it."""
    site = the_box()
    site.films.check(session)
    return Answer(site.recorder.ask("erase", session=session, why="request", op_id=op_id(body())))


def ended_ms(facts: SessionFacts) -> int:
    """UTC; 0 where the box did not know the time."""
    return facts.utc_ms + facts.film_ms if facts.utc_ms else 0


def standing_told(standing: Standing) -> dict[str, Any]:
    return {
        "confirmed": standing.confirmed,
        "held": standing.held,
        "erases_ms": standing.erases_ms,
        "stores": standing.stores,
        "needed": standing.needed,
        "safe": standing.safe,
        "leaves_ms": standing.leaves_ms,
    }


def _film(facts: SessionFacts, standing: Standing) -> dict[str, Any]:
    about = {"id": facts.id, "number": facts.number, "utc_ms": facts.utc_ms, "film_ms": facts.film_ms}
    return {**about, "open": facts.state == "open", "bytes": facts.bytes, **standing_told(standing)}
