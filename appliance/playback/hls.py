"""A session's log as an HLS playlist (RFC 8216): what a player asks for, and where nothing is to be had.

Apart and pure: it needs no key, and that every millisecond of the film stands in it once can be tested on any log.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from appliance.store.lines import GapLine, Line, Recovered, SegmentLine

TARGET_S: Final = 12
"""EXT-X-TARGETDURATION: no entry is longer, and it never changes (RFC 8216 6.2.1), so it is for the longest of all.

In bad light, or with frames lost, a segment may last 10 s and one frame of up to 1.5 s (segment.film). A player that
finds nothing new waits for half of this: hence `waits`.
"""
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


def playlist(lines: Iterable[Line], *, live: bool, waits: bool = False, hidden: Collection[int] = ()) -> str:
    """EVENT while `live` (the log has no last line yet), else VOD.

    As the log grows, the text grows at its end only. Gaps are entries of their own with EXT-X-GAP, none longer than
    5 s; so are the segments that recovery found absent. `hidden` segments are gaps too, each of them one entry whatever
    its length: a player that read the list before it was hidden must still count the same entries.

    `waits`: whoever serves it holds a request with `_HLS_msn=N` until `entry_count` is above N (RFC 8216bis 6.2.5.2),
    and answers after TARGET_S at the latest. Then hls.js stays 1.7 s behind, at most 2.4 s. Otherwise it asks by its
    own clock, and each time that it comes too early costs it half of TARGET_S: 4.6 s behind, 6.2 s at most (measured).
    """
    known = list(lines)
    absent = {n for line in known if isinstance(line, Recovered) for n in line.absent}
    entries = (row for line in known for row in _rows(line, absent, hidden))
    head = (*_HEAD, f"#EXT-X-PLAYLIST-TYPE:{'EVENT' if live else 'VOD'}", f'#EXT-X-MAP:URI="{INIT_URI}"')
    waiting = ("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES",) if live and waits else ()
    return "\n".join((*head, *waiting, *entries, *(() if live else ("#EXT-X-ENDLIST",)), ""))


def entry_count(lines: Iterable[Line]) -> int:
    """How many entries the playlist of these lines has: the media sequence number that the next one will have."""
    return sum(row.startswith("#EXTINF") for line in lines for row in _rows(line))


def _rows(line: Line, absent: Collection[int] = (), hidden: Collection[int] = ()) -> Iterator[str]:
    if isinstance(line, SegmentLine):
        if line.n in absent:
            yield from _gap(line.dur_ms)
        elif line.n in hidden:
            yield from _gap(line.dur_ms, line.dur_ms)
        else:
            yield _extinf(line.dur_ms)
            yield segment_uri(line.n)
    elif isinstance(line, GapLine) and line.what != "sound":
        yield from _gap(line.dur_ms)


def _gap(dur_ms: int, longest_ms: int = LONGEST_GAP_MS) -> Iterator[str]:
    """A gap has a URI like any entry; nobody asks for it (RFC 8216bis 4.4.4.7)."""
    while dur_ms > 0:
        piece_ms = min(dur_ms, longest_ms)
        yield _extinf(piece_ms)
        yield "#EXT-X-GAP"
        yield "gap.m4s"
        dur_ms -= piece_ms


def _extinf(dur_ms: int) -> str:
    return f"#EXTINF:{dur_ms // 1000}.{dur_ms % 1000:03d},"
