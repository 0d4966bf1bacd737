"""The sound of a film at a moment of the clock, as 48 kHz mono.

Apart because it keeps its place by counting samples, as pictures cannot.
"""

from collections.abc import Iterator
from typing import Final

import av
import numpy as np

from appliance.capture.aac import Samples
from appliance.capture.decoded import decoded
from appliance.capture.loop import Loop
from appliance.capture.pace import SECOND_US
from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE

_FAR: Final = 5 * AUDIO_RATE
_GAP: Final = AUDIO_RATE // 100
"""Time stamps that differ from the count by less are rounding; by more, the film has a gap or begins late."""
_EARLIER_US: Final = 100_000
"""After a seek the decoder needs a frame or two before its sound is right."""


class NoSound:
    """The sound of a film that has none."""

    def frame(self, sample: int) -> Samples:
        return np.zeros(AUDIO_FRAME, dtype=np.int16)

    def close(self) -> None:
        """Nothing is held."""


class FilmSound:
    """A Sound: frames must be asked for in rising order; between the end of the sound and of the loop it is silent."""

    def __init__(self, path: str, start_us: int, loop: Loop) -> None:
        self._loop = loop
        self._start_us = start_us
        self._container = av.open(path)
        self._stream = self._container.streams.audio[0]
        self._turn: int | None = None
        self._chunks: Iterator[tuple[int, Samples]] = iter(())
        self._held: Samples = np.zeros(0, dtype=np.int16)
        self._held_from = 0

    def frame(self, sample: int) -> Samples:
        pieces: list[Samples] = []
        while (done := sum(piece.size for piece in pieces)) < AUDIO_FRAME:
            turn, at = self._loop.at_sample(sample + done)
            count = min(AUDIO_FRAME - done, self._loop.length - at)
            pieces.append(self._piece(turn, at, count))
        return np.concatenate(pieces)

    def close(self) -> None:
        self._container.close()

    def _piece(self, turn: int, at: int, count: int) -> Samples:
        if turn != self._turn or at - self._held_from > _FAR:
            self._turn = turn
            self._seek(at)
        while self._held_from + self._held.size < at + count:
            self._held = self._held[max(0, at - self._held_from) :] if at > self._held_from else self._held
            self._held_from = max(self._held_from, at)
            self._hold_more(at + count)
        start = at - self._held_from
        return self._held[start : start + count]

    def _hold_more(self, until: int) -> None:
        """Append the next chunk, silence before it where it begins later, silence to `until` at the end."""
        end = self._held_from + self._held.size
        start, samples = next(self._chunks, (until, np.zeros(0, dtype=np.int16)))
        silence = np.zeros(max(0, start - end), dtype=np.int16)
        self._held = np.concatenate((self._held, silence, samples[max(0, end - start) :]))

    def _seek(self, at: int) -> None:
        target_us = at * SECOND_US // AUDIO_RATE
        wanted_us = self._start_us + target_us - _EARLIER_US
        self._container.seek(wanted_us if target_us > _EARLIER_US else min(0, self._start_us), backward=True)
        self._held, self._held_from = np.zeros(0, dtype=np.int16), at
        self._chunks = self._decoded()

    def _decoded(self) -> Iterator[tuple[int, Samples]]:
        """(place in the turn, samples), decoded and resampled, each chunk right after the one before or later."""
        resampler = av.AudioResampler("s16", "mono", AUDIO_RATE)
        end: int | None = None
        for frame in decoded(self._container, self._stream):
            place = round((frame.time or 0) * AUDIO_RATE - self._start_us * AUDIO_RATE / SECOND_US)
            for chunk in resampler.resample(frame):
                samples = chunk.to_ndarray()[0].astype(np.int16)
                start = place if end is None or abs(place - end) > _GAP else end
                end = place = start + samples.size
                yield start, samples
