"""One H.264 access unit, taken apart from Annex-B bytes and made into an MP4 sample.

Apart because it is the only place that knows start codes (ITU-T H.264 Annex B) and NAL unit types.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

SLICES: Final = frozenset({1, 2, 3, 4, 5})
IDR: Final = 5
SPS: Final = 7
PPS: Final = 8
NOT_IN_SAMPLES: Final = frozenset({SPS, PPS, 9, 12})  # and access unit delimiters, filler

_START: Final = b"\0\0\1"


@dataclass(frozen=True, slots=True)
class AccessUnit:
    """`sample`: NAL units with 4-byte lengths, as `avc1` wants them; empty if there is no slice to show.

    `key`: holds an IDR slice, whatever the camera's own flag says. `sps`, `pps`: parameter sets found, often none.
    """

    sample: bytes
    key: bool
    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]


def nal_units(data: bytes) -> Iterator[bytes]:
    """The NAL units of `data` without start codes (3 or 4 bytes) and trailing zeros, and nothing before the first."""
    begin = data.find(_START)
    while begin >= 0:
        begin += 3
        end = data.find(_START, begin)
        unit = data[begin : end if end >= 0 else len(data)].rstrip(b"\0")
        if unit:
            yield unit
        begin = end


def read_access_unit(data: bytes) -> AccessUnit:
    """Never raises: bytes without a slice give an empty `sample`."""
    parts: list[bytes] = []
    types: set[int] = set()
    sets: dict[int, list[bytes]] = {SPS: [], PPS: []}
    for unit in nal_units(data):
        kind = unit[0] & 0x1F
        types.add(kind)
        if kind in sets:
            sets[kind].append(unit)
        if kind not in NOT_IN_SAMPLES:
            parts += (len(unit).to_bytes(4, "big"), unit)
    sample = b"".join(parts) if types & SLICES else b""
    return AccessUnit(sample, IDR in types, tuple(sets[SPS]), tuple(sets[PPS]))
