"""Fragmented MP4 (ISO/IEC 14496-12): the `init` with both tracks, and one `moof` + `mdat` for each segment.

Ours and apart because it cuts exactly at a key frame, holds nothing back and knows every byte: a muxer library holds
pictures back for up to 10 s when sound stops, and restarts `tfdt` with every segment.
"""

from collections.abc import Sequence
from struct import pack
from typing import Final, NamedTuple

from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE

PICTURE_TRACK: Final = 1
SOUND_TRACK: Final = 2
PICTURE_RATE: Final = 90_000
"""Time scale of the pictures, and the unit of film time (ticks) everywhere in this station."""
PLACE_TICKS: Final = AUDIO_FRAME * PICTURE_RATE // AUDIO_RATE
"""One sound frame is exactly 1,920 ticks."""

_SYNC: Final = 0x02000000  # sample_depends_on = 2: others are not needed
_NOT_SYNC: Final = 0x01010000  # sample_depends_on = 1, sample_is_non_sync_sample
_DEFAULT_BASE_IS_MOOF: Final = 0x020000
_TRUN: Final = 0x000701  # data offset; duration, size and flags of each sample
_MATRIX: Final = pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_AUDIO_SPECIFIC_CONFIG: Final = b"\x11\x88"  # AAC-LC, 48 kHz, mono (ISO/IEC 14496-3)
_EXTENDED_PROFILES: Final = frozenset({100, 110, 122, 144})  # ISO/IEC 14496-15 5.3.3.1.2: avcC tells their chroma


class Sample(NamedTuple):
    """One picture or sound frame; `duration` in the track's time scale."""

    duration: int
    key: bool
    data: bytes


class Run(NamedTuple):
    """The samples of one track in one segment; `decode_time` of the first in the track's time scale."""

    track: int
    decode_time: int
    samples: Sequence[Sample]


def box(kind: bytes, *parts: bytes) -> bytes:
    return b"".join((pack(">I4s", 8 + sum(map(len, parts)), kind), *parts))


def full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return box(kind, pack(">I", version << 24 | flags), *parts)


def init_segment(width: int, height: int, sps: Sequence[bytes], pps: Sequence[bytes]) -> bytes:
    """`ftyp` + `moov` for pictures with these parameter sets (NAL units) and AAC-LC sound, 48 kHz, mono.

    There is no date in it (creation times are 0), no edit list (both tracks start at 0) and no `colr`: the colour is
    in the SPS, where the camera's encoder wrote it, and a second statement could only contradict it.
    """
    tracks = (
        _track(PICTURE_TRACK, PICTURE_RATE, _avc1(width, height, sps, pps), (width, height)),
        _track(SOUND_TRACK, AUDIO_RATE, _mp4a(), None),
    )
    extends = b"".join(full(b"trex", 0, 0, pack(">5I", n, 1, 0, 0, 0)) for n in (PICTURE_TRACK, SOUND_TRACK))
    movie_head = pack(">4IIHxx8x", 0, 0, 1000, 0, 0x10000, 0x100) + _MATRIX + bytes(24) + pack(">I", SOUND_TRACK + 1)
    moov = box(b"moov", full(b"mvhd", 0, 0, movie_head), *tracks, box(b"mvex", extends))
    return box(b"ftyp", b"iso5", pack(">I", 512), b"iso5iso6mp41") + moov


def media_segment(sequence: int, runs: Sequence[Run]) -> bytes:
    """`moof` + `mdat`; the runs stand in `mdat` in the order given. A run without samples is left out."""
    runs = [run for run in runs if run.samples]
    head = _moof(sequence, runs, 0)
    head = _moof(sequence, runs, len(head) + 8)  # the same length, now with true offsets
    media = [sample.data for run in runs for sample in run.samples]
    return b"".join((head, pack(">I4s", 8 + sum(map(len, media)), b"mdat"), *media))


def _moof(sequence: int, runs: Sequence[Run], offset: int) -> bytes:
    parts = [full(b"mfhd", 0, 0, pack(">I", sequence))]
    for run in runs:
        rows = [pack(">3I", s.duration, len(s.data), _SYNC if s.key else _NOT_SYNC) for s in run.samples]
        parts.append(
            box(
                b"traf",
                full(b"tfhd", 0, _DEFAULT_BASE_IS_MOOF, pack(">I", run.track)),
                full(b"tfdt", 1, 0, pack(">Q", run.decode_time)),
                full(b"trun", 0, _TRUN, pack(">II", len(rows), offset), *rows),
            )
        )
        offset += sum(len(s.data) for s in run.samples)
    return box(b"moof", *parts)


