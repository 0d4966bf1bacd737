"""Looks for what must not be readable, at every offset and in every spelling that it might have been left in.

Apart from the test so that the same scan is held against files where it must find something.
"""

import base64
import json
import re
import urllib.parse
from collections.abc import Iterator, Mapping
from pathlib import Path

BOX_HEAD = re.compile(rb"(?=([\x00-\x04][\x00-\xff]{3})(moov|moof|mdat|ftyp))")
LEAST_BYTES, MOST_BYTES = 8, 64 << 20


def box_heads(data: bytes) -> list[tuple[int, str]]:
    """(offset, kind) of everything that could be the head of an MP4 box of these kinds and of a plausible size."""
    return [
        (match.start(), match[2].decode())
        for match in BOX_HEAD.finditer(data)
        if LEAST_BYTES <= int.from_bytes(match[1], "big") <= MOST_BYTES
    ]


def spellings(secret: bytes) -> Iterator[bytes]:
    """The bytes themselves, in hexadecimal, and in base64 at each of its three places."""
    yield secret
    yield secret[::-1]
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        for before in range(3):
            whole = encode(bytes(before) + secret).rstrip(b"=")
            yield whole[-(-before * 8 // 6) : len(whole) - (1 if (before + len(secret)) % 3 else 0)]


def word_spellings(word: str) -> set[bytes]:
    """A word as text of several encodings, as JSON, as part of an address, and each of these in `spellings`."""
    texts = {word, word.lower(), word.upper(), json.dumps(word)[1:-1], urllib.parse.quote(word)}
    raw = {text.encode(encoding) for text in texts for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le")}
    return {spelled for each in raw for spelled in spellings(each)}


def found(data: bytes, secrets: Mapping[str, set[bytes]]) -> set[str]:
    """The names of the secrets that are in the data in any spelling."""
    return {name for name, spelled in secrets.items() if any(each in data for each in spelled)}


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file, by its path below the folder; the names are searched as well, as one more file."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
    return files | {"names": "\n".join(files).encode()}
