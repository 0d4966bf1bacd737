"""A session's log as an HLS playlist (RFC 8216): what a player asks for, and where nothing is to be had.

Apart and pure: it needs no key, and that every millisecond of the film stands in it once can be tested on any log.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from appliance.store.lines import GapLine, Line, Recovered, SegmentLine

TARGET_S: Final = 6
"""EXT-X-TARGETDURATION. RFC 8216 6.2.1 forbids that it ever changes, so it is the same in every playlist."""
LONGEST_GAP_MS: Final = 5_000
INIT_URI: Final = "init.mp4"

_HEAD: Final = (
    "#EXTM3U",
    "#EXT-X-VERSION:8",  # EXT-X-GAP
    f"#EXT-X-TARGETDURATION:{TARGET_S}",
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-INDEPENDENT-SEGMENTS",
)


def segment_uri(n: int) -> str:
    return f"{n}.m4s"


def playlist(lines: Iterable[Line], *, live: bool) -> str:
    """EVENT while `live` (the log has no last line yet), else VOD.

    As the log grows, the text grows at its end only. Gaps are entries of their own with EXT-X-GAP, none longer than
    5 s; so are the segments that recovery found absent.
    """
    known = list(lines)
    absent = {n for line in known if isinstance(line, Recovered) for n in line.absent}
    entries = (row for line in known for row in _rows(line, absent))
    kind = "EVENT" if live else "VOD"
    end = () if live else ("#EXT-X-ENDLIST",)
    rows = (*_HEAD, f"#EXT-X-PLAYLIST-TYPE:{kind}", f'#EXT-X-MAP:URI="{INIT_URI}"', *entries, *end)
    return "\n".join(rows) + "\n"


def _rows(line: Line, absent: set[int]) -> Iterator[str]:
    if isinstance(line, SegmentLine):
        if line.n in absent:
            yield from _gap(line.dur_ms)
        else:
            yield _extinf(line.dur_ms)
            yield segment_uri(line.n)
    elif isinstance(line, GapLine) and line.what != "sound":
        yield from _gap(line.dur_ms)


def _gap(dur_ms: int) -> Iterator[str]:
    """A gap has a URI like any entry; nobody asks for it (RFC 8216bis 4.4.4.7)."""
    while dur_ms > 0:
        piece_ms = min(dur_ms, LONGEST_GAP_MS)
        yield _extinf(piece_ms)
        yield "#EXT-X-GAP"
        yield "gap.m4s"
        dur_ms -= piece_ms


def _extinf(dur_ms: int) -> str:
    return f"#EXTINF:{dur_ms // 1000}.{dur_ms % 1000:03d},"