def _track(track: int, rate: int, entry: bytes, size: tuple[int, int] | None) -> bytes:
    """`size` in pixels for pictures, None for sound."""
    width, height = size or (0, 0)
    volume = 0 if size else 0x100
    track_head = pack(">5I8x2hHxx", 0, 0, track, 0, 0, 0, 0, volume) + _MATRIX + pack(">II", width << 16, height << 16)
    kind, name = (b"vide", b"Pictures\0") if size else (b"soun", b"Sound\0")
    kind_head = full(b"vmhd", 0, 1, bytes(8)) if size else full(b"smhd", 0, 0, bytes(4))
    here = box(b"dinf", full(b"dref", 0, 0, pack(">I", 1), full(b"url ", 0, 1)))
    empty = (full(b"stts", 0, 0, bytes(4)), full(b"stsc", 0, 0, bytes(4)), full(b"stsz", 0, 0, bytes(8)))
    table = box(b"stbl", full(b"stsd", 0, 0, pack(">I", 1), entry), *empty, full(b"stco", 0, 0, bytes(4)))
    media = box(
        b"mdia",
        full(b"mdhd", 0, 0, pack(">4IHH", 0, 0, rate, 0, 0x55C4, 0)),  # language "und"
        full(b"hdlr", 0, 0, bytes(4), kind, bytes(12), name),
        box(b"minf", kind_head, here, table),
    )
    return box(b"trak", full(b"tkhd", 0, 3, track_head), media)  # 3: enabled, in the movie


def _avc1(width: int, height: int, sps: Sequence[bytes], pps: Sequence[bytes]) -> bytes:
    visual = pack(">6xH16xHHIIIH32sHh", 1, width, height, 0x480000, 0x480000, 0, 1, b"", 24, -1)
    return box(b"avc1", visual, box(b"avcC", _avc_configuration(sps, pps)))


def _avc_configuration(sps: Sequence[bytes], pps: Sequence[bytes]) -> bytes:
    """ISO/IEC 14496-15 5.3.3.1.2, 4-byte lengths."""
    first = sps[0]
    sets = [pack(">H", len(nal)) + nal for nal in (*sps, *pps)]
    config = pack(">B3sBB", 1, first[1:4], 0xFF, 0xE0 | len(sps)) + b"".join(sets[: len(sps)])
    config += pack(">B", len(pps)) + b"".join(sets[len(sps) :])
    if first[1] in _EXTENDED_PROFILES:
        chroma, luma_depth, chroma_depth = _chroma(first)
        config += pack(">4B", 0xFC | chroma, 0xF8 | luma_depth, 0xF8 | chroma_depth, 0)
    return config


def _chroma(sps: bytes) -> tuple[int, int, int]:
    """chroma_format_idc and both bit depths minus 8 of an SPS of an extended profile (ITU-T H.264 7.3.2.1.1)."""
    bits = "".join(f"{byte:08b}" for byte in sps[4:24])
    at = 0

    def exp_golomb() -> int:
        nonlocal at
        zeros = bits.index("1", at) - at
        at += 2 * zeros + 1
        return int(bits[at - zeros - 1 : at], 2) - 1

    exp_golomb()  # seq_parameter_set_id
    return exp_golomb(), exp_golomb(), exp_golomb()


def _mp4a() -> bytes:
    audio = pack(">6xH8xHH4xI", 1, 1, 16, AUDIO_RATE << 16)
    decoder = b"\x40\x15" + bytes(11) + _descriptor(5, _AUDIO_SPECIFIC_CONFIG)  # MPEG-4 audio; bit rates unknown
    stream = _descriptor(3, pack(">HB", 0, 0) + _descriptor(4, decoder) + _descriptor(6, b"\x02"))
    return box(b"mp4a", audio, full(b"esds", 0, 0, stream))


def _descriptor(tag: int, body: bytes) -> bytes:
    """ISO/IEC 14496-1 8.3.3; our bodies are shorter than 128 bytes."""
    return bytes((tag, len(body))) + body
