"""The films being played: a few sessions held open, a few seconds of them opened, and single pictures of those.

Apart from one session's reader because this is what bounds the keeper's memory.
"""

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeVar

from appliance.errors import FileTampered, NotFound
from appliance.playback.boxes import Sample, picture_samples, picture_settings
from appliance.playback.keys import Keys
from appliance.playback.reader import SessionReader
from appliance.segment.film_clock import milliseconds
from appliance.store.layout import SUMS_SIGNATURE

if TYPE_CHECKING:
    from appliance.playback.pictures import Pictures

READERS: Final = 4
SEGMENTS: Final = 8
SEGMENT_BYTES: Final = 24_000_000
"""Of opened segments, unless a single one is larger."""
T = TypeVar("T")


class Films:
    """For one thread. Whatever names a session raises as `Keys.folder` does, and FileTampered."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._readers: OrderedDict[str, SessionReader] = OrderedDict()
        self._segments: OrderedDict[tuple[str, int], bytes] = OrderedDict()
        self._pictures: Pictures | None = None

    def init(self, session: str) -> bytes:
        return self._read(session, SessionReader.init)

    def segment(self, session: str, n: int) -> bytes:
        """Raises NotFound for an n that the log does not have."""
        return self._read(session, lambda reader: self._segment(reader, session, n))

    def times(self, session: str, n: int) -> list[int]:
        """When each picture of segment n is shown, in 1/90,000 s of film."""
        return [sample.pts for sample in picture_samples(self.segment(session, n))]

    def still(self, session: str, pts_ms: int, width: int | None) -> bytes:
        """JPEG of the picture shown at `pts_ms`. Raises NotFound past the end of the film."""
        from appliance.playback import pictures  # codecs take a while to load, and an unlock must not wait for them

        if self._pictures is None:
            self._pictures = pictures.Pictures()
        n = self._read(session, lambda reader: reader.at(pts_ms))
        if n is None:
            raise NotFound("The film has no picture at this time.")
        samples = picture_samples(self.segment(session, n))
        if pts_ms > milliseconds(samples[-1].end) and pts_ms > self._film_ms(session):
            raise NotFound("The film does not go on so far.")
        settings = picture_settings(self.init(session))
        frame = self._pictures.picture((session, n), settings, samples, _shown(samples, pts_ms))
        return pictures.jpeg(frame, width)

    def _film_ms(self, session: str) -> int:
        """How long the film is by now."""
        self._readers.pop(session, None)
        return self._read(session, lambda reader: reader.film_ms)

    def _read(self, session: str, read: Callable[[SessionReader], T]) -> T:
        """What `read` finds in the session."""
        try:
            return read(self._reader(session))
        except FileTampered:
            self._keys.folder(session)  # what is erased while it is read was not tampered with
            raise

    def _reader(self, session: str) -> SessionReader:
        """One for each session that has ended; a film that grows, or that recovery may end, is read anew each time."""
        folder = self._keys.folder(session)
        self._keys.session(session)
        reader = self._readers.get(session) or SessionReader(folder, [self._keys.unlock])
        if (folder / SUMS_SIGNATURE).exists():
            self._readers[session] = reader
            self._readers.move_to_end(session)
            while len(self._readers) > READERS:
                self._readers.popitem(last=False)
        return reader

    def _segment(self, reader: SessionReader, session: str, n: int) -> bytes:
        key = (session, n)
        if key not in self._segments:
            try:
                self._segments[key] = reader.segment(n)
            except KeyError:
                raise NotFound("This film has no such second.") from None
            while len(self._segments) > SEGMENTS or (len(self._segments) > 1 and self._opened_bytes() > SEGMENT_BYTES):
                self._segments.popitem(last=False)
        self._segments.move_to_end(key)
        return self._segments[key]

    def _opened_bytes(self) -> int:
        return sum(map(len, self._segments.values()))


def _shown(samples: list[Sample], pts_ms: int) -> int:
    """The last picture that is not later, in milliseconds as the log rounds them; the first if all are."""
    return max(sum(milliseconds(sample.pts) <= pts_ms for sample in samples) - 1, 0)
