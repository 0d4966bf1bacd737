"""The picture of a film that belongs to a moment of the clock.

Apart because decoders only go forward, and somebody must turn that into "what is to be seen now".
"""

from collections.abc import Iterator
from typing import Final

import av

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

    `start_us`: the film's own time of its beginning.
    """

    def __init__(self, path: str, start_us: int, loop: Loop) -> None:
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
        """Lay the picture nearest to this moment over the whole canvas. Raises CameraLost if the film broke off."""
        place = self._loop.at_us(capture_us)
        self._go_to(place)
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
        while self._next is not None and self._is_nearer(self._next, target_us):
            self._now, self._next = self._next, self._take()

    def _is_nearer(self, frame: av.VideoFrame, target_us: int) -> bool:
        if self._now is None:
            return True
        return abs(self._time_us(frame) - target_us) < abs(self._time_us(self._now) - target_us)

    def _seek(self, target_us: int) -> None:
        """To the key frame at or before `target_us`; the picture shown last stays until a nearer one comes."""
        self._container.seek(max(0, self._start_us + target_us), backward=True)
        self._frames = self._container.decode(self._stream)
        shown, self._now = self._now, None
        self._next = self._take()
        if self._next is None:
            self._now = shown

    def _take(self) -> av.VideoFrame | None:
        """The next picture that has a time; a damaged stretch ends this turn early."""
        try:
            return next((frame for frame in self._frames if frame.time is not None), None)
        except av.error.FFmpegError:
            return None

    def _time_us(self, frame: av.VideoFrame) -> int:
        return round((frame.time or 0) * SECOND_US) - self._start_us
