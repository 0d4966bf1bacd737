"""The noun film: one session for a player, opened by the keeper and never kept here; the same at box and desk.

Apart from recording because reading always needs the key.
"""

import gzip
from typing import Any, Final

from flask import Blueprint, Response, render_template, request

from appliance.errors import NotFound
from appliance.playback.hls import playlist as hls_playlist
from web_ui.cookies import make_answer
from web_ui.fields import FAR_MS, from_query
from web_ui.guard import opened, visitor
from web_ui.hiding import check_picture, check_segment, hidden_segments, shown_segments
from web_ui.keeping import FilmLink
from web_ui.site import the_site

pages: Final = Blueprint("film", __name__)
PLAYLIST: Final = "application/vnd.apple.mpegurl"
SEGMENTS_MOST: Final = 10_000_000
COUNT_MOST: Final = 60
NARROWEST: Final = 16
WIDEST: Final = 4096
GZIP_LEVEL: Final = 4


@pages.get("/sessions/<session>")
def player(session: str) -> str:
    the_site().films.film(session)
    the_site().playing.check(session)
    return render_template("player.html", page="player", session=session)


@pages.get("/sessions/<session>/index.m3u8")
def playlist(session: str) -> Response:
    film = the_site().films.film(session)
    the_site().playing.check(session)
    hidden = hidden_segments(film, opened().known.hidden_of(session))
    text = hls_playlist(film.lines, live=film.live, hidden=hidden).encode()
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
    link = _link(session)
    check_segment(opened().known, the_site().films, session, n)
    film = link.segment(session, n)
    the_site().playing.seen()
    return _media(film, "video/mp4")


@pages.get("/sessions/<session>/frame.jpg")
def frame(session: str) -> Response:
    """The picture shown at `pts_ms`, exactly; at most `width` pixels wide."""
    pts_ms = from_query(request.args, "pts_ms", 0, FAR_MS)
    width = from_query(request.args, "width", NARROWEST, WIDEST) if "width" in request.args else None
    link = _link(session)
    check_picture(opened().known, the_site().films, session, pts_ms)
    return _media(link.frame(session, pts_ms, width), "image/jpeg")


@pages.get("/sessions/<session>/pts.json")
def pts(session: str) -> dict[str, Any]:
    """For `count` segments from the `n`th on: where each starts, and each picture's time in 1/90,000 s.

    Those that are hidden are left out.
    """
    first = from_query(request.args, "n", 0, SEGMENTS_MOST)
    count = from_query(request.args, "count", 1, COUNT_MOST, default=10)
    film, link = the_site().films.film(session), _link(session)
    lines = shown_segments(opened().known, film, first, count)
    return {
        "first": first,
        "n": [line.n for line in lines],
        "start_ms": [line.pts_ms for line in lines],
        "pts90k": [list(link.pts(session, line.n)) for line in lines],
    }


def _link(session: str) -> FilmLink:
    """The keeper, for a session that is there and may be shown; raises NotFound, Unreadable, Forbidden."""
    site = the_site()
    site.films.check(session)
    site.playing.begin(session, visitor().by)
    return opened().link


def _media(data: bytes, kind: str) -> Response:
    return make_answer(data, headers={"Content-Type": kind})
