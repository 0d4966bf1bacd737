"""What every Camera with its Microphone promises; the drawn ones, a film and the Pi's pass it alike."""

import time
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from appliance.capture import marker
from appliance.capture.camera import Camera, Microphone, Picture
from appliance.capture.packet import AUDIO_FRAME, AUDIO_RATE, VideoPacket
from appliance.clock import Clock, SetClock
from appliance.errors import CameraLost
from tests.capture.takes import Take, pictures_of, sound_of

SPS, PPS, IDR, SLICE = 7, 8, 5, 1
LATEST_US = 100_000
"""A packet arrives at most this much after its picture was taken."""
QUIET_S = 0.2
"""Six pictures' time in which nothing may come: that nothing happens can only be waited for."""
STOP_S = 5.0


@dataclass
class Station:
    """A camera and a microphone at work, and the clock they go by.

    `latest_us`: see LATEST_US. `in_flight`: how many pictures may wait for the encoder, from before its start, too.
    `missed`: the share of pictures that may be left out where the machine cannot keep up.
    """

    camera: Camera
    microphone: Microphone
    clock: Clock
    marked: bool = True
    latest_us: int = LATEST_US
    in_flight: int = 0
    missed: float = 0.2

    @property
    def fps(self) -> int:
        return self.camera.profile.fps

    def open(self) -> None:
        self.camera.open()
        self.microphone.open()

    def numbers(self, first: int, times_us: Sequence[int]) -> list[int]:
        """What the markers of pictures taken at these times say, where the first says `first`."""
        return [first + round((at_us - times_us[0]) * self.fps / 1e6) for at_us in times_us]

    def look(self) -> Picture:
        """The newest picture, waiting for the first one."""
        give_up_us = self.clock.monotonic_us() + 5_000_000
        while (picture := self.camera.picture()) is None:
            assert self.clock.monotonic_us() < give_up_us, "the camera never saw anything"
        return picture

    def film(self, seconds: float) -> Take:
        """Both started, run until `seconds` of pictures have come, both stopped."""
        take = Take(self.clock)
        self.microphone.start(take)
        self.camera.start(take)
        take.wait_for(lambda seen: len(seen.pictures) >= seconds * self.fps)
        self.camera.stop(STOP_S)
        self.microphone.stop(STOP_S)
        return take


def film_by_hand(station: Station, clock: SetClock, seconds: float) -> Take:
    """As `Station.film`, on a clock that goes on only when what was due has come: exact, and faster than life."""
    take = Take(clock)
    station.microphone.start(take)
    station.camera.start(take)
    step_us = 1_000_000 // station.fps // 2
    while not take.pictures:
        clock.advance(us=step_us)
        time.sleep(0.01)
    end_us = take.pictures[0].pts_us + round(seconds * 1_000_000)
    while clock.now_us < end_us:
        clock.advance(us=step_us)
        due_us = clock.now_us * station.fps // 1_000_000 * 1_000_000 // station.fps
        heard_us = clock.now_us - 4 * AUDIO_FRAME * 1_000_000 // AUDIO_RATE
        take.wait_for(lambda seen: seen.pictures[-1].pts_us >= due_us)  # noqa: B023 - asked at once
        take.wait_for(lambda seen: bool(seen.sound) and seen.sound[-1].pts_us >= heard_us)  # noqa: B023
    station.camera.stop(STOP_S)
    station.microphone.stop(STOP_S)
    return take


def nal_types(packet: VideoPacket) -> list[int]:
    """The types of the NAL units of an Annex-B access unit, in order."""
    starts = packet.data.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    assert starts[0] == b"", "an access unit begins with a start code"
    return [unit[0] & 0x1F for unit in starts[1:]]


