"""Packets of a camera and a microphone in, the session's segments and gaps out, ready to be sealed.

Apart and pure, so that every fault of a camera, a microphone or a clock can be played to it in a test.
"""

from collections import deque
from typing import Final

from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE, AudioPacket, Packet, VideoPacket
from appliance.errors import ParametersChanged
from appliance.segment import fmp4
from appliance.segment.annexb import AccessUnit, read_access_unit
from appliance.segment.events import Event, Gap, Init, Segment
from appliance.segment.film import Film

__all__ = ["Event", "Gap", "Init", "Segment", "Segmenter"]

_EARLY_FRAMES: Final = 10 * AUDIO_RATE // AUDIO_FRAME


class Segmenter:
    """One session's film. `push` each packet in the order of arrival; what comes back is ready to be sealed and logged.

    Time 0 is the first key frame; what was heard or seen before is dropped. A segment runs from one IDR picture to the
    next, and comes out when that is in and sound is heard up to there, or `sound_wait_ms` of pictures later.

    - A picture not later than the last is dropped, and so is what builds upon it, up to the next key frame; the last
      good picture stands meanwhile. A packet that comes twice in a row is dropped and harms nothing.
    - A camera's clock that was set back and stays there: after 30 such pictures film goes on at the next key frame, at
      a time that FilmClock tells; the sound keeps its own time line.
    - No picture for over 1.5 s, no key frame for 10 s or 32 MB, a clock set back, `hole()`: the segment ends one
      nominal frame after its last picture and the next begins at the next key frame. Nothing is in the film between,
      sound neither, for a segment must begin with an IDR picture: hence one Gap, `what` = "all", of the true length.
    - Where no sound came, silence is; from 100 ms on a Gap with `what` = "sound" follows the segment (one for each
      segment that the hole touches; they meet exactly). Sound whose place was filled is dropped.
    """

    def __init__(self, profile_width: int, profile_height: int, fps: int, *, sound_wait_ms: int = 400) -> None:
        self._size = (profile_width, profile_height)
        self._fps = fps
        self._sound_wait_ms = sound_wait_ms
        self._early: deque[AudioPacket] = deque(maxlen=_EARLY_FRAMES)
        self._film: Film | None = None
        self._sets: tuple[tuple[bytes, ...], tuple[bytes, ...]] = ((), ())
        self._finished = False

    @property
    def start_us(self) -> int | None:
        """CLOCK_MONOTONIC of time 0, None before the first key frame."""
        return None if self._film is None else self._film.clock.start_us

    @property
    def dropped_pictures(self) -> int:
        """Pictures that came after time 0 and are not in the film."""
        return 0 if self._film is None else self._film.dropped_pictures

    @property
    def late_sound_frames(self) -> int:
        """Sound frames that found their place filled: too late, twice, or from a microphone whose clock is fast."""
        return 0 if self._film is None else self._film.sound.late_frames

    def push(self, packet: Packet) -> list[Event]:
        """Raises ParametersChanged before anything of `packet` is taken: `finish`, then push it to a new Segmenter."""
        if self._finished:
            raise RuntimeError("this Segmenter is finished")
        if isinstance(packet, VideoPacket):
            return self._see(packet, read_access_unit(packet.data))
        if self._film is not None:
            return self._film.hear(packet)
        self._early.append(packet)
        return []

    def hole(self, why: str) -> list[Event]:
        """Pictures stop here until the next key frame; `why`: "pause", "camera" or "slow card".

        Sound that is not in by now is silence, so push first what the microphone still has. The Gap comes with the key
        frame that ends it; without one since the last `hole`, or before time 0, this changes nothing.
        """
        return [] if self._film is None else self._film.hole(why)

    def finish(self) -> list[Event]:
        """The rest of the film; sound that is not in by now is silence, and a hole still open leaves no Gap."""
        self._finished = True
        return self.hole("")

    def _see(self, packet: VideoPacket, unit: AccessUnit) -> list[Event]:
        if self._film is not None:
            if any(new and new != old for new, old in zip((unit.sps, unit.pps), self._sets, strict=True)):
                raise ParametersChanged("The camera's encoder changed its settings.")
            return self._film.see(packet, unit)
        if not (unit.key and unit.sps and unit.pps):
            return []
        self._sets = (unit.sps, unit.pps)
        self._film = Film(packet.pts_us, self._fps, self._sound_wait_ms, self._early)
        return [Init(fmp4.init_segment(*self._size, *self._sets)), *self._film.see(packet, unit)]
