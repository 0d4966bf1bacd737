"""What of a film must not leave here: the seconds that a hidden stretch touches, and every picture in them.

Apart from serving film so that every way of showing one asks the same question: a player, a still, the family's screen.
"""

from collections.abc import Sequence

from appliance.errors import HiddenFilm, NotFound
from appliance.practice.hidden import Hidden, is_hidden
from appliance.store.lines import SegmentLine
from web_ui.films import Film, Films
from web_ui.known import Known

WHAT = "This part of the film is hidden."


def hidden_segments(film: Film, hidden: Sequence[Hidden]) -> frozenset[int]:
    """A segment that a hidden stretch touches is hidden as a whole."""
    if not hidden:
        return frozenset()
    return frozenset(line.n for line in film.segments if is_hidden(hidden, line.pts_ms, line.end_ms))


def check_segment(known: Known, films: Films, session: str, n: int) -> None:
    """Raises HiddenFilm, or StillReading while nobody can know."""
    hidden = known.hidden_of(session)
    if hidden and n in hidden_segments(films.film(session), hidden):
        raise HiddenFilm(WHAT)


def check_picture(known: Known, films: Films, session: str, pts_ms: int) -> None:
    """As `check_segment`, for the picture that is shown at this time: in a gap, the last one before it."""
    hidden = known.hidden_of(session)
    if not hidden:
        return
    film = films.film(session)
    shown = _shown_at(film, pts_ms)
    if is_hidden(hidden, pts_ms, pts_ms) or (shown is not None and shown.n in hidden_segments(film, hidden)):
        raise HiddenFilm(WHAT)


def shown_segments(known: Known, film: Film, first: int, count: int) -> list[SegmentLine]:
    """Of so many segments from the `first` on, those that may be shown. Raises NotFound where the film has none."""
    lines = [line for line in film.segments if first <= line.n < first + count]
    if not lines:
        raise NotFound("This session has no such segment.")
    hidden = hidden_segments(film, known.hidden_of(film.opened.session))
    shown = [line for line in lines if line.n not in hidden]
    if not shown:
        raise HiddenFilm(WHAT)
    return shown


def _shown_at(film: Film, pts_ms: int) -> SegmentLine | None:
    return next((line for line in reversed(film.segments) if line.pts_ms <= pts_ms), None)
