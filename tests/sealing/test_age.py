"""Whatever is sealed opens as it was; whatever was touched opens as a beginning of it at most."""

import io
import itertools
from collections.abc import Callable, Sequence
from random import Random
from typing import BinaryIO, cast

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from appliance.errors import BadInput, FileTampered, WrongKey
from appliance.sealing import age
from appliance.sealing.header import read_header
from appliance.sealing.identities import Identity, ScryptIdentity
from appliance.sealing.recipients import Recipient, ScryptRecipient
from appliance.sealing.sealed import Sealed
from appliance.sealing.stream import CHUNK_BYTES, SEALED_CHUNK_BYTES, TAG_BYTES, CutShort, TrailingBytes, sealed_bytes
from tests.sealing.keys import ESCROW, OFFICE, OLD_KIND, STRANGER, cheap

EDGES = [chunks * CHUNK_BYTES + more for chunks in range(4) for more in (-1, 0, 1) if chunks * CHUNK_BYTES + more >= 0]
SIZES = st.sampled_from(EDGES) | st.integers(0, 3 * CHUNK_BYTES)
PATTERN = bytes(range(251)) * (4 * CHUNK_BYTES // 251)
"""251 is prime: no two chunks of it are alike."""


def plain(size: int) -> bytes:
    return PATTERN[:size]


def release(sealed: bytes, identity: Identity = OFFICE) -> tuple[bytes, Exception | None]:
    """What a stream releases, and the Fault that ends it."""
    released = io.BytesIO()
    try:
        age.open_stream(io.BytesIO(sealed), released, [identity])
    except (WrongKey, FileTampered) as fault:
        return released.getvalue(), fault
    return released.getvalue(), None


def head_bytes(sealed: bytes) -> int:
    """Where the first chunk begins."""
    source = io.BytesIO(sealed)
    read_header(source)
    return source.tell() + age.NONCE_BYTES


def assert_no_false_byte(sealed: bytes, whole: bytes) -> None:
    released, fault = release(sealed)
    assert fault is not None
    assert whole.startswith(released)
    with pytest.raises((WrongKey, FileTampered)):
        age.open_sealed(Sealed.found(sealed), [OFFICE])


@given(SIZES)
@pytest.mark.parametrize("recipients", [[OFFICE.recipient], [OLD_KIND.recipient]], ids=["hybrid", "X25519"])
def test_what_is_sealed_opens_whole_and_as_a_stream(recipients: Sequence[Recipient], size: int) -> None:
    whole = plain(size)
    sealed = age.seal(whole, recipients).data
    streamed = io.BytesIO()
    age.seal_stream(io.BytesIO(whole), streamed, recipients)
    for data in (sealed, streamed.getvalue()):
        assert len(data) == head_bytes(data) + sealed_bytes(size)
        assert age.open_sealed(Sealed.found(data), [OFFICE, OLD_KIND]) == whole
        opened = io.BytesIO()
        age.open_stream(io.BytesIO(data), opened, [OFFICE, OLD_KIND])
        assert opened.getvalue() == whole


def test_each_recipient_opens_and_no_other() -> None:
    sealed = age.seal(b"one second", [OFFICE.recipient, ESCROW.recipient])
    assert age.open_sealed(sealed, [OFFICE]) == age.open_sealed(sealed, [STRANGER, ESCROW]) == b"one second"
    with pytest.raises(WrongKey):
        age.open_sealed(sealed, [STRANGER, OLD_KIND, ScryptIdentity("guess")])
    with pytest.raises(WrongKey):
        age.open_sealed(sealed, [])


def test_no_two_sealed_files_are_alike() -> None:
    once, again = (age.seal(b"one second", [OFFICE.recipient]).data for _ in range(2))
    assert once[head_bytes(once) :] != again[head_bytes(again) :]
    assert read_header(io.BytesIO(once)).stanzas != read_header(io.BytesIO(again)).stanzas


def test_a_passphrase_opens_what_it_sealed() -> None:
    sealed = age.seal(b"key", [cheap("grüne Wiese")])
    assert age.open_sealed(sealed, [ScryptIdentity("grüne Wiese")]) == b"key"
    with pytest.raises(WrongKey, match="passphrase"):
        age.open_sealed(sealed, [ScryptIdentity("gruene Wiese")])


def test_a_passphrase_costs_what_the_format_says() -> None:
    stanza = ScryptRecipient("x").wrap(bytes(16))
    assert stanza.arguments[2] == "18"
    assert ScryptIdentity("x").unwrap(stanza) == bytes(16)


@pytest.mark.parametrize(
    "recipients",
    [
        [],
        [OFFICE.recipient, OLD_KIND.recipient],
        [OLD_KIND.recipient, OFFICE.recipient, OFFICE.recipient],
        [cheap("a"), cheap("b")],
        [cheap("a"), OLD_KIND.recipient],
        [OFFICE.recipient, cheap("a")],
    ],
    ids=["none", "hybrid and X25519", "X25519 and hybrids", "two passphrases", "with X25519", "with hybrid"],
)
def test_what_may_not_share_a_file_is_refused_before_a_byte_is_written(recipients: list[Recipient]) -> None:
    target = io.BytesIO()
    with pytest.raises(BadInput):
        age.seal(b"", recipients)
    with pytest.raises(BadInput):
        age.seal_stream(io.BytesIO(b"film"), target, recipients)
    assert target.getvalue() == b""


BASE = plain(2 * CHUNK_BYTES + 1000)
SEALED = age.seal(BASE, [OFFICE.recipient]).data
CHUNKS = [SEALED[at : at + SEALED_CHUNK_BYTES] for at in range(head_bytes(SEALED), len(SEALED), SEALED_CHUNK_BYTES)]
HEAD = SEALED[: head_bytes(SEALED)]


@given(st.integers(0, len(SEALED) - 1) | st.integers(0, len(HEAD)), st.integers(0, 7))
def test_a_flipped_bit_never_opens(at: int, bit: int) -> None:
    changed = bytearray(SEALED)
    changed[at] ^= 1 << bit
    assert_no_false_byte(bytes(changed), BASE)


@given(st.integers(0, len(SEALED) - 1))
@example(0)
@example(len(HEAD))
@example(len(HEAD) + SEALED_CHUNK_BYTES)
@example(len(HEAD) + 2 * SEALED_CHUNK_BYTES)
@example(len(SEALED) - 1)
def test_a_cut_file_releases_its_whole_chunks_and_no_more(length: int) -> None:
    assert_no_false_byte(SEALED[:length], BASE)
    released, _ = release(SEALED[:length])
    whole_chunks = max(length - len(HEAD), 0) // SEALED_CHUNK_BYTES
    assert released == BASE[: whole_chunks * CHUNK_BYTES]


@given(st.binary(min_size=1, max_size=40) | st.just(CHUNKS[0]) | st.just(CHUNKS[2]) | st.just(SEALED))
def test_bytes_after_the_end_are_found(more: bytes) -> None:
    assert_no_false_byte(SEALED + more, BASE)


ORDERS = [order for length in range(5) for order in itertools.product(range(3), repeat=length) if order != (0, 1, 2)]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "".join(map(str, order)) or "none")
def test_swapped_dropped_and_doubled_chunks_are_found(order: tuple[int, ...]) -> None:
    assert_no_false_byte(HEAD + b"".join(CHUNKS[number] for number in order), BASE)


