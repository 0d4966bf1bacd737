"""Any video file with its sound as camera and microphone, looped, at the pace of the clock.

Apart because what is filmed is real here: it shows what drawings cannot, such as a real film's bits and voices.
"""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer

from appliance.capture import marker
from appliance.capture.camera import Profile
from appliance.capture.clocked_microphone import ClockedMicrophone
from appliance.capture.drawn_camera import DrawnCamera, Shot
from appliance.capture.faults import Faults
from appliance.capture.film_pictures import FilmPictures
from appliance.capture.film_sound import FilmSound, NoSound
from appliance.capture.i420 import I420, NEUTRAL, planes
from appliance.capture.loop import Loop
from appliance.capture.pace import SECOND_US
from appliance.capture.packet import AUDIO_RATE
from appliance.capture.sound_line import OnFault
from appliance.clock import Clock
from appliance.errors import BadInput


@dataclass(frozen=True, slots=True)
class _Facts:
    start_us: int
    length: int
    """In samples of 48 kHz."""
    has_sound: bool


class Film:
    """`camera` and `microphone` are two views of one loop, so that lips and voices stay together.

    A file without sound has a microphone that hears nothing: digital zero, encoded like any sound. `marker` draws the
    picture's number into the lower left corner, so that what was recorded of the film can be proven whole.
    """

    def __init__(
        self,
        path: str | Path,
        profile: Profile,
        clock: Clock,
        faults: Faults,
        *,
        marker: bool = True,
        on_fault: OnFault | None = None,
    ) -> None:
        self._path = str(path)
        self._marker = marker
        self._began = clock.monotonic_us() * AUDIO_RATE // SECOND_US
        self.camera = DrawnCamera(profile, clock, faults, self._make_scene)
        self.microphone = ClockedMicrophone(clock, faults, self._make_sound, on_fault)

    def _make_scene(self) -> "FilmScene":
        facts = _facts(self._path)
        every_us = SECOND_US // self.camera.profile.fps
        pictures = FilmPictures(self._path, facts.start_us, Loop(self._began, facts.length), every_us)
        return FilmScene(pictures, marked=self._marker)

    def _make_sound(self) -> FilmSound | NoSound:
        facts = _facts(self._path)
        if not facts.has_sound:
            return NoSound()
        return FilmSound(self._path, facts.start_us, Loop(self._began, facts.length))


class FilmScene:
    def __init__(self, pictures: FilmPictures, *, marked: bool) -> None:
        self._pictures = pictures
        self._marked = marked

    def paint(self, canvas: I420, shot: Shot) -> None:
        self._pictures.show(canvas, shot.capture_us)

    def caption(self, canvas: I420, shot: Shot) -> None:
        if not self._marked:
            return
        y, u, v = planes(canvas)
        left, top, right, bottom = (side // 2 for side in marker.area(y.shape[1], y.shape[0]))
        u[top:bottom, left:right] = v[top:bottom, left:right] = NEUTRAL
        marker.draw(y, shot.number)

    def close(self) -> None:
        self._pictures.close()


def _facts(path: str) -> _Facts:
    """Raises BadInput for what is no film: the first picture is decoded to know."""
    if not Path(path).is_file():
        raise BadInput("The film is not there.", "Give the path of a video file.")
    try:
        with closing(av.open(path)) as container:
            if not container.streams.video:
                raise BadInput("The file has no pictures.", "Give the path of a video file.")
            first = next(container.decode(video=0), None)
            if first is None:
                raise BadInput("The film has no picture that can be decoded.", "Give another video file.")
            start_us = container.start_time if container.duration is not None else round((first.time or 0) * SECOND_US)
            length_us = container.duration or _length_us(container, start_us)
            return _Facts(start_us, max(1, length_us * AUDIO_RATE // SECOND_US), bool(container.streams.audio))
    except av.error.FFmpegError:
        raise BadInput("The file is no film that can be decoded.", "Give another video file.") from None


def _length_us(container: InputContainer, start_us: int) -> int:
    """The end of the last packet, for files that do not say how long they are (a recording that was cut off)."""
    container.seek(0)
    ends = [_end_us(packet) for packet in container.demux() if packet.pts is not None]
    return max(ends, default=start_us + 1) - start_us


def _end_us(packet: "av.Packet[Any]") -> int:
    return round(((packet.pts or 0) + (packet.duration or 0)) * packet.time_base * SECOND_US)
