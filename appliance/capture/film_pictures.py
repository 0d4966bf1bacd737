"""The picture of a film that belongs to a moment of the clock.

Apart because decoders only go forward, and somebody must turn that into "what is to be seen now".
"""

from collections.abc import Iterator
from typing import Final

import av

from appliance.capture.decoded import decoded
from appliance.capture.i420 import I420
from appliance.capture.letterbox import Letterbox
from appliance.capture.loop import Loop, Place
from appliance.capture.pace import SECOND_US
from appliance.capture.packet import AUDIO_RATE
from appliance.errors import CameraLost

_FAR_US: Final = 5 * SECOND_US
"""A jump wider than this is sought, not decoded through."""


class FilmPictures:
    """`show` is cheap for moments that come one after the other; it goes back only by a new turn of the loop.

    `start_us`: the film's own time of its beginning. `every_us`: how often a picture will be asked for; each stands
    for half of that before and after it, so that what is shown is early as often as late against the sound.
    """

    def __init__(self, path: str, start_us: int, loop: Loop, every_us: int) -> None:
        self._half_us = every_us // 2
        self._loop = loop
        self._start_us = start_us
        self._container = av.open(path)
        self._stream = self._container.streams.video[0]
        self._letterbox = Letterbox(self._stream.sample_aspect_ratio)
        self._turn: int | None = None
        self._frames: Iterator[av.VideoFrame] = iter(())
        self._now: av.VideoFrame | None = None
        self._next: av.VideoFrame | None = None

    def show(self, canvas: I420, capture_us: int) -> None:
        """Lay the picture of this moment over the whole canvas. Raises CameraLost if the film broke off."""
        self._go_to(self._loop.at_us(capture_us + self._half_us))
        if self._now is None:
            raise CameraLost("The film can no longer be decoded.", "Give another video file.")
        self._letterbox.lay(self._now, canvas)

    def close(self) -> None:
        self._container.close()

    def _go_to(self, place: Place) -> None:
        target_us = place.sample * SECOND_US // AUDIO_RATE
        if self._turn is None or place.turn > self._turn:
            self._turn = place.turn
            self._seek(target_us if target_us > _FAR_US else 0)
        elif self._next is not None and target_us - self._time_us(self._next) > _FAR_US:
            self._seek(target_us)
        while self._next is not None and (self._now is None or self._time_us(self._next) <= target_us):
            self._now, self._next = self._next, self._take()

    def _seek(self, target_us: int) -> None:
        """To the key frame at or before `target_us`, or to the beginning where that fails."""
        beginning_us = min(0, self._start_us)  # not the start itself: MPEG-TS would seek past its first key frame
        for seek_us in (self._start_us + target_us if target_us else beginning_us, beginning_us):
            self._container.seek(seek_us, backward=True)
            self._frames = decoded(self._container, self._stream)
            self._next = self._take()
            if self._next is not None:
                self._now = None
                return

    def _take(self) -> av.VideoFrame | None:
        """The next picture that has a time, None at the end of the turn."""
        return next((frame for frame in self._frames if frame.time is not None), None)

    def _time_us(self, frame: av.VideoFrame) -> int:
        return round((frame.time or 0) * SECOND_US) - self._start_us
