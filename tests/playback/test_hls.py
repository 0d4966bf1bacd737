import re
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.playback.hls import LONGEST_GAP_MS, TARGET_S, entry_count, playlist, segment_uri
from appliance.segment.segmenter import Segment, Segmenter
from appliance.store.lines import Checkpoint, Closed, GapLine, Line, PausedLine, Recovered, SegmentLine
from appliance.store.log import film_end_ms
from tests.segment.fakes import START_US, delta, key, push_all
from tests.store.makers import UTC_MS

EXTINF = re.compile(r"#EXTINF:(\d+)\.(\d{3}),")


@dataclass(frozen=True)
class Entry:
    pts_ms: int
    dur_ms: int
    uri: str
    gap: bool

    @property
    def end_ms(self) -> int:
        return self.pts_ms + self.dur_ms


def entries(text: str) -> list[Entry]:
    """What a player that reads the text knows of the time line."""
    found: list[Entry] = []
    dur_ms, gap = None, False
    for row in text.splitlines():
        if match := EXTINF.fullmatch(row):
            assert dur_ms is None
            dur_ms = int(match[1]) * 1000 + int(match[2])
        elif row == "#EXT-X-GAP":
            gap = True
        elif not row.startswith("#"):
            assert dur_ms is not None
            found.append(Entry(found[-1].end_ms if found else 0, dur_ms, row, gap))
            dur_ms, gap = None, False
    assert dur_ms is None
    return found


@st.composite
def logs(draw: st.DrawFn) -> list[Line]:
    """What a recorder may have logged: time runs on without holes, segments count up, sound gaps lie beside."""
    lines: list[Line] = []
    n = end_ms = 0
    for kind in draw(st.lists(st.sampled_from(("segment", "segment", "gap", "sound", "paused", "checkpoint")))):
        if kind == "segment":
            dur_ms = draw(st.integers(1, TARGET_S * 1000 + 499))
            lines.append(SegmentLine(n, end_ms, dur_ms, 1000, "0" * 64))
            n, end_ms = n + 1, end_ms + dur_ms
        elif kind == "gap":
            dur_ms = draw(st.integers(1, 3_600_000))
            lines.append(GapLine(end_ms, dur_ms, draw(st.sampled_from(("all", "picture"))), "pause"))
            end_ms += dur_ms
        elif kind == "sound":
            lines.append(GapLine(end_ms, draw(st.integers(100, 5000)), "sound", "microphone"))
        else:
            lines.append(PausedLine(end_ms) if kind == "paused" else Checkpoint(len(lines), "signature"))
    return lines


def recovered(lines: list[Line], absent: set[int]) -> Recovered:
    return Recovered(film_end_ms(lines), "interrupted", "boot", UTC_MS, "rtc", tuple(sorted(absent)), 0)


@given(logs(), st.data())
def test_every_millisecond_of_the_film_stands_in_exactly_one_entry(lines: list[Line], data: st.DataObject) -> None:
    numbers = [line.n for line in lines if isinstance(line, SegmentLine)]
    absent = set(data.draw(st.lists(st.sampled_from(numbers)))) if numbers else set()
    told = entries(playlist([*lines, recovered(lines, absent)], live=False))
    assert sum(entry.dur_ms for entry in told) == film_end_ms(lines)
    shown = {entry.uri: (entry.pts_ms, entry.dur_ms) for entry in told if not entry.gap}
    assert shown == {
        segment_uri(line.n): (line.pts_ms, line.dur_ms)
        for line in lines
        if isinstance(line, SegmentLine) and line.n not in absent
    }


@given(logs(), st.booleans())
def test_no_entry_is_longer_than_the_target_duration_and_that_never_changes(lines: list[Line], live: bool) -> None:
    text = playlist(lines, live=live)
    assert re.findall(r"#EXT-X-TARGETDURATION:(\d+)", text) == [str(TARGET_S)]
    for entry in entries(text):
        assert 0 < (entry.dur_ms + 500) // 1000 <= TARGET_S or entry.dur_ms < 500
        assert not entry.gap or entry.dur_ms <= LONGEST_GAP_MS