class CaptureContract:
    """Subclass it and give `make_station`; one station serves the whole class, and its life ends as it must."""

    @classmethod
    @abstractmethod
    def make_station(cls) -> Station:
        """Not opened yet."""

    @pytest.fixture(scope="class")
    @classmethod
    def station(cls) -> Iterator[Station]:
        station = cls.make_station()
        station.open()
        yield station
        check_closing(station)

    @pytest.fixture(scope="class")
    @classmethod
    def take(cls, station: Station) -> Take:
        return station.film(2.4)

    def test_first_packet_is_a_key_frame_with_parameter_sets(self, take: Take) -> None:
        first = take.pictures[0]
        assert first.key
        assert [kind for kind in nal_types(first) if kind in (SPS, PPS, IDR)][:3] == [SPS, PPS, IDR]

    def test_a_key_frame_each_second_by_count_and_each_with_parameter_sets(self, take: Take, station: Station) -> None:
        for place, packet in enumerate(take.pictures):
            kinds = nal_types(packet)
            assert packet.key == (place % station.fps == 0)
            assert (IDR in kinds) == (SPS in kinds) == (PPS in kinds) == packet.key
            assert (SLICE in kinds) == (not packet.key)

    def test_picture_times_rise_and_are_the_clocks(self, take: Take, station: Station) -> None:
        times = np.array([packet.pts_us for packet in take.pictures])
        lags = np.array([at - packet.pts_us for packet, at in take.arrivals if isinstance(packet, VideoPacket)])
        assert (np.diff(times) > 0).all()
        assert (lags >= 0).all()
        assert np.median(lags) < station.latest_us  # one late packet is the machine's, not the camera's
        whole = round((times[-1] - times[0]) * station.fps / 1e6)
        assert len(times) - 1 <= whole <= (len(times) - 1) * (1 + station.missed)

    def test_every_packet_decodes_and_the_markers_tell_the_capture_times(self, take: Take, station: Station) -> None:
        pictures = pictures_of(take.pictures)
        assert len(pictures) == len(take.pictures)
        if not station.marked:
            return
        numbers = [marker.read(picture) for picture in pictures]
        times = [packet.pts_us for packet in take.pictures]
        assert None not in numbers
        first = numbers[0]
        assert first is not None
        assert numbers == station.numbers(first, times)

    def test_sound_is_continuous_and_the_clocks(self, take: Take) -> None:
        times = np.array([packet.pts_us for packet in take.sound])
        frame_us = AUDIO_FRAME * 1_000_000 / AUDIO_RATE
        assert (np.abs(times - times[0] - np.arange(len(times)) * frame_us) < 1_000).all()
        assert len(sound_of(take.sound)) == len(take.sound) * AUDIO_FRAME
        seen_us = take.pictures[-1].pts_us - take.pictures[0].pts_us
        assert len(times) * frame_us >= seen_us - 200_000

    def test_nothing_comes_before_start_or_after_stop(self, station: Station, take: Take) -> None:
        second = Take(station.clock)
        before = len(take.arrivals)
        time.sleep(QUIET_S)
        assert len(take.arrivals) == before
        begun_us = station.clock.monotonic_us()
        station.camera.start(second)
        second.wait_for(lambda seen: len(seen.pictures) >= 5)
        station.camera.stop(STOP_S)
        ended = len(second.arrivals)
        time.sleep(QUIET_S)
        assert len(second.arrivals) == ended
        assert len(take.arrivals) == before
        assert second.pictures[0].key
        step_us = np.median(np.diff([packet.pts_us for packet in take.pictures]))
        assert second.pictures[0].pts_us >= begun_us - (1 + station.in_flight) * step_us
        assert second.pictures[0].pts_us > take.pictures[-1].pts_us

    def test_sound_starts_again(self, station: Station, take: Take) -> None:
        again = Take(station.clock)
        station.microphone.start(again)
        again.wait_for(lambda seen: len(seen.sound) >= 6)
        station.microphone.stop(STOP_S)
        assert again.sound[0].pts_us > take.sound[-1].pts_us
        assert len(sound_of(again.sound)) == len(again.sound) * AUDIO_FRAME

    def test_there_is_a_level_while_nothing_is_filmed(self, station: Station, take: Take) -> None:
        level = station.microphone.level()
        assert take.sound
        assert level is not None
        assert -120 <= level.rms_dbfs <= level.peak_dbfs <= 0

    def test_picture_is_small_and_of_now(self, station: Station, take: Take) -> None:
        picture = station.look()
        assert take.pictures
        profile = station.camera.profile
        assert picture.luma.shape == (round(640 * profile.height / profile.width), 640)
        assert picture.i420.shape == (picture.luma.shape[0] * 3 // 2, 640)
        assert abs(station.clock.monotonic_us() - picture.pts_us) < 1_000_000
        assert picture.luma.std() > 5, "a picture, not a blank"
        if station.marked:
            assert marker.read(picture.luma) is not None

    def test_stop_without_start_is_nothing(self, station: Station) -> None:
        station.camera.stop(STOP_S)
        station.camera.stop(STOP_S)
        station.microphone.stop(STOP_S)


def check_closing(station: Station) -> None:
    """Closes for good: after it no start, no picture; closing again is nothing."""
    for _ in range(2):
        station.camera.close(STOP_S)
        station.microphone.close(STOP_S)
    assert station.camera.picture() is None
    assert station.microphone.level() is None
    with pytest.raises(CameraLost):
        station.camera.start(lambda packet: None)
