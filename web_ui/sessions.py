"""The noun session: which there are, and their film for a player, opened by the keeper and never kept here.

Apart from recording because reading always needs the key.
"""

import gzip
from typing import Any, Final

from flask import Blueprint, Response, render_template, request

from appliance.errors import NotFound
from appliance.playback.hls import playlist as hls_playlist
from appliance.practice.projection import SessionLine
from appliance.store.listing import SessionFacts
from web_ui.cookies import make_answer
from web_ui.fields import FAR_MS, from_query
from web_ui.keeping import KeeperLink
from web_ui.site import Site, the_site

pages: Final = Blueprint("sessions", __name__)
PLAYLIST: Final = "application/vnd.apple.mpegurl"
SEGMENTS_MOST: Final = 10_000_000
COUNT_MOST: Final = 60
NARROWEST: Final = 16
WIDEST: Final = 4096
GZIP_LEVEL: Final = 4


@pages.get("/sessions")
def page() -> str:
    return render_template("sessions.html", page="sessions")


@pages.get("/sessions/<session>")
def player(session: str) -> str:
    the_site().films.film(session)
    return render_template("player.html", page="player", session=session)


@pages.get("/api/sessions")
def listed() -> dict[str, Any]:
    """The newest first. `reading`: more may be found of what was tagged."""
    site = the_site()
    with site.known.turn() as whole:
        lines = site.known.lines()
        told = [_told(site, facts, lines.get(facts.id)) for facts in reversed(site.films.facts())]
    return {"sessions": told, "reading": not whole}


def _told(site: Site, facts: SessionFacts, line: SessionLine | None) -> dict[str, Any]:
    """`moments` with a tag, `stars` without; None for `purpose` and `family` where no op says it."""
    stars = sum(moment.star for moment in site.known.moments_of(facts.id)) if line is not None else 0
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
        "moments": line.moments - stars if line is not None else 0,
        "stars": stars,
    }


@pages.get("/sessions/<session>/index.m3u8")
def playlist(session: str) -> Response:
    film = the_site().films.film(session)
    text = hls_playlist(film.lines, live=film.live).encode()
    if request.accept_encodings["gzip"] <= 0:
        return _media(text, PLAYLIST)
    packed = _media(gzip.compress(text, GZIP_LEVEL), PLAYLIST)
    packed.headers["Content-Encoding"] = "gzip"
    packed.headers["Vary"] = "Accept-Encoding"
    return packed


@pages.get("/sessions/<session>/init.mp4")
def init(session: str) -> Response:
    return _media(_link(session).init(session), "video/mp4")


@pages.get("/sessions/<session>/<int:n>.m4s")
def segment(session: str, n: int) -> Response:
    if n >= SEGMENTS_MOST:
        raise NotFound("This session has no such segment.")
    film = _link(session).segment(session, n)
    the_site().playing.seen()
    return _media(film, "video/mp4")


@pages.get("/sessions/<session>/frame.jpg")
def frame(session: str) -> Response:
    """The picture shown at `pts_ms`, exactly; at most `width` pixels wide."""
    pts_ms = from_query(request.args, "pts_ms", 0, FAR_MS)
    width = from_query(request.args, "width", NARROWEST, WIDEST) if "width" in request.args else None
    return _media(_link(session).frame(session, pts_ms, width), "image/jpeg")


@pages.get("/sessions/<session>/pts.json")
def pts(session: str) -> dict[str, Any]:
    """For `count` segments from the `n`th on: where each starts, and each picture's time in 1/90,000 s."""
    first = from_query(request.args, "n", 0, SEGMENTS_MOST)
    count = from_query(request.args, "count", 1, COUNT_MOST, default=10)
    film, link = the_site().films.film(session), _link(session)
    lines = [line for line in film.segments if first <= line.n < first + count]
    if not lines:
        raise NotFound("This session has no such segment.")
    return {
        "first": first,
        "n": [line.n for line in lines],
        "start_ms": [line.pts_ms for line in lines],
        "pts90k": [list(link.pts(session, line.n)) for line in lines],
    }


def _link(session: str) -> KeeperLink:
    """The keeper, for a session that is there; raises NotFound, Unreadable."""
    site = the_site()
    site.films.check(session)
    return site.keeping.link


def _media(data: bytes, kind: str) -> Response:
    return make_answer(data, headers={"Content-Type": kind})
