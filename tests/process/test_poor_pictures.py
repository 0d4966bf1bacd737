"""Pictures lost by the camera, low light, a covered lens: poor film is film."""

from dataclasses import dataclass

import pytest

from appliance.store.verify import Verdict
from tests.process.box import Studio
from tests.process.playing import TOGETHER_MS, Played, play
from tests.process.scenes import scene

DROPPED = 0.1


@dataclass(frozen=True, slots=True)
class Poor:
    verdicts: dict[str, Verdict]
    played: dict[str, Played]
    late_pictures: int


def poor_pictures(studio: Studio) -> Poor:
    """Three sessions, each with its fault from before the press until after the stop."""
    sessions = {}
    with studio.box("poor") as box:
        for name, value in (("drop_frames", DROPPED), ("low_light", True), ("lens_covered", True)):
            box.fault(name, value)
            box.start_film(5_000)
            sessions[name] = box.stop_film()
            box.fault(name, 0 if name == "drop_frames" else False)
        return Poor(
            {name: box.verdict(session) for name, session in sessions.items()},
            {name: play(box.session(session), studio.office) for name, session in sessions.items()},
            box.late_pictures(),
        )


pytestmark = scene(poor_pictures)


@pytest.mark.parametrize("name", ["drop_frames", "low_light", "lens_covered"])
def test_the_session_is_sound_and_decodes(take: Poor, name: str) -> None:
    film = take.played[name]
    assert take.verdicts[name].findings == ()
    assert film.complaints == ""
    assert film.gaps == []
    assert film.film_ms >= 5_000


def test_dropped_pictures_are_missing_and_no_others(take: Poor) -> None:
    film = take.played["drop_frames"]
    share = sum(film.missing()) / film.span
    print(f"\n{DROPPED:.0%} of the pictures dropped: {film.told()}; {share:.1%} missing")
    assert film.off_the_grid_ms() < TOGETHER_MS
    assert 0.7 * DROPPED < share < 1.3 * DROPPED + take.late_pictures / film.span


def test_low_light_is_half_the_pictures_in_their_time(take: Poor) -> None:
    film = take.played["low_light"]
    rate = len(film.pictures) * 1000 / film.film_ms
    print(f"\nlow light: {film.told()}; {rate:.1f} pictures a second")
    assert film.off_the_grid_ms() < TOGETHER_MS
    assert rate == pytest.approx(film.fps / 2, abs=1 + take.late_pictures)
    assert max(line.dur_ms for line in film.segments) > 1_500


def test_a_covered_lens_shows_nothing_and_the_sound_goes_on(take: Poor) -> None:
    film = take.played["lens_covered"]
    rate = len(film.pictures) * 1000 / film.film_ms
    print(f"\na covered lens: {len(film.pictures)} pictures, {rate:.1f} a second, {len(film.beeps_ms())} beeps")
    assert {shown.number for shown in film.pictures} == {None}
    assert rate == pytest.approx(film.fps, abs=1 + take.late_pictures)
    assert len(film.beeps_ms()) >= 4
