"""One H.264 access unit, taken apart from Annex-B bytes and made into an MP4 sample.

Apart because it is the only place that knows start codes (ITU-T H.264 Annex B) and NAL unit types.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

SLICES: Final = frozenset({1, 2, 3, 4, 5})
IDR: Final = 5
SPS: Final = 7
PPS: Final = 8
NOT_IN_SAMPLES: Final = frozenset({SPS, PPS, 9, 12})  # and access unit delimiters, filler

_START: Final = re.compile(b"\0\0\1")  # twice as fast as bytes.find, and every byte of the film goes through here
_START_BYTES: Final = 3


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """`sample`: NAL units with 4-byte lengths, as `avc1` wants them; empty if there is no slice to show.

    `key`: holds an IDR slice, whatever the camera's own flag says. `sps`, `pps`: parameter sets found, often none.
    """

    sample: bytes
    key: bool
    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]


def nal_units(data: bytes) -> Iterator[memoryview]:
    """The NAL units of `data` without start codes (3 or 4 bytes) and trailing zeros, and nothing before the first."""
    view = memoryview(data)
    begins = [start.end() for start in _START.finditer(data)]
    for begin, following in pairwise((*begins, len(data) + _START_BYTES)):
        unit = view[begin : following - _START_BYTES]
        if unit and not unit[-1]:
            unit = unit[: len(bytes(unit).rstrip(b"\0"))]
        if unit:
            yield unit


def read_access_unit(data: bytes) -> AccessUnit:
    """Never raises: bytes without a slice give an empty `sample`."""
    parts: list[bytes | memoryview] = []
    types: set[int] = set()
    sets: dict[int, list[bytes]] = {SPS: [], PPS: []}
    for unit in nal_units(data):
        kind = unit[0] & 0x1F
        types.add(kind)
        if kind in sets:
            sets[kind].append(bytes(unit))
        if kind not in NOT_IN_SAMPLES:
            parts += (len(unit).to_bytes(4, "big"), unit)
    sample = b"".join(parts) if types & SLICES else b""
    return AccessUnit(sample, IDR in types, tuple(sets[SPS]), tuple(sets[PPS]))
