"""The film of the one item that is on the family's screen: its seconds, its pictures, and not a picture more.

Apart from the film of a session, which needs a sign-in: here the address itself is worth nothing as soon as another
item is shown, and each request is held against the item anew.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from flask import Blueprint, Response, request

from appliance.errors import Forbidden, NotFound
from appliance.playback.cutting import cut_before
from appliance.playback.hls import playlist as hls_playlist
from appliance.practice.items import Card, Clip, Still
from appliance.segment.film_clock import milliseconds
from appliance.store.lines import GapLine, Line, SegmentLine
from web_ui.cookies import make_answer
from web_ui.fields import FAR_MS, from_query
from web_ui.film import COUNT_MOST, NARROWEST, PLAYLIST, SEGMENTS_MOST, WIDEST
from web_ui.films import Film
from web_ui.hiding import check_picture, hidden_segments
from web_ui.noting import BY
from web_ui.site import BoxSite, the_box

pages: Final = Blueprint("screen_film", __name__)
PICTURE_MS: Final = 34


@pages.get("/screen/<token>/index.m3u8")
def playlist(token: str) -> Response:
    """As long as the film up to the clip's end, so that its times are the film's; all but the clip is gaps."""
    site, clip = the_box(), _clip(token)
    film = site.films.film(clip.session)
    lines = list(_only(film, clip, _hidden(film)))
    return make_answer(hls_playlist(lines, live=False), headers={"Content-Type": PLAYLIST})


@pages.get("/screen/<token>/init.mp4")
def init(token: str) -> Response:
    clip = _clip(token)
    return make_answer(the_box().keeping.link.init(clip.session), headers={"Content-Type": "video/mp4"})


@pages.get("/screen/<token>/<int:n>.m4s")
def segment(token: str, n: int) -> Response:
    """A second of which the clip has a picture, without what comes after the clip."""
    site, clip = the_box(), _clip(token)
    _line(site, clip, n)
    film = site.keeping.link.segment(clip.session, n)
    site.playing.seen()
    return make_answer(cut_before(film, clip.out_ms), headers={"Content-Type": "video/mp4"})


@pages.get("/screen/<token>/frame.jpg")
def frame(token: str) -> Response:
    site, item = the_box(), _item(token)
    pts_ms = from_query(request.args, "pts_ms", 0, FAR_MS)
    width = from_query(request.args, "width", NARROWEST, WIDEST) if "width" in request.args else None
    if isinstance(item, Clip) and item.out_ms <= pts_ms < item.out_ms + PICTURE_MS:
        pts_ms = item.out_ms - 1  # a player asks for the middle of a picture, and that of the last may lie past the end
    if not (item.in_ms <= pts_ms < item.out_ms if isinstance(item, Clip) else pts_ms == item.pts_ms):
        raise _not_of_it()
    check_picture(site.known, site.films, item.session, pts_ms)
    picture = site.keeping.link.frame(item.session, pts_ms, width)
    site.playing.seen()
    return make_answer(picture, headers={"Content-Type": "image/jpeg"})


@pages.get("/screen/<token>/pts.json")
def pts(token: str) -> dict[str, Any]:
    """As for a session; only pictures of the clip."""
    site, clip = the_box(), _clip(token)
    first = from_query(request.args, "n", 0, SEGMENTS_MOST)
    count = from_query(request.args, "count", 1, COUNT_MOST, default=10)
    film = site.films.film(clip.session)
    hidden = _hidden(film)
    lines = [each for each in film.segments if first <= each.n < first + count and _is_of(each, clip, hidden)]
    if not lines:
        raise _not_of_it()
    times = [_pictures(site.keeping.link.pts(clip.session, line.n), clip) for line in lines]
    return {
        "first": first,
        "n": [line.n for line in lines],
        "start_ms": [line.pts_ms for line in lines],
        "pts90k": times,
    }


def _item(token: str) -> Clip | Still:
    """What is on the screen, if it may be shown now. Raises NotFound, Locked, Unreadable, Forbidden."""
    site = the_box()
    site.keeping.check(used=True)
    item = site.showing.film_at(token)
    if isinstance(item, Card):
        raise _not_of_it()
    site.films.check(item.session)
    site.playing.begin(item.session, BY)
    return item


def _clip(token: str) -> Clip:
    item = _item(token)
    if not isinstance(item, Clip):
        raise _not_of_it()
    return item


def _line(site: BoxSite, clip: Clip, n: int) -> SegmentLine:
    """The log's line of a second that is of the clip. Raises NotFound, and Forbidden for any other."""
    if n >= SEGMENTS_MOST:
        raise NotFound("This session has no such segment.")
    film = site.films.film(clip.session)
    line = next((line for line in film.segments if line.n == n), None)
    if line is None or not _is_of(line, clip, _hidden(film)):
        raise _not_of_it()
    return line


def _hidden(film: Film) -> Collection[int]:
    """Raises StillReading while nobody can know."""
    return hidden_segments(film, the_box().known.hidden_of(film.opened.session))


def _is_of(line: SegmentLine, clip: Clip, hidden: Collection[int]) -> bool:
    """Whether the clip has something of this second, and nothing of the second is hidden."""
    return line.n not in hidden and line.pts_ms < clip.out_ms and clip.in_ms < line.end_ms


def _only(film: Film, clip: Clip, hidden: Collection[int]) -> Iterator[Line]:
    """The log's lines up to the clip's end; in place of seconds that are not of the clip one gap."""
    absent = film.absent
    lines = [line for line in film.lines if isinstance(line, SegmentLine | GapLine) and line.pts_ms < clip.out_ms]
    timed = [line for line in lines if isinstance(line, SegmentLine) or line.what != "sound"]

    def shown(line: Line) -> bool:
        return isinstance(line, SegmentLine) and line.n not in absent and _is_of(line, clip, hidden)

    for is_shown, those in groupby(timed, shown):
        row = list(those)
        if not is_shown:
            yield GapLine(row[0].pts_ms, row[-1].end_ms - row[0].pts_ms, "all", "not shown")
            continue
        for line in row:
            assert isinstance(line, SegmentLine)  # noqa: S101 - for the types: `shown` said so
            end_ms = min(line.end_ms, clip.out_ms)
            yield SegmentLine(line.n, line.pts_ms, end_ms - line.pts_ms, line.bytes, line.sha256)


def _pictures(pts: Sequence[int], clip: Clip) -> list[int]:
    """The times of those that begin within the clip."""
    return [each for each in pts if clip.in_ms <= milliseconds(each) < clip.out_ms]


def _not_of_it() -> Forbidden:
    return Forbidden("This is not of what is on the screen.", "Choose on the phone what the screen is to show.")
