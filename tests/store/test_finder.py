"""Finding a second without reading the log whole: the same answers as reading it, and quick whatever its length."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.store.finder import SegmentFinder
from appliance.store.lines import ClockLine, Closed, GapLine, Line, Opened, PausedLine, SegmentLine
from appliance.store.log import Chain, film_end_ms

SHA = "ab" * 32
OPENED = Opened("0" * 32, 1, "r" * 5000, {"v": 1}, "b", 7, 8, "rtc", None, 1920, 1080, 30, 8_000_000)
CLOSED = Closed(7, "stop", 8, "rtc")


def write(path: Path, lines: list[Line], behind: bytes = b"") -> None:
    chain, whole = Chain(), []
    for line in lines:
        raw, chain = chain.link(line)
        whole.append(raw)
    path.write_bytes(b"".join(whole) + behind)


@st.composite
def films(draw: st.DrawFn) -> list[Line]:
    """Segments in order, with gaps and lines that take no time strewn in."""
    lines: list[Line] = [OPENED]
    end_ms = n = 0
    for kind in draw(st.lists(st.sampled_from("ssssgpc"), max_size=40)):
        dur_ms = draw(st.integers(1, 5000))
        if kind == "s":
            lines.append(SegmentLine(n, end_ms, dur_ms, 9, SHA))
            n += 1
        elif kind == "g":
            lines.append(GapLine(end_ms, dur_ms, "all", "pause"))
        else:
            lines.append(PausedLine(end_ms) if kind == "p" else ClockLine(end_ms, 1, "rtc"))
        end_ms += dur_ms if kind in "sg" else 0
    return lines


@given(films(), st.booleans(), st.binary(max_size=30).filter(lambda torn: b"\n" not in torn), st.data())
def test_it_finds_what_reading_whole_finds(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Line], closed: bool, torn: bytes, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    write(path, [*lines, *([CLOSED] if closed else [])], torn)
    segments = [line for line in lines if isinstance(line, SegmentLine)]
    finder = SegmentFinder(path)
    n = data.draw(st.integers(-1, len(segments)))
    assert finder.by_number(n) == (segments[n] if 0 <= n < len(segments) else None)
    pts_ms = data.draw(st.integers(-1, film_end_ms(lines) + 1))
    assert finder.by_time(pts_ms) == next((line for line in reversed(segments) if line.pts_ms <= pts_ms), None)
    assert finder.length_ms() == film_end_ms(lines)
    assert (finder.opened(), finder.end()) == (OPENED, CLOSED if closed else None)


def test_a_log_of_two_hours_is_hardly_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "log", [OPENED, *(SegmentLine(n, n * 1000, 1000, 9, SHA) for n in range(7200)), CLOSED])
    read: list[int] = []
    pread = os.pread

    def counted(fd: int, size: int, at: int) -> bytes:
        read.append(size)
        return pread(fd, size, at)

    monkeypatch.setattr(os, "pread", counted)
    finder = SegmentFinder(tmp_path / "log")
    for n in (0, 1, 3601, 7199):
        read.clear()
        found = finder.by_time(n * 1000 + 999)
        assert found is not None
        assert found.n == n
        assert sum(read) < 45 * 4096
        read.clear()
        assert finder.by_number(n) == found
        assert read == []


@given(content=st.binary(max_size=200), n=st.integers(0, 5))
def test_any_bytes_are_answered(tmp_path_factory: pytest.TempPathFactory, content: bytes, n: int) -> None:
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    path.write_bytes(content)
    finder = SegmentFinder(path)
    assert (finder.opened(), finder.end(), finder.by_number(n), finder.by_time(n)) == (None, None, None, None)
    assert finder.length_ms() == 0


def test_a_line_without_an_end_is_not_read_for_ever(tmp_path: Path) -> None:
    (tmp_path / "log").write_bytes(b"x" * (3 << 20))
    assert SegmentFinder(tmp_path / "log").by_number(0) is None


def test_no_log_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        SegmentFinder(tmp_path / "none").opened()