def test_a_chunk_of_another_file_is_found() -> None:
    other = age.seal(BASE, [OFFICE.recipient]).data
    assert_no_false_byte(HEAD + CHUNKS[0] + other[head_bytes(other) + SEALED_CHUNK_BYTES :], BASE)
    assert_no_false_byte(other[: head_bytes(other)] + b"".join(CHUNKS), BASE)


def test_the_end_can_not_be_moved() -> None:
    assert isinstance(release(HEAD + CHUNKS[0] + CHUNKS[1])[1], CutShort)
    full = age.seal(plain(CHUNK_BYTES), [OFFICE.recipient]).data
    assert isinstance(release(full + b"x")[1], TrailingBytes)
    assert release(full + b"x")[0] == plain(CHUNK_BYTES)


class Trickle(io.RawIOBase):
    """Gives what it has a few bytes at a time, as a pipe does."""

    def __init__(self, data: bytes, portions: Callable[[], int]) -> None:
        self._data = io.BytesIO(data)
        self._portions = portions

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, self._portions()))

    def readline(self, size: int | None = -1) -> bytes:
        return self._data.readline(-1 if size is None else size)


@given(SIZES, st.randoms(use_true_random=False))
def test_a_source_may_give_less_than_was_asked_for(size: int, chance: Random) -> None:
    sealed = io.BytesIO()
    source = Trickle(plain(size), lambda: chance.randint(1, 70_000))
    age.seal_stream(cast(BinaryIO, source), sealed, [OFFICE.recipient])
    opened = io.BytesIO()
    source = Trickle(sealed.getvalue(), lambda: chance.randint(1, 70_000))
    age.open_stream(cast(BinaryIO, source), opened, [OFFICE])
    assert opened.getvalue() == plain(size)


def test_a_stream_holds_two_chunks_and_no_more() -> None:
    class Watched(io.BytesIO):
        ahead_bytes = 0

        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            self.ahead_bytes = max(self.ahead_bytes, self.tell() - written())
            return data

    def written() -> int:
        return sum(map(len, out))

    class Kept:
        def write(self, data: bytes) -> None:
            out.append(data)

    out: list[bytes] = []
    source = Watched(plain(4 * CHUNK_BYTES))
    age.seal_stream(source, Kept(), [OFFICE.recipient])
    assert source.ahead_bytes <= 2 * CHUNK_BYTES
    sealed, out = b"".join(out), []
    source = Watched(sealed)
    age.open_stream(source, Kept(), [OFFICE])
    assert source.ahead_bytes <= 2 * SEALED_CHUNK_BYTES + len(HEAD) + 5 * TAG_BYTES
