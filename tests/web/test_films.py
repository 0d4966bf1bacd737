"""Sessions as their logs tell them in clear, and where a tap falls among them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import NotFound, Unreadable
from tests.store.makers import film as film_seconds
from tests.store.makers import sealed
from tests.web.box import SECOND_US, WebBox
from web_ui.films import GOES_ON_US, LOGS_KEPT, Films
from web_ui.placing import NEAR_US, Span, place

BOOTS = ("boot-1", "boot-2")
spans = st.builds(
    Span,
    session=st.text("0123456789abcdef", min_size=32, max_size=32),
    boot=st.sampled_from(BOOTS),
    start_us=st.integers(0, 10**9),
    film_ms=st.none() | st.integers(0, 10**6),
)


@given(st.lists(spans, max_size=6), st.sampled_from(BOOTS), st.integers(0, 3 * 10**9))
def test_a_tap_falls_into_the_nearest_film_of_its_boot(all_spans: list[Span], boot: str, at_us: int) -> None:
    found = place(all_spans, boot, at_us)
    away_us = [span.away_us(at_us) for span in all_spans if span.boot == boot]
    if found is None:
        assert all(away > NEAR_US for away in away_us)
        return
    assert found.boot == boot
    assert found.away_us(at_us) == min(away_us) <= NEAR_US
    pts_ms = found.pts_ms(at_us)
    assert pts_ms >= 0
    assert found.film_ms is None or pts_ms <= found.film_ms
    if found.away_us(at_us) == 0:
        assert pts_ms == (at_us - found.start_us) // 1000


def test_of_two_films_end_to_end_the_later_has_the_seam() -> None:
    """A film that goes on in a new session after a fault."""
    first, second = Span("a" * 32, "boot-1", 0, 5_000), Span("b" * 32, "boot-1", 5 * SECOND_US, 5_000)
    assert place([second, first], "boot-1", 5 * SECOND_US) is second
    assert place([second, first], "boot-1", 5 * SECOND_US - 1) is first


def test_a_log_is_read_as_it_grows(box: WebBox) -> None:
    films, writer = Films(box.home), box.session(2, live=True)
    assert [line.n for line in films.film(writer.id).segments] == [0, 1]
    film_seconds(writer, 2, first=2)
    film = films.film(writer.id)
    assert (film.film_ms, film.live, len(film.segments)) == (4_000, True, 4)
    with (writer.folder / "log.jsonl").open("ab") as log:
        log.write(b'{"t":"segment","n":4')
    assert films.film(writer.id).film_ms == 4_000


def test_a_closed_log_has_an_end(box: WebBox) -> None:
    films, writer = Films(box.home), box.session(2, live=True)
    assert films.span(writer.id).film_ms == 2_000 + GOES_ON_US // 1000
    film_seconds(writer, 1, first=2)
    writer.close("stop", box.clock.utc_ms(), "rtc")
    assert films.span(writer.id).film_ms == 3_000
    assert not films.film(writer.id).live


def test_a_film_in_a_pause_lasts_as_long_as_the_pause(box: WebBox) -> None:
    films, writer = Films(box.home), box.session(2, live=True)
    writer.paused()
    assert films.span(writer.id).film_ms is None
    writer.gap(2_000, 600_000, "all", "pause")
    writer.segment(2, 602_000, 1_000, sealed("after the pause"))
    assert films.span(writer.id).film_ms == 603_000 + GOES_ON_US // 1000


def test_an_erased_session_is_gone_at_once(box: WebBox) -> None:
    films, kept, erased, begun = Films(box.home), *(box.session(2, ago_s=90 - 10 * n) for n in range(3))
    assert len(films.spans()) == len(films.facts()) == 3
    (erased.folder / "ERASING").touch()
    (begun.folder / "key.age").unlink()
    assert [span.session for span in films.spans()] == [kept.id]
    assert {facts.id: facts.state for facts in films.facts()} == {kept.id: "closed", begun.id: "unreadable"}
    for session, fault in (
        (erased.id, NotFound),
        (begun.id, Unreadable),
        ("0" * 32, NotFound),
        ("../device", NotFound),
    ):
        with pytest.raises(fault):
            films.film(session)
        with pytest.raises(fault):
            films.recipient(session)


def test_few_logs_are_held_in_memory(box: WebBox) -> None:
    films = Films(box.home)
    for n in range(LOGS_KEPT + 3):
        films.film(box.session(1, ago_s=100 - n).id)
    assert len(films._logs) == LOGS_KEPT


def test_a_damaged_log_of_a_closed_session_is_not_live_for_ever(box: WebBox) -> None:
    films, writer = Films(box.home), box.session(3)
    log = writer.folder / "log.jsonl"
    log.write_bytes(log.read_bytes().replace(b'"n":1,', b'"n":x,'))
    film = films.film(writer.id)
    assert (film.live, len(film.segments)) == (False, 1)
