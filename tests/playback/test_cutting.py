"""What is cut off a segment is gone from its bytes, and what stays is as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import FileTampered
from appliance.playback.boxes import picture_samples
from appliance.playback.cutting import cut_before
from appliance.segment.fmp4 import PICTURE_TRACK, SOUND_TRACK, Run, Sample, media_segment

MARK = b"picture %05d"


def segment(start: int, durations: list[int], sounds: int) -> bytes:
    pictures = [Sample(long, n == 0, MARK % n) for n, long in enumerate(durations)]
    sound = [Sample(1024, True, b"sound %05d" % n) for n in range(sounds)]
    return media_segment(7, [Run(PICTURE_TRACK, start, pictures), Run(SOUND_TRACK, start * 8 // 15, sound)])


@given(
    st.integers(0, 1 << 33), st.lists(st.integers(90, 9_000), min_size=1, max_size=40), st.integers(0, 40), st.data()
)
def test_what_begins_later_is_not_in_it(start: int, durations: list[int], sounds: int, data: st.DataObject) -> None:
    whole = segment(start, durations, sounds)
    out_ms = data.draw(st.integers(start // 90 + 1, (start + sum(durations)) // 90 + 50))
    cut, before = cut_before(whole, out_ms), picture_samples(whole)
    kept = [each for each in before if each.pts * 1000 < out_ms * 90_000]
    assert [(each.pts, each.end, bytes(each.data)) for each in picture_samples(cut)] == [
        (each.pts, each.end, bytes(each.data)) for each in kept
    ]
    assert [n for n in range(len(durations)) if MARK % n in cut] == list(range(len(kept)))
    heard = [n for n in range(sounds) if b"sound %05d" % n in cut]
    assert heard == [n for n in range(sounds) if (start * 8 // 15 + 1024 * n) * 1000 < out_ms * 48_000]


def test_what_is_not_cut_stays_as_it_was() -> None:
    whole = segment(900_000, [3_000] * 30, 47)
    assert cut_before(whole, 11_000) == whole


@given(st.binary(max_size=200))
def test_other_bytes_are_refused(junk: bytes) -> None:
    with pytest.raises(FileTampered):
        cut_before(junk, 1_000)
