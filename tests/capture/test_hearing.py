"""What is said of a room by its levels: voices, pauses, a television, a microphone that hears nothing."""

import numpy as np
import pytest

from appliance.capture.advice import advice
from appliance.capture.camera import Level
from appliance.capture.film_sound import FilmSound
from appliance.capture.framing import Look
from appliance.capture.hearing import Hearing
from appliance.capture.level import measure
from appliance.capture.loop import Loop
from tests.capture.films import big_buck_bunny

LOOKS_A_SECOND = 4
SECOND_US = 1_000_000
RATE, FRAME = 48_000, 1_024
NOISE = np.random.default_rng(11)


def room(seconds: int, dbfs: float = -62.0) -> list[Level]:
    """A room where nobody speaks."""
    return [_level(dbfs + NOISE.normal(0, 1.2)) for _ in range(seconds * LOOKS_A_SECOND)]


def speech(seconds: int, dbfs: float = -28.0, floor_dbfs: float = -60.0) -> list[Level]:
    """Two people who wait for each other: half a second of syllables, then a pause, of no regular length."""
    levels: list[Level] = []
    talking = True
    while len(levels) < seconds * LOOKS_A_SECOND:
        for _ in range(int(NOISE.integers(1, 7))):
            loud = dbfs + NOISE.normal(0, 5) if talking else floor_dbfs + NOISE.normal(0, 1.5)
            levels.append(_level(loud))
        talking = not talking
    return levels[: seconds * LOOKS_A_SECOND]


def television(seconds: int, dbfs: float = -34.0) -> list[Level]:
    """A programme is pressed together until hardly anything is quiet in it: music below words."""
    return [_level(dbfs + NOISE.normal(0, 3)) for _ in range(seconds * LOOKS_A_SECOND)]


def _level(dbfs: float) -> Level:
    return Level(dbfs, min(0.0, dbfs + 12))


def heard(levels: list[Level]) -> Hearing:
    hearing, now_us = Hearing(), 5_000_000
    for level in levels:
        now_us += SECOND_US // LOOKS_A_SECOND
        hearing.hear(now_us, level)
    return hearing


def test_voices_are_heard_and_a_still_room_is_not() -> None:
    assert heard(speech(40)).voice
    assert heard(speech(40, dbfs=-44)).voice, "somebody who speaks softly"
    assert not heard(room(40)).voice
    assert not heard(room(40, dbfs=-40)).voice, "a fan that always runs"
    assert not heard([*speech(40), *room(8)]).voice, "a while after the last word"
    assert heard([*room(40), *speech(5)]).voice
    assert not heard([*room(38), _level(-20), *room(2)]).voice, "one click"


@pytest.mark.parametrize("seed", range(6))
def test_a_television_drones_and_people_do_not(seed: int) -> None:
    NOISE.bit_generator.state = np.random.default_rng(seed).bit_generator.state
    assert heard(television(60)).drone
    assert not heard(speech(60)).drone
    assert not heard(speech(60, dbfs=-20, floor_dbfs=-48)).drone, "a lively room"
    assert not heard(room(60)).drone, "quiet is no drone"
    assert not heard(television(20)).drone, "not before it was heard for a while"


def test_a_film_with_music_is_heard_as_it_is() -> None:
    """Big Buck Bunny's sound, birds and music, looped for a minute: figures printed, loud enough and not clipping."""
    length = round(5.3 * RATE)
    sound = FilmSound(str(big_buck_bunny()), 0, Loop(0, length))
    levels = [measure(sound.frame(n * RATE // LOOKS_A_SECOND)) for n in range(60 * LOOKS_A_SECOND)]
    sound.close()
    hearing = heard(levels)
    quiet, loud = np.percentile([level.rms_dbfs for level in levels], (10, 90))
    print(f"\na film: {quiet:.0f} to {loud:.0f} dBFS, drone {hearing.drone}, voice {hearing.voice}, {hearing.word}")
    assert not hearing.silent
    assert not hearing.clipping


def test_the_words_for_the_meter() -> None:
    assert heard(speech(10)).word == "good"
    assert heard(room(10)).word == "quiet"
    assert heard([_level(-120)] * 40).word == "none"
    loud = heard([*speech(5), *[Level(-3.0, 0.0)] * 4])
    assert (loud.word, loud.clipping) == ("loud", True)
    assert heard([*speech(5), Level(-3.0, 0.0), *speech(3)]).word == "good", "one bang"


def test_a_microphone_is_silent_after_two_seconds_without_sound() -> None:
    hearing = heard(speech(5))
    silent = []
    for at_ms, level in ((0, _level(-30)), (1_900, None), (2_100, None), (2_200, _level(-30))):
        hearing.hear(100 * SECOND_US + at_ms * 1000, level)
        silent.append(hearing.silent)
    assert silent == [False, False, True, False]
    assert heard([_level(-30), *[Level(-120.0, -120.0)] * 12]).silent, "digital zero is no sound"


def test_each_advice_says_what_is_so_and_what_to_do() -> None:
    wrong = Look(((0, 100, 90, 160),), True, True, True, True, True, True, False, True)
    told = [*advice(wrong, heard([*television(60), *[Level(-3.0, 0.0)] * 8]), filming=True),
            *advice(Look(covered=True), heard([_level(-120)] * 40), filming=False)]  # fmt: skip
    codes = {fault.code for fault in told}
    assert {"moved", "backlit", "blurred", "nobody", "face-edge", "tilted", "too-loud", "mic-silent"} <= codes
    assert "dark" not in codes, "what is covered is dark: said once"
    for fault in told:
        assert fault.what.endswith(".")
        assert fault.do.endswith(".")
        assert len(fault.what) < 100
    assert advice(Look(), heard(speech(60)), filming=True) == []
