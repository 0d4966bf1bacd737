import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import FileTampered
from appliance.sealing import header
from appliance.sealing.header import Stanza, read_header, write_header

ARGUMENTS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=20)
STANZAS = st.builds(Stanza, st.lists(ARGUMENTS, min_size=1, max_size=4).map(tuple), st.binary(max_size=200))
KEY = bytes(range(16))


@given(st.lists(STANZAS, min_size=1, max_size=5), st.binary(max_size=40))
def test_a_head_is_read_as_it_was_written_and_nothing_after_it(stanzas: list[Stanza], payload: bytes) -> None:
    source = io.BytesIO(write_header(stanzas, KEY) + payload)
    read = read_header(source)
    assert list(read.stanzas) == stanzas
    assert source.read() == payload
    read.check(KEY)
    with pytest.raises(FileTampered):
        read.check(bytes(16))


@given(st.binary(max_size=400))
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(FileTampered):
        read_header(io.BytesIO(data))


@given(
    st.lists(
        st.sampled_from([b"-> ", b"a", b" ", b"\n", b"A" * 64, b"AAAA\n", b"--- ", b"\r", b"=", b"\xff"]), max_size=30
    )
)
def test_what_looks_like_a_head_is_read_or_refused(pieces: list[bytes]) -> None:
    data = header.VERSION_LINE + b"".join(pieces)
    try:
        read = read_header(io.BytesIO(data))
    except FileTampered:
        return
    rewritten = b"".join([header.VERSION_LINE, *map(header._stanza_lines, read.stanzas), b"---"])
    assert rewritten == read.covered
    assert data.startswith(read.covered + b" " + header.encode64(read.mac) + b"\n")


@given(st.data())
def test_a_changed_head_never_passes(draw: st.DataObject) -> None:
    data = bytearray(write_header([Stanza(("x", "share"), os.urandom(50)), Stanza(("y",), os.urandom(48))], KEY))
    at = draw.draw(st.integers(0, len(data) - 1))
    data[at] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(FileTampered):
        read_header(io.BytesIO(bytes(data))).check(KEY)


class _Endless(io.RawIOBase):
    """A beginning, then the letter A for ever."""

    def __init__(self, beginning: bytes) -> None:
        self._beginning = beginning
        self.given_bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]
        now, self._beginning = self._beginning[: len(target)], self._beginning[len(target) :]
        target[:] = now.ljust(len(target), b"A")
        self.given_bytes += len(target)
        return len(target)


@pytest.mark.parametrize("beginning", [b"", header.VERSION_LINE + b"-> x ", header.VERSION_LINE + b"-> x\n"])
def test_a_head_without_end_is_refused_before_it_fills_the_memory(beginning: bytes) -> None:
    source = _Endless(beginning)
    with pytest.raises(FileTampered, match="too long"):
        read_header(io.BufferedReader(source))
    assert source.given_bytes <= header.LIMIT_BYTES + io.DEFAULT_BUFFER_SIZE


@given(st.binary(max_size=100))
def test_base64_has_one_spelling(data: bytes) -> None:
    coded = header.encode64(data)
    assert b"=" not in coded
    assert header.decode64(coded) == header.decode64(coded.decode()) == data
    for other in (coded + b"=", coded + b"\n", b" " + coded, coded + b"A" if len(coded) % 4 == 0 else coded + b"=="):
        with pytest.raises(FileTampered):
            header.decode64(other)
