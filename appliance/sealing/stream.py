"""The payload of an age v1 file (C2SP age.md, "Payload"): 64 KiB chunks, each authentic by itself and in its place.

Apart because it alone decides which bytes are released: a chunk is handed on only after its tag, its number and its
being the last one or not were all found right.
"""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from appliance.errors import FileTampered

CHUNK_BYTES: Final = 64 * 1024
TAG_BYTES: Final = 16
SEALED_CHUNK_BYTES: Final = CHUNK_BYTES + TAG_BYTES

Piece = tuple[bytes | memoryview, bool]
"""A chunk's bytes and whether nothing follows it. The last piece may be short or empty; there is always one."""


class ChunkChanged(FileTampered):
    """A chunk's bytes are not those that were written here."""


class CutShort(FileTampered):
    """The file ends before its last chunk."""


class TrailingBytes(FileTampered):
    """Something follows the last chunk."""


class EmptyLastChunk(FileTampered):
    """The last chunk is empty though others stand before it; nothing that is age writes that."""


def sealed_bytes(plain_bytes: int) -> int:
    """Length of the sealed chunks of a payload, its nonce not counted."""
    return plain_bytes + max(-(-plain_bytes // CHUNK_BYTES), 1) * TAG_BYTES


def take(source: BinaryIO, count: int) -> bytes:
    """`count` bytes, fewer only at the end: a pipe gives what it has, and says nothing of what will come."""
    data = source.read(count)
    while 0 < len(data) < count and (more := source.read(count - len(data))):
        data += more
    return data


def cut(data: bytes, piece_bytes: int) -> Iterator[Piece]:
    """Pieces of `data` without copying it."""
    view = memoryview(data)
    for start in range(0, max(len(view), 1), piece_bytes):
        yield view[start : start + piece_bytes], start + piece_bytes >= len(view)


def read(source: BinaryIO, piece_bytes: int) -> Iterator[Piece]:
    """Pieces of all that `source` still holds; holds two of them in memory."""
    piece = take(source, piece_bytes)
    while following := take(source, piece_bytes):
        yield piece, False
        piece = following
    yield piece, True


def seal_pieces(key: bytes, pieces: Iterable[Piece]) -> Iterator[bytes]:
    """One sealed chunk for each piece; every piece but the last is CHUNK_BYTES long."""
    aead = ChaCha20Poly1305(key)
    for number, (piece, last) in enumerate(pieces):
        yield aead.encrypt(_nonce(number, last=last), piece, None)


def open_pieces(key: bytes, pieces: Iterable[Piece]) -> Iterator[bytes]:
    """The authentic bytes of each sealed chunk; every piece but the last is SEALED_CHUNK_BYTES long.

    Raises ChunkChanged, CutShort, TrailingBytes or EmptyLastChunk after the last authentic chunk was yielded.
    """
    aead = ChaCha20Poly1305(key)
    for number, (piece, last) in enumerate(pieces):
        plain = _open(aead, number, piece, last=last)
        if plain is None:
            yield from _authentic_elsewhere(aead, number, piece, last=last)
            return
        if last and number and not plain:
            raise EmptyLastChunk("The sealed file ends in an empty chunk, which age never writes.")
        yield plain


def _authentic_elsewhere(
    aead: ChaCha20Poly1305, number: int, piece: bytes | memoryview, *, last: bool
) -> Iterator[bytes]:
    """Says what is wrong with a chunk, by whether it would be right if it were not, or were, the last one.

    If so and it is whole, it is authentic and where it belongs: what is wrong is what follows.
    """
    if len(piece) < TAG_BYTES:
        raise CutShort("The sealed file is cut short within a chunk.")
    plain = _open(aead, number, piece, last=not last)
    if plain is None:
        raise ChunkChanged("The sealed file was changed or cut within a chunk.")
    if len(plain) == CHUNK_BYTES:
        yield plain
    if last:
        raise CutShort("The sealed file is cut short: its last chunk is missing.")
    raise TrailingBytes("The sealed file goes on after its last chunk.")


def _open(aead: ChaCha20Poly1305, number: int, piece: bytes | memoryview, *, last: bool) -> bytes | None:
    try:
        return aead.decrypt(_nonce(number, last=last), piece, None)
    except InvalidTag:
        return None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\1" if last else b"\0")
