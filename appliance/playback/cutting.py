"""A segment of our own fragmented MP4 without its end: what lies past a clip is not served, not merely not shown.

Apart from reading single pictures because this makes a segment again. The beginning can not be cut so: the pictures of
a second need its key frame.
"""

import struct
from typing import Final

from appliance.errors import FileTampered
from appliance.playback.boxes import all_boxes, one_box
from appliance.segment.fmp4 import PICTURE_RATE, PICTURE_TRACK, Run, Sample, media_segment

_FULL: Final = 4
_ROW: Final = struct.Struct(">3I")
_SOUND_RATE: Final = 48_000
_SYNC: Final = 0x02000000


def cut_before(segment: bytes, out_ms: int) -> bytes:
    """The segment with the pictures and the sound that begin before `out_ms` only. Raises FileTampered."""
    try:
        runs = [_cut(run, out_ms) for run in _runs(memoryview(segment))]
        moof = one_box(memoryview(segment), b"moof")
        (sequence,) = struct.unpack_from(">I", one_box(moof, b"mfhd"), _FULL)
    except (struct.error, ValueError, KeyError):
        raise FileTampered("A segment is not built as this recorder builds them.") from None
    return media_segment(sequence, runs)


def _cut(run: Run, out_ms: int) -> Run:
    rate = PICTURE_RATE if run.track == PICTURE_TRACK else _SOUND_RATE
    kept, at = [], run.decode_time
    for sample in run.samples:
        if at * 1000 >= out_ms * rate:
            break
        kept.append(sample)
        at += sample.duration
    return Run(run.track, run.decode_time, kept)


def _runs(segment: memoryview) -> list[Run]:
    """In the order in which their samples lie in `mdat`, which is that of the tracks in `moof`."""
    found = []
    for traf in all_boxes(one_box(segment, b"moof"), b"traf"):
        (track,) = struct.unpack_from(">I", one_box(traf, b"tfhd"), _FULL)
        (time,) = struct.unpack_from(">Q", one_box(traf, b"tfdt"), _FULL)
        run = one_box(traf, b"trun")
        _, count, start = struct.unpack_from(">3I", run)
        rows = run[_ROW.size :]
        if len(rows) != count * _ROW.size:
            raise ValueError
        samples = []
        for duration, size, flags in _ROW.iter_unpack(rows):
            if start + size > len(segment):
                raise ValueError
            samples.append(Sample(duration, flags == _SYNC, bytes(segment[start : start + size])))
            start += size
        found.append(Run(track, time, samples))
    return found
