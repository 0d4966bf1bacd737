"""The tables of our own fragmented MP4, read back: where each picture lies in a segment and when it is shown.

Apart and ours because it reads one shape only, the one that `segment.fmp4` writes; anything else is not our film.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from appliance.errors import FileTampered
from appliance.segment.fmp4 import PICTURE_TRACK

_FULL: Final = 4  # version and flags
_TRUN: Final = 0x000701  # data offset; duration, size and flags of each sample
_ROW: Final = struct.Struct(">3I")
_TKHD_TRACK: Final = _FULL + 8
_STSD_ENTRIES: Final = _FULL + 4
_AVC1_BOXES: Final = 78
_TO_ENTRY: Final = (b"mdia", b"minf", b"stbl", b"stsd")


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture: shown from `pts` to `end` (1/90,000 s of film); `data`: its NAL units with 4-byte lengths."""

    pts: int
    end: int
    data: memoryview


def picture_samples(segment: bytes) -> list[Sample]:
    """The pictures of a segment in order; the first is a key frame. Raises FileTampered for what is no segment."""
    try:
        return list(_samples(memoryview(segment)))
    except (struct.error, ValueError, KeyError):
        raise FileTampered("A segment is not built as this recorder builds them.") from None


def picture_settings(init: bytes) -> bytes:
    """The body of the box `avcC`: what a decoder must know first. Raises FileTampered for what is no init."""
    try:
        table = _picture_track(memoryview(init))
        for kind in _TO_ENTRY:
            table = one_box(table, kind)
        return bytes(one_box(one_box(table[_STSD_ENTRIES:], b"avc1")[_AVC1_BOXES:], b"avcC"))
    except (struct.error, ValueError, KeyError):
        raise FileTampered("The beginning of the film is not built as this recorder builds it.") from None


def _picture_track(init: memoryview) -> memoryview:
    for track in all_boxes(one_box(init, b"moov"), b"trak"):
        if _number(one_box(track, b"tkhd"), _TKHD_TRACK) == PICTURE_TRACK:
            return track
    raise KeyError(PICTURE_TRACK)


def _samples(segment: memoryview) -> Iterator[Sample]:
    for traf in all_boxes(one_box(segment, b"moof"), b"traf"):
        if _number(one_box(traf, b"tfhd"), _FULL) != PICTURE_TRACK:
            continue
        (pts,) = struct.unpack_from(">Q", one_box(traf, b"tfdt"), _FULL)
        run = one_box(traf, b"trun")
        kind, count, start = struct.unpack_from(">3I", run)
        rows = run[_ROW.size :]
        if kind != _TRUN or len(rows) != count * _ROW.size or not count:
            raise ValueError
        for duration, size, _flags in _ROW.iter_unpack(rows):
            if start + size > len(segment):
                raise ValueError
            yield Sample(pts, pts + duration, segment[start : start + size])
            pts, start = pts + duration, start + size
        return
    raise KeyError(PICTURE_TRACK)


def _boxes(view: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    while view:
        size, kind = struct.unpack_from(">I4s", view)
        if not 8 <= size <= len(view):
            raise ValueError
        yield kind, view[8:size]
        view = view[size:]


def all_boxes(view: memoryview, kind: bytes) -> list[memoryview]:
    """The bodies of the boxes of this kind. Raises ValueError, struct.error for what are no boxes."""
    return [body for found, body in _boxes(view) if found == kind]


def one_box(view: memoryview, kind: bytes) -> memoryview:
    """The body of the first box of this kind. Raises KeyError where there is none, and as `all_boxes` does."""
    for found, body in _boxes(view):
        if found == kind:
            return body
    raise KeyError(kind)


def _number(body: memoryview, at: int) -> int:
    return int.from_bytes(body[at : at + 4], "big")
