"""The film of one session from its first key frame on: groups of pictures, each with its sound, become segments.

Apart from the Segmenter because everything here has a time 0; what may come before that is the Segmenter's.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from appliance.capture.packet import AUDIO_FRAME, AudioPacket, VideoPacket
from appliance.segment import fmp4
from appliance.segment.annexb import AccessUnit
from appliance.segment.events import Event, Gap, Segment
from appliance.segment.film_clock import JUMP_US, FilmClock, milliseconds, ticks
from appliance.segment.sound import SoundGrid

LONGEST_TICKS: Final = fmp4.PICTURE_RATE * 10
LARGEST_BYTES: Final = 32_000_000
"""So much film without a key frame, in time or bytes, and the camera is taken to have failed."""

_AHEAD_TICKS: Final = fmp4.PICTURE_RATE // 10


@dataclass(slots=True)
class _Group:
    """The pictures from one key frame up to the next."""

    begin: int
    times: list[int] = field(default_factory=list)
    samples: list[bytes] = field(default_factory=list)
    size: int = 0

    def add(self, at: int, sample: bytes) -> None:
        self.times.append(at)
        self.samples.append(sample)
        self.size += len(sample)

    def has_room(self, at: int, sample: bytes) -> bool:
        return at - self.begin < LONGEST_TICKS and self.size + len(sample) <= LARGEST_BYTES

    def run(self, end: int) -> fmp4.Run:
        durations = [after - before for before, after in pairwise((*self.times, end))]
        rows = zip(durations, self.samples, strict=True)
        samples = [fmp4.Sample(duration, n == 0, data) for n, (duration, data) in enumerate(rows)]
        return fmp4.Run(fmp4.PICTURE_TRACK, self.begin, samples)


class Film:
    """Time 0 is the first key frame, at `start_us`. `early`: what the microphone sent before that came in.

    Inside, all times are film time in ticks. The rules are told at Segmenter.
    """

    def __init__(self, start_us: int, fps: int, sound_wait_ms: int, early: deque[AudioPacket]) -> None:
        self.clock = FilmClock(start_us, fps)
        self.sound = SoundGrid()
        self.dropped_pictures = 0
        self._wait = sound_wait_ms * 90
        self._early = early
        self._group: _Group | None = None
        self._waiting: deque[tuple[_Group, int]] = deque()
        self._end = 0
        self._why = ""
        self._torn = False
        self._newest: VideoPacket | None = None
        self._n = 0

    def hear(self, packet: AudioPacket) -> list[Event]:
        self._early.append(packet)
        self._place_sound()
        return self._ripe(self.clock.last)

    def see(self, packet: VideoPacket, unit: AccessUnit) -> list[Event]:
        if not unit.sample or packet == self._newest:
            self.dropped_pictures += 1
            return []
        at = self.clock.picture(packet.pts_us, key=unit.key)
        events = self.hole("camera") if self._breaks_off(at, unit) else []
        self._torn |= at is None
        if at is None or not (unit.key or (self._group and not self._torn)):
            self.dropped_pictures += 1
            return events + self._ripe(self.clock.last if at is None else at)
        self._newest = packet
        return events + self._take(max(at, self._end), unit)

    def hole(self, why: str) -> list[Event]:
        if self._group is None:
            return []
        self._why = why
        self._end = self.clock.last + self.clock.frame_ticks
        self._waiting.append((self._group, self._end))
        self._group = None
        return self._ripe(self._end + self._wait)

    def _breaks_off(self, at: int | None, unit: AccessUnit) -> bool:
        if at is None:
            return self.clock.set_back
        crowded = self._group is not None and not unit.key and not self._group.has_room(at, unit.sample)
        return crowded or at - self.clock.last > ticks(JUMP_US)

    def _take(self, at: int, unit: AccessUnit) -> list[Event]:
        events: list[Event] = []
        if self._group is None:
            events = self._gap("all", self._end, at, self._why)
            self.sound.begin(at)
        elif unit.key:
            self._waiting.append((self._group, at))
        if self._group is None or unit.key:
            self._group, self._torn = _Group(at), False
        self._group.add(at, unit.sample)
        self.clock.take(at)
        self._place_sound()
        return events + self._ripe(at)

    def _place_sound(self) -> None:
        """In the order of arrival, none far ahead of the pictures: a microphone's clock can be wrong as well."""
        while self._group and self._early:
            at = self.clock.sound(self._early[0].pts_us)
            if at > self.clock.last + _AHEAD_TICKS:
                break
            self.sound.hear(at, self._early.popleft().data)

    def _ripe(self, now: int) -> list[Event]:
        """The segments whose sound is in, or is waited for no longer when pictures are at `now`."""
        events: list[Event] = []
        while self._waiting:
            group, end = self._waiting[0]
            if not self.sound.heard_to(end) and now < end + self._wait:
                break
            self._waiting.popleft()
            events += self._segment(group, end)
        return events

    def _segment(self, group: _Group, end: int) -> list[Event]:
        stretch = self.sound.take(group.begin, end)
        frames = [fmp4.Sample(AUDIO_FRAME, True, frame) for frame in stretch.frames]
        sound = fmp4.Run(fmp4.SOUND_TRACK, stretch.first * AUDIO_FRAME, frames)
        data = fmp4.media_segment(self._n + 1, (sound, group.run(end)))
        begin_ms, end_ms = milliseconds(group.begin), milliseconds(end)
        segment = Segment(self._n, begin_ms, end_ms - begin_ms, data, self.clock.monotonic_us(end))
        self._n += 1
        holes = [self._gap("sound", begin, until, "microphone") for begin, until in stretch.holes]
        return [segment, *(gap for gaps in holes for gap in gaps)]

    def _gap(self, what: str, begin: int, end: int, why: str) -> list[Event]:
        begin_ms, end_ms = milliseconds(begin), milliseconds(end)
        return [Gap(begin_ms, end_ms - begin_ms, what, why)] if end_ms > begin_ms else []
