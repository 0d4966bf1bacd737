"""The noun summary: what came of one film, shown by itself after the stop, and its best moments.

Apart from the player because a locked phone may see as much of it as stands in clear: how long, and why it stopped.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from flask import Blueprint, render_template

from appliance.errors import Fault
from appliance.practice.best import Best, best_moments
from appliance.practice.hidden import Hidden, is_wholly_hidden
from appliance.practice.rates import rates
from appliance.store.lines import Closed, GapLine, PausedLine, Recovered
from web_ui.films import Film
from web_ui.guard import opened, visitor
from web_ui.hiding import hidden_segments
from web_ui.site import BoxSite, the_box
from web_ui.visitor import Role

pages: Final = Blueprint("summary", __name__)
QUIET_END_MS: Final = 15 * 60_000
"""Ten minutes without motion or voice, and five in which nobody said that it goes on (PRACTICE)."""


@pages.get("/sessions/<session>/summary")
def page(session: str) -> str:
    the_box().films.check(session)
    return render_template("summary.html", page="summary", session=session)


@pages.get("/api/sessions/<session>/summary")
def told(session: str) -> dict[str, Any]:
    """What stands in clear, and under `seen` what this phone may read besides; None while it is locked.

    `reason`: why it ended, None while it goes on. `pauses`: where nothing was filmed. `quiet_in_ms`: since when nothing
    happened, where it stopped for that.
    """
    site = the_box()
    film = site.films.film(session)
    reason = film.lines[-1].reason if isinstance(film.lines[-1], Closed | Recovered) else None
    return {
        "id": session,
        "number": film.opened.number,
        "utc_ms": film.opened.utc_ms,
        "film_ms": film.film_ms,
        "filmed_ms": sum(line.dur_ms for line in film.segments),
        "live": film.live,
        "reason": reason,
        "quiet_in_ms": _quiet_in_ms(site, session, film) if reason == "quiet" else None,
        "pauses": _pauses(film),
        "confirmed": site.standings.confirmed(session),
        "seen": _seen(site, session, film) if visitor().role is Role.UNLOCKED else None,
    }


@pages.get("/api/sessions/<session>/best")
def best(session: str) -> dict[str, Any]:
    """Three to five clips that show most of what was seen; fewer where less was. `reading`: more may be found."""
    site, known = the_box(), opened().known
    film = site.films.film(session)
    with known.turn() as whole:
        found = best_moments(known.moments_of(session), film.film_ms, known.hidden_so_far(session))
    return {"best": list(map(_clip, found)), "reading": not whole}


def _seen(site: BoxSite, session: str, film: Film) -> dict[str, Any]:
    """`rates`: for each tag, how often in ten minutes of film; None of a film too short to say so."""
    site.entrance.check(visitor(), used=False)
    known = opened().known
    with known.turn() as whole:
        all_moments, hidden = known.moments_of(session), known.hidden_so_far(session)
        line = known.lines().get(session)
        playable = known.playable(session, site.films.mark(session))
    moments = [each for each in all_moments if not is_wholly_hidden(hidden, each.in_ms, each.out_ms)]
    shown_ms = _shown_ms(film, hidden)
    return {
        "family": line.family if line is not None else None,
        "purpose": line.purpose if line is not None else None,
        "playable": playable,
        "shown_ms": shown_ms,
        "hidden": [asdict(each) for each in hidden],
        "moments": [{"pts_ms": each.pts_ms, "in_ms": each.in_ms, "out_ms": each.out_ms} for each in moments],
        "stars": sum(each.star for each in moments),
        "rates": [{"tag": tag, "rate": rate} for tag, rate in rates(moments, shown_ms).items()],
        "best": list(map(_clip, best_moments(moments, film.film_ms, hidden))),
        "reading": not whole,
    }


def _quiet_in_ms(site: BoxSite, session: str, film: Film) -> int:
    """As the recorder heard it; by its patience where it was started anew since."""
    ended = None
    with suppress(Fault):
        ended = site.recorder.ask("status").get("quiet_end")
    if ended is not None and ended["session"] == session:
        return max(0, min(int(ended["from_ms"]), film.film_ms))
    return max(0, film.film_ms - QUIET_END_MS)


def _clip(clip: Best) -> dict[str, Any]:
    return {**asdict(clip), "moments": list(clip.moments), "tags": list(clip.tags)}


def _shown_ms(film: Film, hidden: Sequence[Hidden]) -> int:
    """How much there is to see: without pauses and without the seconds that are hidden."""
    shut = hidden_segments(film, hidden)
    return sum(line.dur_ms for line in film.segments if line.n not in shut)


def _pauses(film: Film) -> list[dict[str, int | None]]:
    """`out_ms` None: still paused, or it never went on."""
    found: list[dict[str, int | None]] = []
    for line in film.lines:
        if isinstance(line, PausedLine):
            found.append({"in_ms": line.pts_ms, "out_ms": None})
        elif isinstance(line, GapLine) and line.what == "all":
            if found and found[-1]["out_ms"] is None and line.why == "pause":
                found.pop()
            found.append({"in_ms": line.pts_ms, "out_ms": line.end_ms})
    return found
