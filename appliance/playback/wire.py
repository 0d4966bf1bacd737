"""What web and keeper say to each other: a length and JSON, a length and raw bytes, either way.

Apart because both ends use it; raw bytes carry film and secrets, so that neither becomes text on the way.

`parts` in the JSON tells how the raw bytes are cut: their lengths, in order.
"""

import json
import socket
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Final

from appliance.errors import BadInput

HEAD_BYTES: Final = 16 << 20
BODY_BYTES: Final = 48 << 20
"""A segment is at most 32 MB (segment.film)."""
_LENGTH: Final = struct.Struct(">I")
_SWALLOW: Final = 1 << 16

Head = dict[str, Any]
Part = bytes | bytearray | memoryview


class HungUp(ConnectionError):
    """The other end is gone."""


def send(line: socket.socket, head: Mapping[str, Any], parts: Sequence[Part] = ()) -> None:
    """Raises OSError when the other end is gone or does not read in time."""
    text = json.dumps({**head, "parts": [len(part) for part in parts]}, separators=(",", ":")).encode()
    line.sendall(_LENGTH.pack(len(text)) + text + _LENGTH.pack(sum(map(len, parts))))
    for part in parts:
        line.sendall(part)


def receive(line: socket.socket) -> tuple[Head, list[memoryview]]:
    """One message, its parts in one buffer that can be wiped. Raises HungUp or another OSError.

    Raises BadInput for a message that is whole but makes no sense; the next one can be received all the same.
    """
    text, body = _take(line, HEAD_BYTES), _take(line, BODY_BYTES)
    if text is None or body is None:
        raise BadInput("The message is too long.")
    try:
        head = json.loads(text)
    except (ValueError, RecursionError):
        raise BadInput("The message is not JSON.") from None
    if not isinstance(head, dict):
        raise BadInput("The message is not a JSON object.")
    return head, _cut(body, head.pop("parts", []))


def _cut(body: bytearray, lengths: object) -> list[memoryview]:
    if not isinstance(lengths, list) or not all(type(length) is int and length >= 0 for length in lengths):
        raise BadInput("The message does not tell its parts.")
    if sum(lengths) != len(body):
        raise BadInput("The message is not as long as its parts.")
    whole, start, parts = memoryview(body), 0, []
    for length in lengths:
        parts.append(whole[start : start + length])
        start += length
    return parts


def _take(line: socket.socket, most: int) -> bytearray | None:
    """A length and so many bytes; None, with the bytes read and dropped, where they are more than `most`."""
    (length,) = _LENGTH.unpack(_exactly(line, _LENGTH.size))
    if length <= most:
        return _exactly(line, length)
    while length:
        length -= len(_exactly(line, min(length, _SWALLOW)))
    return None


def _exactly(line: socket.socket, count: int) -> bytearray:
    data = bytearray(count)
    rest = memoryview(data)
    while rest:
        got = line.recv_into(rest)
        if not got:
            raise HungUp("the other end hung up")
        rest = rest[got:]
    return data
