"""The noun remote: an unlocked phone chooses the screen, sends to it, and drives what is shown.

Apart from the screen, which may ask for none of this.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, render_template, request

from appliance.errors import BadInput, Fault, Forbidden, HiddenFilm, NotFound
from appliance.practice.items import CARD_CHARACTERS, Card, Clip, Item, Still
from appliance.practice.items import told as item_told
from appliance.practice.moments import Moment
from appliance.practice.reels import Reel
from appliance.practice.screen import PHONES, Event
from web_ui.answers import Answer
from web_ui.fields import FAR_US, UUID, Body, from_query, line, matching, op_id, session_id, text, whole
from web_ui.guard import body, changes, opened, visitor
from web_ui.hiding import check_picture, hidden_segments
from web_ui.noting import note_show, note_shown
from web_ui.screen import screen_told
from web_ui.showing import Shown
from web_ui.site import BoxSite, the_box

pages: Final = Blueprint("remote", __name__)
LONGEST_MS: Final = 20_000
CODE: Final = re.compile(r"[0-9]{4}", re.ASCII)
PLACES_MOST: Final = 1_000
WAYS: Final = ("moment", "reel", "card")


@pages.get("/remote")
def page() -> str:
    return render_template("remote.html", page="remote")


@pages.get("/api/remote")
def told() -> dict[str, Any]:
    """The screen, and what the family must not see. With `rev`: as soon as there is another, or after `wait_ms`."""
    site = the_box()
    rev = from_query(request.args, "rev", 0, FAR_US) if "rev" in request.args else None
    site.showing.wait(rev, from_query(request.args, "wait_ms", 0, LONGEST_MS, default=0) / 1000, screen=False)
    site.keeping.check(used=False)
    rev, shown = site.showing.rev, site.showing.now
    return {
        "rev": rev,
        "taken": site.showing.taken,
        "waiting": site.showing.codes(),
        "silent_ms": site.showing.silent_ms,
        "marks": site.showing.marks,
        "locks_in_s": site.keeping.locks_in_s,
        "now_us": site.clock.monotonic_us(),
        "since_us": shown.screen.since_us,
        **screen_told(shown.screen),
        "item": _item_told(site, shown.screen.item),
        "moment": shown.moment,
        "tags": list(shown.tags),
        "reel": None if shown.reel is None else {"id": shown.reel.id, "title": shown.reel.title},
        "place": shown.place,
        "places": len(shown.reel.items) if shown.reel else 0,
        "next": _item_told(site, shown.next),
    }


@changes(pages, "/api/remote/take")
def take() -> Answer:
    """This screen, by the number that it shows, from here on."""
    the_box().showing.take(matching(body(), "code", CODE, "the four digits that the screen shows"))
    return Answer({"taken": True})


@changes(pages, "/api/remote/let-go")
def let_go() -> Answer:
    site = the_box()
    before = site.showing.now
    site.showing.let_go()
    note_shown(site, before, site.showing.now, Event.CURTAIN, asked_as=op_id(body()), by=visitor().by)
    site.playing.end()
    return Answer({"taken": False})


@changes(pages, "/api/remote/show")
def show() -> Answer:
    """A moment (`session`, `moment`), an item of an approved reel (`reel`, `place`), or words (`card`)."""
    site, asked = the_box(), body()
    if sum(asked.get(way) is not None for way in WAYS) != 1:
        raise BadInput("Either a moment, a reel or a card is shown.")
    before = site.showing.now
    if asked.get("moment") is not None:
        after = _show_moment(site, asked)
    elif asked.get("reel") is not None:
        after = _show_place(site, asked)
    else:
        after = site.showing.show(Card(_words(asked)), reel=before.reel, place=before.place)
    note_show(site, before, after, op_id(asked), visitor().by)
    return Answer({"rev": site.showing.rev})


@changes(pages, "/api/remote/do/<event>")
def do(event: str) -> Answer:
    site = the_box()
    wanted = next((each for each in PHONES if each.value == event), None)
    if wanted is None:
        raise NotFound("The remote has no such button.")
    before, after = site.showing.do(wanted)
    if wanted is Event.CURTAIN:
        site.playing.end()
    note_shown(site, before, after, wanted, asked_as=op_id(body()), by=visitor().by)
    return Answer({"rev": site.showing.rev})


def _words(asked: Body) -> str:
    words = text(asked, "card", CARD_CHARACTERS, 1)
    if not words.strip():
        raise BadInput("A card has words on it.")
    return words


def _show_moment(site: BoxSite, asked: Body) -> Shown:
    session, wanted = session_id(asked), line(asked, "moment", 64)
    site.films.check(session)
    known = opened().known
    with known.turn():
        moment = next((each for each in known.moments_of(session) if each.id == wanted), None)
    if moment is None:
        raise NotFound("There is no such moment.")
    clip = clip_of(site, moment)
    check_showable(site, clip)
    now = site.showing.now
    return site.showing.show(clip, reel=now.reel, place=now.place, moment=moment.id, tags=moment.tags)


def _show_place(site: BoxSite, asked: Body) -> Shown:
    """Raises Forbidden for a reel that nobody approved."""
    reel, place = find_reel(asked), whole(asked, "place", 0, PLACES_MOST)
    if not reel.approved:
        raise Forbidden("This reel is not approved yet.", "Look at it once more, then approve it.")
    if place >= len(reel.items):
        raise NotFound("The reel has no such place.")
    item = reel.items[place]
    check_showable(site, item)
    return site.showing.show(item, reel=reel, place=place, tags=_tags_of(item))


def find_reel(asked: Body) -> Reel:
    """By its id. Raises NotFound."""
    wanted = matching(asked, "reel", UUID, "the id of a reel")
    known = opened().known
    with known.turn():
        reel = next((each for each in known.reels() if each.id == wanted), None)
    if reel is None:
        raise NotFound("There is no such reel.")
    return reel


def clip_of(site: BoxSite, moment: Moment) -> Clip:
    """The moment as far as there is film. Raises Forbidden where there is none yet."""
    film_ms = site.films.film(moment.session).film_ms
    if moment.in_ms >= film_ms:
        raise Forbidden("This moment is not on the card yet.", "Wait a second, then try again.")
    return Clip(moment.session, moment.in_ms, max(moment.in_ms + 1, min(moment.out_ms, film_ms)))


def check_showable(site: BoxSite, item: Item) -> None:
    """Raises Forbidden, NotFound, Unreadable, WrongKey for what no screen here may show."""
    if isinstance(item, Card):
        return
    site.films.check(item.session)
    site.standings.check(item.session)
    if not opened().known.playable(item.session, site.films.mark(item.session)):
        raise Forbidden("This film opens at the office only.", "Choose a film that is kept for feedback here.")
    if isinstance(item, Still):
        check_picture(site.known, site.films, item.session, item.pts_ms)
    else:
        _check_some_is_shown(site, item)


def _check_some_is_shown(site: BoxSite, item: Clip) -> None:
    film = site.films.film(item.session)
    hidden = hidden_segments(film, site.known.hidden_of(item.session))
    if all(line.n in hidden for line in film.segments if line.pts_ms < item.out_ms and item.in_ms < line.end_ms):
        raise HiddenFilm("This part of the film is hidden.")


def _tags_of(item: Item) -> tuple[str, ...]:
    """Those of the moment that a clip was made of, where it still is as it was."""
    if not isinstance(item, Clip):
        return ()
    found = opened().known.moments_of(item.session)
    return next((m.tags for m in found if m.in_ms == item.in_ms and abs(m.out_ms - item.out_ms) < 2), ())


def _item_told(site: BoxSite, item: Item | None) -> Mapping[str, Any] | None:
    """With the number of its film."""
    if item is None or isinstance(item, Card):
        return None if item is None else item_told(item)
    try:
        number = site.films.opened(item.session).number
    except Fault:
        number = None
    return {**item_told(item), "number": number}
