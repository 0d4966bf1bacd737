from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import FileTampered
from appliance.playback.boxes import picture_samples, picture_settings
from appliance.segment.events import Init, Segment
from appliance.segment.fmp4 import PICTURE_TRACK, SOUND_TRACK, Run, Sample, init_segment, media_segment
from tests.playback.homes import Film

SPS, PPS = bytes.fromhex("6742c01eda0280bfe5c0440000030004000003c83c58ba80"), bytes.fromhex("68ce3c80")

samples = st.builds(Sample, st.integers(1, 900_000), st.booleans(), st.binary(max_size=50))
times = st.integers(0, 1 << 40)


def runs(track: int) -> st.SearchStrategy[Run]:
    return st.builds(Run, st.just(track), times, st.lists(samples, min_size=1, max_size=40))


@given(runs(PICTURE_TRACK), runs(SOUND_TRACK), st.booleans(), st.integers(0, 1 << 31))
def test_what_the_segmenter_wrote_is_read_back(pictures: Run, sound: Run, silent: bool, n: int) -> None:
    found = picture_samples(media_segment(n, [pictures] if silent else [sound, pictures]))
    assert [bytes(each.data) for each in found] == [sample.data for sample in pictures.samples]
    assert [each.end - each.pts for each in found] == [sample.duration for sample in pictures.samples]
    assert found[0].pts == pictures.decode_time
    assert all(after.pts == before.end for before, after in pairwise(found))


@given(runs(SOUND_TRACK))
def test_a_segment_without_pictures_is_none(sound: Run) -> None:
    with pytest.raises(FileTampered):
        picture_samples(media_segment(1, [sound]))


@given(st.binary(max_size=300), runs(PICTURE_TRACK), st.data())
def test_any_other_bytes_are_refused_or_still_a_table(junk: bytes, run: Run, data: st.DataObject) -> None:
    whole = bytearray(media_segment(1, [run]))
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place : place + len(junk)] = junk
    for spoiled in (junk, bytes(whole), bytes(whole[:place])):
        with suppress(FileTampered):
            assert all(len(each.data) <= len(spoiled) for each in picture_samples(spoiled))
        with pytest.raises(FileTampered):
            picture_settings(spoiled)


def test_the_settings_are_those_that_a_decoder_wants() -> None:
    settings = picture_settings(init_segment(640, 360, [SPS], [PPS]))
    assert settings[:4] == b"\x01" + SPS[1:4]
    assert SPS in settings
    assert PPS in settings


@pytest.mark.parametrize("name", ["card", "uneven"])
def test_a_real_film_is_read(name: str, request: pytest.FixtureRequest) -> None:
    film: Film = request.getfixturevalue(name)
    (init,) = [event.data for event in film.events if isinstance(event, Init)]
    segments = [event for event in film.events if isinstance(event, Segment)]
    assert picture_settings(init)[0] == 1
    found = [sample for segment in segments for sample in picture_samples(segment.data)]
    assert [sample.pts for sample in found] == [pts for pts, _ in film.shown]
