"""The head of an age v1 file (C2SP age.md, "Header"): version, stanzas, MAC; read strictly and written.

Apart because it is the only text that a stranger's file can make us parse before anything is authentic.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from appliance.errors import FileTampered

VERSION_LINE: Final = b"age-encryption.org/v1\n"
COLUMNS: Final = 64
LIMIT_BYTES: Final = 1 << 20
"""A longer head is refused: 600 hybrid recipients fit, and no stranger's file can fill the memory."""
MAC_BYTES: Final = 32
_VISIBLE: Final = re.compile(rb"[!-~]+")


@dataclass(frozen=True, slots=True)
class Stanza:
    """One wrapping of the file key. `arguments[0]` is its kind; arguments are visible ASCII, none is empty."""

    arguments: tuple[str, ...]
    body: bytes

    @property
    def kind(self) -> str:
        return self.arguments[0]


@dataclass(frozen=True, slots=True)
class Header:
    """`covered`: the bytes that the MAC is over, from the first one up to and including `---`."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    covered: bytes

    def check(self, file_key: bytes) -> None:
        """Raises FileTampered unless the head was made with this file key and not changed since."""
        try:
            _mac(self.covered, file_key).verify(self.mac)
        except InvalidSignature:
            raise FileTampered("The head of the sealed file was changed.") from None


def encode64(data: bytes) -> bytes:
    """Base64 without padding (RFC 4648 section 4, as age.md wants it)."""
    return base64.b64encode(data).rstrip(b"=")


def decode64(text: bytes | str) -> bytes:
    """Undoes `encode64` and takes nothing but what it can have made. Raises FileTampered."""
    coded = text.encode("ascii") if isinstance(text, str) else text
    try:
        data = base64.b64decode(coded + b"=" * (-len(coded) % 4), validate=True)
    except binascii.Error:
        raise FileTampered("The head of the sealed file holds text that is not base64.") from None
    if encode64(data) != coded:
        raise FileTampered("The head of the sealed file holds base64 that nothing writes.")
    return data


def hkdf(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256, 32 bytes, as everywhere in age.md."""
    return HKDF(hashes.SHA256(), 32, salt, info).derive(secret)


def write_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """All bytes before the payload's nonce."""
    covered = VERSION_LINE + b"".join(_stanza_lines(stanza) for stanza in stanzas) + b"---"
    return covered + b" " + encode64(_mac(covered, file_key).finalize()) + b"\n"


def read_header(source: BinaryIO) -> Header:
    """Reads up to the end of the head and not a byte more. Raises FileTampered for whatever breaks the grammar."""
    lines = _Lines(source)
    if lines.next() != VERSION_LINE[:-1]:
        raise FileTampered("This is not a file sealed by age, version 1.")
    stanzas = []
    while (line := lines.next()).startswith(b"->"):
        stanzas.append(_read_stanza(line, lines))
    mark, space, coded = line.partition(b" ")
    if mark != b"---" or not space or not stanzas:
        raise FileTampered("The head of the sealed file is not built as age builds it.")
    mac = decode64(coded)
    if len(mac) != MAC_BYTES:
        raise FileTampered("The head of the sealed file ends in a check of the wrong length.")
    return Header(tuple(stanzas), mac, bytes(lines.taken[: -len(line) - 1]) + b"---")


class _Lines:
    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.taken = bytearray()

    def next(self) -> bytes:
        line = self._source.readline(LIMIT_BYTES - len(self.taken))
        self.taken += line
        if not line.endswith(b"\n"):
            raise FileTampered("The head of the sealed file is cut short or too long.")
        return line[:-1]


def _read_stanza(line: bytes, lines: _Lines) -> Stanza:
    mark, *arguments = line.split(b" ")
    if mark != b"->" or not arguments or not all(_is_argument(argument) for argument in arguments):
        raise FileTampered("The head of the sealed file names a recipient in a way that age does not.")
    body = b""
    while len(piece := lines.next()) == COLUMNS:
        body += piece
    if len(piece) > COLUMNS:
        raise FileTampered("The head of the sealed file has a line that is too long.")
    return Stanza(tuple(argument.decode("ascii") for argument in arguments), decode64(body + piece))


def _is_argument(argument: bytes) -> bool:
    return _VISIBLE.fullmatch(argument) is not None  # a hybrid stanza's argument has 1,494 characters


def _stanza_lines(stanza: Stanza) -> bytes:
    body = encode64(stanza.body)
    # A body that fills its last line is followed by an empty one: the short line is what ends a stanza.
    lines = [body[i : i + COLUMNS] for i in range(0, len(body) + 1, COLUMNS)]
    return b"\n".join([b"-> " + " ".join(stanza.arguments).encode("ascii"), *lines, b""])


def _mac(covered: bytes, file_key: bytes) -> hmac.HMAC:
    mac = hmac.HMAC(hkdf(file_key, b"", b"header"), hashes.SHA256())
    mac.update(covered)
    return mac
