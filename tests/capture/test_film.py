"""A real film keeps the contract; made ones prove lips, loops, shapes and what is refused."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from appliance.capture import marker
from appliance.capture.camera import Profile
from appliance.capture.faults import Faults
from appliance.capture.film import Film
from appliance.capture.packet import AUDIO_RATE
from appliance.clock import Clock, SetClock, SystemClock
from appliance.errors import BadInput
from tests.capture.contract import CaptureContract, Station, check_closing, film_by_hand
from tests.capture.films import big_buck_bunny, make_film
from tests.capture.takes import Take, pictures_of, sound_of

SMALL = Profile(width=640, height=360, fps=30, bitrate=1_500_000)
SECONDS = 2
"""Length of the made film; its first fifth is white and sounds, the rest is dark and still."""


def station_of(path: Path, clock: Clock | None = None, *, marked: bool = True) -> Station:
    clock = clock or SystemClock()
    film = Film(path, SMALL, clock, Faults(), marker=marked)
    return Station(film.camera, film.microphone, clock, marked)


class TestBigBuckBunny(CaptureContract):
    @classmethod
    def make_station(cls) -> Station:
        return station_of(big_buck_bunny())

    def test_it_is_the_film_that_is_seen(self, station: Station, take: Take) -> None:
        picture = station.look()
        assert len(take.pictures) >= 2 * station.fps
        assert picture.i420[360:].std() > 5, "the film has colours"


def flashing(fps: int, width: int = 640, height: int = 360) -> list[npt.NDArray[np.uint8]]:
    dark, light = (np.full((height, width), grey, dtype=np.uint8) for grey in (40, 220))
    return [light if number * 5 < SECONDS * fps else dark for number in range(SECONDS * fps)]


def sounding(rate: int) -> npt.NDArray[np.int16]:
    at = np.arange(SECONDS * rate)
    return (12_000 * np.sin(2 * np.pi * 600 * at / rate) * (at * 5 < SECONDS * rate)).astype(np.int16)


def rises(high: npt.NDArray[np.bool_], quiet: int) -> list[int]:
    """Places where it becomes high after at least `quiet` places without."""
    places = np.flatnonzero(high)
    after = np.diff(places, prepend=places[0])
    return [int(place) for place, gap in zip(places, after, strict=True) if gap > quiet]


@pytest.mark.parametrize(("fps", "rate"), [(30, 48_000), (25, 44_100), (60, 48_000)])
def test_lips_and_voice_stay_together_over_turns(tmp_path: Path, fps: int, rate: int) -> None:
    clock = SetClock()
    film = make_film(tmp_path / "f.mp4", flashing(fps), fps=fps, sound=sounding(rate), rate=rate)
    station = station_of(film, clock)
    station.open()
    take = film_by_hand(station, clock, 3.2 * SECONDS)
    check_closing(station)
    lit = np.array([picture[:250].mean() > 130 for picture in pictures_of(take.pictures)])
    seen = [take.pictures[place].pts_us for place in rises(lit, 20)]
    loud = np.abs(sound_of(take.sound)) > 0.1
    heard = [take.sound[0].pts_us + place * 1_000_000 // AUDIO_RATE for place in rises(loud, AUDIO_RATE // 2)]
    assert len(seen) >= 2
    for flash_us in seen:
        assert min(abs(flash_us - beep_us) for beep_us in heard) < 20_000
    assert np.abs(np.diff(seen) - SECONDS * 1_000_000).max(initial=0) < 70_000


def test_a_film_without_sound_has_encoded_silence(tmp_path: Path) -> None:
    station = station_of(make_film(tmp_path / "mute.mp4", flashing(30)))
    station.open()
    take = station.film(0.5)
    level = station.microphone.level()
    check_closing(station)
    assert len(take.sound) > 15
    assert np.abs(sound_of(take.sound)).max() < 1e-4
    assert level is not None
    assert level.rms_dbfs == -120


def test_sound_that_ends_before_the_pictures_is_silence_until_the_next_turn(tmp_path: Path) -> None:
    film = make_film(tmp_path / "short.mp4", flashing(30), sound=sounding(48_000)[: AUDIO_RATE // 2])
    clock = SetClock()
    station = station_of(film, clock)
    station.open()
    take = film_by_hand(station, clock, 1.4 * SECONDS)
    check_closing(station)
    loud = np.abs(sound_of(take.sound)) > 0.1
    assert 0.08 < loud.mean() < 0.4
    assert np.diff([packet.pts_us for packet in take.sound]).max() < 22_000


@pytest.mark.parametrize(
    ("size", "bars"), [((640, 360), ""), ((480, 360), "sides"), ((640, 272), "above"), ((200, 356), "sides")]
)
def test_any_shape_is_seen_whole_with_bars(tmp_path: Path, size: tuple[int, int], bars: str) -> None:
    white = [np.full((size[1], size[0]), 225, dtype=np.uint8)] * 4
    station = station_of(make_film(tmp_path / "shape.mp4", white), marked=False)
    station.open()
    picture = station.look()
    check_closing(station)
    rows, columns = picture.luma.max(axis=1) > 100, picture.luma.max(axis=0) > 100
    height, width = min(360, 640 * size[1] / size[0]), min(640, 360 * size[0] / size[1])
    assert (rows.sum(), columns.sum()) == pytest.approx((height, width), abs=4)
    assert (not rows[0]) == (bars == "above")
    assert (not columns[0]) == (bars == "sides")


@pytest.mark.parametrize(("turned", "white_at"), [(0, "left"), (90, "foot"), (180, "right"), (-90, "head")])
def test_a_telephones_film_is_upright(tmp_path: Path, turned: int, white_at: str) -> None:
    left_white = np.full((360, 640), 30, dtype=np.uint8)
    left_white[:, :320] = 225
    station = station_of(make_film(tmp_path / "turned.mp4", [left_white] * 4, turned=turned), marked=False)
    station.open()
    luma = station.look().luma
    check_closing(station)
    spots = {"left": (180, 240), "right": (180, 400), "head": (60, 320), "foot": (300, 320)}
    assert max(spots, key=lambda name: luma[spots[name]]) == white_at
    assert (luma[:, 100].max() < 24) == (turned in {90, -90}), "a portrait has bars at its sides"


def test_pixels_that_are_not_square_are_stretched(tmp_path: Path) -> None:
    white = [np.full((360, 480), 225, dtype=np.uint8)] * 4
    film = make_film(tmp_path / "anamorphic.mp4", white, pixel_shape=Fraction(4, 3))
    station = station_of(film, marked=False)
    station.open()
    assert station.look().luma.min() > 200, "480 pixels of 4:3 fill 640"
    check_closing(station)


def test_without_the_mark_there_is_no_marker(tmp_path: Path) -> None:
    station = station_of(make_film(tmp_path / "plain.mp4", flashing(30)), marked=False)
    station.open()
    pictures = pictures_of(station.film(0.2).pictures)
    check_closing(station)
    assert {marker.read(picture) for picture in pictures} == {None}


def test_a_film_cut_off_without_a_length_still_plays(tmp_path: Path) -> None:
    whole = make_film(tmp_path / "whole.ts", flashing(30), sound=sounding(48_000)).read_bytes()
    cut = tmp_path / "cut.ts"
    cut.write_bytes(whole[: len(whole) * 2 // 3])
    clock = SetClock()
    station = station_of(cut, clock)
    station.open()
    take = film_by_hand(station, clock, 2.5)
    check_closing(station)
    numbers = [marker.read(picture) for picture in pictures_of(take.pictures)]
    assert None not in numbers


@pytest.mark.parametrize("content", [None, b"", b"no film at all\n" * 200, "folder", "sound"])
def test_what_is_no_film_is_refused_at_open(tmp_path: Path, content: bytes | str | None) -> None:
    path = tmp_path / "given.mp4"
    if content == "folder":
        path.mkdir()
    elif content == "sound":
        path = tmp_path / "given.wav"
        path.write_bytes(_wave())
    elif isinstance(content, bytes):
        path.write_bytes(content)
    film = Film(path, SMALL, SystemClock(), Faults())
    with pytest.raises(BadInput) as refused:
        film.camera.open()
    assert refused.value.what.endswith(".")
    assert str(tmp_path) not in str(refused.value)
    with pytest.raises(BadInput):
        film.microphone.open()
    film.camera.close(1)
    film.microphone.close(1)


def _wave() -> bytes:
    """A second of sound without pictures."""
    head = b"RIFF" + (36 + 96_000).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    shape = b"\1\0\1\0" + (48_000).to_bytes(4, "little") + (96_000).to_bytes(4, "little") + b"\2\0\x10\0"
    return head + shape + b"data" + (96_000).to_bytes(4, "little") + bytes(96_000)
