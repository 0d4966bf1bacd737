"""A tiny MP4 walker that checks the structure of what it walks; written from ISO/IEC 14496-12, not from our writer."""

from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack_from

CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"mvex", b"moof", b"traf"})


@dataclass(frozen=True)
class Box:
    """`start`: offset of the box in the bytes that were walked; `body`: without size and type."""

    kind: bytes
    start: int
    body: bytes
    children: tuple["Box", ...]

    def find(self, path: str) -> list["Box"]:
        """All boxes at a path such as "trak/mdia/hdlr"."""
        here, _, rest = path.partition("/")
        found = [child for child in self.children if child.kind == here.encode()]
        return [deeper for child in found for deeper in child.find(rest)] if rest else found

    def one(self, path: str) -> "Box":
        (box,) = self.find(path)
        return box


@dataclass(frozen=True)
class Track:
    track_id: int
    kind: str
    time_scale: int
    entry: bytes
    """Type of the sample entry, e.g. b"avc1"."""
    config: bytes
    """Body of avcC or esds."""
    width: int
    height: int


@dataclass(frozen=True)
class MediaSample:
    time: int
    duration: int
    sync: bool
    data: bytes


@dataclass(frozen=True)
class Fragment:
    """One moof + mdat; the samples of each track id in order, times in the track's time scale."""

    sequence: int
    tracks: dict[int, tuple[MediaSample, ...]]

    def tfdt(self, track_id: int) -> int:
        return self.tracks[track_id][0].time

    def end(self, track_id: int) -> int:
        last = self.tracks[track_id][-1]
        return last.time + last.duration


def walk(data: bytes, offset: int = 0) -> Iterator[Box]:
    """The boxes that fill `data` exactly; `offset` is where `data` begins in the file."""
    at = 0
    while at < len(data):
        size, kind = unpack_from(">I4s", data, at)
        assert 8 <= size <= len(data) - at, (kind, size, len(data) - at)
        body = data[at + 8 : at + size]
        children = tuple(walk(body, offset + at + 8)) if kind in CONTAINERS else ()
        yield Box(kind, offset + at, body, children)
        at += size


def read_init(data: bytes) -> list[Track]:
    """The tracks of an `init`; asserts that it holds ftyp and moov with fragments to come, and no samples."""
    ftyp, moov = walk(data)
    assert (ftyp.kind, moov.kind) == (b"ftyp", b"moov")
    assert {b"iso5", b"iso6"} & {ftyp.body[at : at + 4] for at in range(8, len(ftyp.body), 4)}, "default-base-is-moof"
    assert moov.one("mvhd").body[12:16] != bytes(4), "movie time scale"
    tracks = [_read_track(trak) for trak in moov.find("trak")]
    extended = [unpack_from(">I", trex.body, 4)[0] for trex in moov.find("mvex/trex")]
    assert extended == [track.track_id for track in tracks]
    assert unpack_from(">I", moov.one("mvhd").body, 96)[0] > max(extended), "next_track_ID"
    return tracks


def _read_track(trak: Box) -> Track:
    track_head = trak.one("tkhd").body
    media = trak.one("mdia")
    for table in ("stts", "stsc", "stco"):
        assert media.one(f"minf/stbl/{table}").body == bytes(8), table
    assert media.one("minf/stbl/stsz").body == bytes(12)
    assert media.one("minf/dinf/dref").body[8:] == bytes.fromhex("0000000c 75726c20 00000001"), "media is in this file"
    kind = media.one("hdlr").body[8:12].decode()
    assert len(media.find("minf/vmhd" if kind == "vide" else "minf/smhd")) == 1
    entry_size, entry = unpack_from(">I4s", media.one("minf/stbl/stsd").body, 8)
    description = media.one("minf/stbl/stsd").body[16:]
    assert entry_size == len(description) + 8, "one sample description"
    (config,) = walk(description[78 if kind == "vide" else 28 :])
    width, height = unpack_from(">II", track_head, 76)
    if kind == "vide":
        assert (width >> 16, height >> 16) == unpack_from(">HH", description, 24)
    time_scale = unpack_from(">I", media.one("mdhd").body, 12)[0]
    track_id = unpack_from(">I", track_head, 12)[0]
    return Track(track_id, kind, time_scale, entry, config.body, width >> 16, height >> 16)


def read_segment(data: bytes) -> Fragment:
    """Asserts one moof and one mdat whose samples fill the mdat in the order of the tracks, without holes."""
    moof, mdat = walk(data)
    assert (moof.kind, mdat.kind) == (b"moof", b"mdat")
    at = mdat.start + 8
    tracks: dict[int, tuple[MediaSample, ...]] = {}
    for traf in moof.find("traf"):
        flags, track_id = unpack_from(">II", traf.one("tfhd").body)
        assert flags == 0x020000, "default-base-is-moof and nothing else"
        version, base = unpack_from(">IQ", traf.one("tfdt").body)
        assert version == 1 << 24, "tfdt version 1"
        samples, at = _read_run(traf.one("trun").body, base, data, at)
        assert track_id not in tracks
        tracks[track_id] = samples
    assert at == len(data), "every byte of mdat is a sample's"
    return Fragment(unpack_from(">I", moof.one("mfhd").body, 4)[0], tracks)


def _read_run(body: bytes, time: int, data: bytes, at: int) -> tuple[tuple[MediaSample, ...], int]:
    flags, count, offset = unpack_from(">III", body)
    assert flags == 0x000701, "data offset; duration, size, flags"
    assert offset == at, "samples follow one another"
    assert count > 0
    assert len(body) == 12 + 12 * count
    samples = []
    for row in range(count):
        duration, size, sample_flags = unpack_from(">III", body, 12 + 12 * row)
        assert duration > 0
        assert size > 0
        assert sample_flags in (0x02000000, 0x01010000)
        samples.append(MediaSample(time, duration, sample_flags == 0x02000000, data[at : at + size]))
        time, at = time + duration, at + size
    return tuple(samples), at


def nal_types(sample: bytes) -> list[int]:
    """Types of the NAL units of a sample with 4-byte lengths; asserts that the lengths fill it."""
    types, at = [], 0
    while at < len(sample):
        size = unpack_from(">I", sample, at)[0]
        assert 0 < size <= len(sample) - at - 4
        types.append(sample[at + 4] & 0x1F)
        at += 4 + size
    return types
