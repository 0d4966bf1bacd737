"""The log: its exact bytes, its chain, and that no bytes whatever make a reader fall over."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.store.lines import (
    Checkpoint,
    ClockLine,
    Closed,
    GapLine,
    Line,
    Opened,
    PausedLine,
    Recovered,
    SegmentLine,
    Unknown,
)
from appliance.store.log import ZEROS, Chain, checkpoint_message, film_end_ms, order_faults, read_line, read_log

SESSION = "0123456789abcdef" * 2
OPENED = Opened(SESSION, 3, "age1pq1x", {"v": 1, "device": "d"}, "b", 7, 8, "rtc", None, 1920, 1080, 30, 8_000_000)
SHA = "ab" * 32

counts = st.integers(0, 2**62)
texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=12)
middles: st.SearchStrategy[Line] = st.one_of(
    st.builds(SegmentLine, counts, counts, counts, counts, st.just(SHA)),
    st.builds(GapLine, counts, counts, texts, texts),
    st.builds(PausedLine, counts),
    st.builds(ClockLine, counts, counts, texts),
    st.builds(Checkpoint, counts, texts),
)
ends: st.SearchStrategy[Line] = st.one_of(
    st.builds(Closed, counts, texts, counts, texts),
    st.builds(Recovered, counts, texts, texts, counts, texts, st.lists(counts, max_size=3).map(tuple), counts),
)


def write(lines: list[Line]) -> bytes:
    chain, whole = Chain(), b""
    for line in lines:
        raw, chain = chain.link(line)
        whole += raw
    return whole


def rechained(objects: list[dict[str, Any]]) -> bytes:
    """What a forger without the key can do: any lines, the chain made to fit."""
    prev, whole = ZEROS, b""
    for each in objects:
        raw = json.dumps({**each, "prev": prev}, separators=(",", ":")).encode() + b"\n"
        prev, whole = hashlib.sha256(raw).hexdigest(), whole + raw
    return whole


def test_the_bytes_are_those_of_the_format() -> None:
    first = write([OPENED])
    assert first == (
        b'{"v":1,"t":"opened","session":"%b","number":3,"recipient":"age1pq1x","certificate":{"v":1,"device":"d"},'
        b'"boot":"b","mono_us":7,"utc_ms":8,"utc_source":"rtc","continues":null,"width":1920,"height":1080,"fps":30,'
        b'"bitrate":8000000,"prev":"%b"}\n' % (SESSION.encode(), b"0" * 64)
    )
    prev = hashlib.sha256(first).hexdigest().encode()
    second = b'{"t":"segment","n":0,"pts_ms":0,"dur_ms":1000,"bytes":5,"sha256":"%b","prev":"%b"}\n' % (
        SHA.encode(),
        prev,
    )
    assert write([OPENED, SegmentLine(0, 0, 1000, 5, SHA)]) == first + second
    recovered = Recovered(5, "interrupted", "b", 1, "phone", (4, 5), 17)
    assert write([OPENED, recovered])[len(first) :] == (
        b'{"t":"recovered","pts_ms":5,"reason":"interrupted","boot":"b","utc_ms":1,"utc_source":"phone",'
        b'"absent":[4,5],"cut_bytes":17,"prev":"%b"}\n' % prev
    )


def test_a_checkpoint_signs_the_session_the_count_and_the_chain() -> None:
    chain = Chain(SHA, 61)
    assert checkpoint_message(SESSION, chain) == f"fieldreel checkpoint v1\n{SESSION}\n61\n{SHA}\n".encode()


@given(st.lists(middles, max_size=8), st.none() | ends)
def test_what_is_written_is_read(middle: list[Line], end: Line | None) -> None:
    lines = [OPENED, *middle, *([end] if end else [])]
    reading = read_log(write(lines))
    assert (reading.lines, reading.fault, reading.torn_bytes) == (lines, None, 0)
    assert (reading.opened, reading.end) == (OPENED, end)


@given(st.lists(middles, max_size=4), st.data())
def test_a_log_cut_anywhere_is_whole_lines_and_a_torn_tail(middle: list[Line], data: st.DataObject) -> None:
    whole = write([OPENED, *middle])
    cut = data.draw(st.integers(0, len(whole)))
    reading = read_log(whole[:cut])
    assert reading.fault is None
    assert reading.good_bytes + reading.torn_bytes == cut
    assert reading.good_bytes == whole[:cut].rfind(b"\n") + 1
    zeroed = read_log(whole[:cut] + bytes(len(whole) - cut))
    assert (zeroed.fault, zeroed.good_bytes) == (None, reading.good_bytes)
    assert zeroed.torn_bytes == len(whole) - reading.good_bytes


def test_a_last_line_with_zeros_in_it_is_torn_even_with_its_newline() -> None:
    whole = write([OPENED, PausedLine(1)])
    first = len(write([OPENED]))
    reading = read_log(whole[: first + 9] + bytes(5) + whole[first + 14 :])
    assert (reading.fault, reading.lines, reading.torn_bytes) == (None, [OPENED], len(whole) - first)


@given(st.binary(max_size=300))
@example(b"[" * 100_000 + b"\n")
@example(b'{"prev":' + b"9" * 5000 + b"}\n")
@example(b'{"a":1e999}\n')
@example(b"\xff\n")
@example(b"NaN\n")
def test_any_bytes_are_answered(content: bytes) -> None:
    reading = read_log(content)
    assert reading.good_bytes + reading.torn_bytes <= len(content)
    assert reading.lines == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from([OPENED, SegmentLine(0, 0, 1, 1, SHA), Recovered(1, "r", "b", 1, "rtc", (), 0)]), st.data())
def test_a_line_with_any_value_anywhere_is_a_line_or_is_told(line: Line, data: st.DataObject) -> None:
    content = json.loads(Chain().link(line)[0])
    content[data.draw(st.sampled_from(sorted(content)))] = data.draw(json_values)
    answer = read_line(json.dumps(content).encode())
    assert isinstance(answer, str | type(line) | Unknown)


def drop(whole: bytes, at: int) -> bytes:
    lines = whole.splitlines(keepends=True)
    return b"".join(lines[:at] + lines[at + 1 :])


SEGMENTS: list[Line] = [SegmentLine(n, n * 1000, 1000, 9, SHA) for n in range(4)]


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda whole: whole.replace(b'"n":1', b'"n":7'), 4),
        (lambda whole: drop(whole, 2), 3),
        (lambda whole: drop(whole, 0), 1),
        (lambda whole: whole + whole.splitlines(keepends=True)[-1], 6),
        (lambda whole: b"".join(reversed(whole.splitlines(keepends=True))), 1),
        (lambda whole: whole.replace(b"\n", b"\n\n", 2), 2),
        (lambda whole: whole.replace(b'"t":"segment","n":2', b'"t":"segment","t":"segment","n":2'), 4),
    ],
)
def test_an_edited_log_is_believed_up_to_the_edit(spoil: Callable[[bytes], bytes], line: int) -> None:
    reading = read_log(spoil(write([OPENED, *SEGMENTS])))
    assert reading.fault is not None
    assert reading.fault.startswith(f"line {line} ")
    assert reading.chain.lines == len(reading.lines) == line - 1


def test_nothing_follows_the_end_and_nothing_comes_before_the_beginning() -> None:
    closed = {"t": "closed", "pts_ms": 1, "reason": "stop", "utc_ms": 1, "utc_source": "rtc"}
    opened = json.loads(write([OPENED]))
    assert "behind the end" in str(read_log(rechained([opened, closed, closed])).fault)
    assert "does not open" in str(read_log(rechained([closed])).fault)
    assert "again" in str(read_log(rechained([opened, opened])).fault)


def test_what_a_later_version_adds_is_let_pass() -> None:
    opened = {**json.loads(write([OPENED])), "mood": "calm"}
    reading = read_log(rechained([opened, {"t": "moonrise", "pts_ms": 4}]))
    assert (reading.fault, reading.lines) == (None, [OPENED, Unknown()])


def test_text_that_would_command_a_terminal_is_refused() -> None:
    assert (
        read_log(rechained([{**json.loads(write([OPENED])), "boot": "\x1b[2J"}])).fault == "line 1 has no proper boot"
    )


def test_time_runs_on_and_segments_count_up() -> None:
    pause, sound = GapLine(4000, 9000, "all", "pause"), GapLine(500, 700, "sound", "microphone")
    well = [OPENED, *SEGMENTS, pause, sound, SegmentLine(4, 13_000, 1000, 9, SHA)]
    assert order_faults(well) == []
    assert film_end_ms(well) == 14_000
    assert film_end_ms(well, frozenset({4})) == 13_000
    assert order_faults([OPENED, SEGMENTS[0], SEGMENTS[2]]) == [
        "line 3 is segment 2 where 1 is due",
        "line 3 begins at 2000 ms where the film before it ends at 1000 ms",
    ]
    assert order_faults([OPENED, *SEGMENTS[:2], replace(pause, pts_ms=2001)]) != []


def test_an_empty_log_has_nothing() -> None:
    reading = read_log(b"")
    assert (reading.opened, reading.end, reading.fault, film_end_ms(reading.lines)) == (None, None, None, 0)