@given(logs())
def test_an_open_film_s_playlist_grows_at_its_end_only(lines: list[Line]) -> None:
    texts = [playlist(lines[:count], live=True) for count in range(len(lines) + 1)]
    for before, after in pairwise(texts):
        assert after.startswith(before)
    assert [len(entries(text)) for text in texts] == [entry_count(lines[:count]) for count in range(len(texts))]
    closed = playlist([*lines, Closed(film_end_ms(lines), "stop", UTC_MS, "rtc")], live=False)
    assert closed == texts[-1].replace("TYPE:EVENT", "TYPE:VOD") + "#EXT-X-ENDLIST\n"


@given(logs(), st.booleans(), st.sets(st.integers(0, 9)))
def test_a_hidden_second_is_a_gap_and_moves_no_other(lines: list[Line], live: bool, hidden: set[int]) -> None:
    whole, shown = entries(playlist(lines, live=live)), entries(playlist(lines, live=live, hidden=hidden))
    uris = {segment_uri(n) for n in hidden}
    assert [(each.pts_ms, each.dur_ms) for each in shown] == [(each.pts_ms, each.dur_ms) for each in whole]
    assert [each.gap for each in shown] == [each.gap or each.uri in uris for each in whole]
    assert uris.isdisjoint(each.uri for each in shown)


def test_a_film_with_a_pause_reads_as_players_expect() -> None:
    lines: list[Line] = [
        SegmentLine(0, 0, 1000, 1, "0" * 64),
        PausedLine(1000),
        GapLine(1000, 7005, "all", "pause"),
        SegmentLine(1, 8005, 967, 1, "0" * 64),
        Closed(8972, "stop", UTC_MS, "rtc"),
    ]
    assert playlist(lines, live=False) == (
        "#EXTM3U\n#EXT-X-VERSION:8\n#EXT-X-TARGETDURATION:12\n#EXT-X-MEDIA-SEQUENCE:0\n"
        '#EXT-X-INDEPENDENT-SEGMENTS\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MAP:URI="init.mp4"\n'
        "#EXTINF:1.000,\n0.m4s\n"
        "#EXTINF:5.000,\n#EXT-X-GAP\ngap.m4s\n#EXTINF:2.005,\n#EXT-X-GAP\ngap.m4s\n"
        "#EXTINF:0.967,\n1.m4s\n#EXT-X-ENDLIST\n"
    )


@pytest.mark.parametrize("live", [True, False])
def test_a_film_without_a_second_yet_is_a_playlist_all_the_same(live: bool) -> None:
    text = playlist([], live=live)
    assert entries(text) == []
    assert text.startswith("#EXTM3U\n")
    assert ("#EXT-X-ENDLIST" in text) != live


def test_the_longest_segment_of_all_is_no_longer_than_the_target_duration() -> None:
    """Pictures just not too far apart, and a key frame that is just not too late."""
    step_us = 1_500_000
    segmenter = Segmenter(640, 360, 30)
    packets = [key(START_US), *(delta(START_US + n * step_us, n) for n in range(1, 7)), delta(START_US + 9_999_900, 7)]
    events = push_all(segmenter, [*packets, key(START_US + 9_999_900 + step_us, 8)]) + segmenter.finish()
    longest = next(event for event in events if isinstance(event, Segment))
    assert longest.dur_ms == 11_500
    assert (longest.dur_ms + 500) // 1000 <= TARGET_S


def test_a_player_is_told_to_wait_only_where_it_may_and_only_while_the_film_grows() -> None:
    lines = [SegmentLine(0, 0, 1000, 1, "0" * 64)]
    told = "#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES\n"
    assert playlist(lines, live=True, waits=True).replace(told, "") == playlist(lines, live=True)
    assert told in playlist(lines, live=True, waits=True)
    assert playlist(lines, live=False, waits=True) == playlist(lines, live=False)


def test_there_is_no_date_in_it() -> None:
    assert "DATE" not in playlist([SegmentLine(0, 0, 1000, 1, "0" * 64)], live=True)
