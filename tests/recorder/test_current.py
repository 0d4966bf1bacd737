"""Lengths of a film: the practice's clock, without its pauses."""

from appliance.recorder.current import Current
from appliance.visit.session import MINUTE_US, Arming, Purpose

PRESS_US = 1_000_000_000


def current(purpose: Purpose = Purpose.FILM) -> Current:
    return Current(Arming(purpose=purpose), PRESS_US, start_us=PRESS_US + 200_000)


def after(minutes: float) -> int:
    return PRESS_US + round(minutes * MINUTE_US)


def test_a_pause_is_no_film() -> None:
    film = current()
    film.pause(after(3))
    assert film.film_us(after(5)) == 3 * MINUTE_US
    film.resume(after(5))
    assert film.film_us(after(6)) == 4 * MINUTE_US


def test_media_time_counts_from_the_first_picture() -> None:
    film = current()
    assert film.pts_ms(PRESS_US + 1_200_000) == 1000
    assert film.pts_ms(PRESS_US) == 0


def test_enough_film_is_said_at_the_target_and_five_minutes_later() -> None:
    film = current()
    assert film.enough_us(after(9.99)) is None
    assert film.enough_us(after(10.5)) == after(10)
    assert film.enough_us(after(15.5)) == after(15)
    assert film.chime_us(after(24.9)) is None
    assert film.chime_us(after(25.1)) == after(25)


def test_a_pause_moves_the_cue() -> None:
    film = current()
    film.pause(after(1))
    film.resume(after(4))
    assert film.enough_us(after(12.9)) is None
    assert film.enough_us(after(13)) == after(13)


def test_a_review_has_no_target_but_a_limit() -> None:
    review = current(Purpose.REVIEW)
    assert review.enough_us(after(119)) is None
    assert review.chime_us(after(119)) is None
    assert not review.at_limit(after(119.9))
    assert review.at_limit(after(120))
    assert current().at_limit(after(60))
