"""The test card and the beeper keep the contract, meet on each full second, and misbehave when told to."""

from collections.abc import Iterator

import numpy as np
import pytest

from appliance.capture import marker
from appliance.capture.beeper import Beeper
from appliance.capture.camera import Profile
from appliance.capture.faults import Faults
from appliance.capture.test_card import TestCard, flash_area
from appliance.clock import SystemClock
from appliance.errors import CameraLost, Fault
from tests.capture.contract import STOP_S, CaptureContract, Station, check_closing, nal_types
from tests.capture.takes import Take, beeps_us, pictures_of, sound_of

SMALL = Profile(width=640, height=360, fps=30, bitrate=1_500_000)


class Bench(Station):
    """A test card with its switches."""

    def __init__(self, profile: Profile = SMALL) -> None:
        self.faults = Faults()
        self.told: list[Fault] = []
        clock = SystemClock()
        super().__init__(TestCard(profile, clock, self.faults), Beeper(clock, self.faults, self.told.append), clock)


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    bench.open()
    yield bench
    check_closing(bench)


def flashes_us(take: Take) -> list[int]:
    """When the white patch comes on."""
    pictures = pictures_of(take.pictures)
    left, top, right, bottom = flash_area(pictures[0].shape[1], pictures[0].shape[0])
    lit = [bool(picture[top:bottom, left:right].mean() > 150) for picture in pictures]
    times = [packet.pts_us for packet in take.pictures]
    return [times[place] for place in range(1, len(lit)) if lit[place] and not lit[place - 1]]


class TestContract(CaptureContract):
    @classmethod
    def make_station(cls) -> Station:
        return Bench()

    def test_flash_and_beep_are_one(self, take: Take) -> None:
        flashes, beeps = flashes_us(take), beeps_us(take)
        assert len(flashes) >= 2
        for flash in flashes:
            assert flash % 1_000_000 == 0, "a picture is taken on each full second"
            assert min(abs(flash - beep) for beep in beeps) < 5_000

    def test_numbers_run_on_from_take_to_take(self, station: Station, take: Take) -> None:
        later = pictures_of(station.film(0.2).pictures)
        last, first = marker.read(pictures_of(take.pictures)[-1]), marker.read(later[0])
        assert last is not None
        assert first is not None
        assert first > last


def test_a_second_start_and_a_start_before_open_are_refused(bench: Bench) -> None:
    bench.camera.start(lambda packet: None)
    with pytest.raises(CameraLost):
        bench.camera.start(lambda packet: None)
    bench.camera.stop(STOP_S)
    with pytest.raises(CameraLost):
        TestCard(SMALL, SystemClock(), Faults()).start(lambda packet: None)


def test_dropped_frames_leave_holes_in_numbers(bench: Bench) -> None:
    bench.faults.set("drop_frames", 4)
    numbers = [marker.read(picture) for picture in pictures_of(bench.film(0.5).pictures)]
    assert all(number is not None and number % 4 for number in numbers)
    assert len(numbers) >= 15


def test_low_light_is_darker_and_slower_but_counts_on(bench: Bench) -> None:
    bright = pictures_of(bench.film(0.2).pictures)[0]
    bench.faults.set("low_light", True)
    take = bench.film(0.3)
    pictures = pictures_of(take.pictures)
    assert pictures[0][:300].mean() < 0.6 * bright[:300].mean()
    assert np.diff([packet.pts_us for packet in take.pictures]).min() >= 66_000
    assert all(number is not None and number % 2 == 0 for number in map(marker.read, pictures))


def test_a_covered_lens_is_black_without_a_marker(bench: Bench) -> None:
    bench.faults.set("lens_covered", True)
    pictures = pictures_of(bench.film(0.2).pictures)
    assert max(picture.max() for picture in pictures) < 40
    assert {marker.read(picture) for picture in pictures} == {None}


def test_a_stalled_encoder_is_silent_and_goes_on(bench: Bench) -> None:
    take = Take(bench.clock)
    bench.camera.start(take)
    take.wait_for(lambda seen: len(seen.pictures) >= 5)
    bench.faults.set("encoder_stalled", True)
    seen = bench.camera.picture()
    assert seen is not None
    stalled_us = bench.clock.monotonic_us()
    while (now := bench.camera.picture()) is not None and now.pts_us < stalled_us + 300_000:
        pass  # the lens still sees: its picture moves on
    bench.faults.set("encoder_stalled", False)
    before = len(take.pictures)
    take.wait_for(lambda seen: len(seen.pictures) >= before + 5)
    bench.camera.stop(STOP_S)
    assert np.diff([packet.pts_us for packet in take.pictures]).max() >= 250_000
    assert len(pictures_of(take.pictures)) == len(take.pictures)


def test_changed_parameters_come_with_a_key_frame_and_keep_the_size(bench: Bench) -> None:
    take = Take(bench.clock)
    bench.camera.start(take)
    take.wait_for(lambda seen: len(seen.pictures) >= 3)
    bench.faults.set("parameters_changed", True)
    take.wait_for(lambda seen: len(seen.pictures) >= 35)
    bench.camera.stop(STOP_S)
    first, second = (packet for packet in take.pictures if packet.key)
    assert nal_types(first) == nal_types(second)
    assert first.data[:8] != second.data[:8], "profile and level stand in the first bytes of an SPS"
    assert {picture.shape for picture in pictures_of(take.pictures)} == {(360, 640)}


@pytest.mark.parametrize("jump_us", [3_000_000, -2_000_000])
def test_a_clock_jump_moves_pictures_and_sound(bench: Bench, jump_us: int) -> None:
    take = Take(bench.clock)
    bench.camera.start(take)
    bench.microphone.start(take)
    take.wait_for(lambda seen: len(seen.pictures) >= 5 and len(seen.sound) >= 5)
    bench.faults.set("clock_jump_us", jump_us)
    pictures, sound = len(take.pictures), len(take.sound)
    take.wait_for(lambda seen: len(seen.pictures) >= pictures + 5 and len(seen.sound) >= sound + 5)
    bench.camera.stop(STOP_S)
    bench.microphone.stop(STOP_S)
    for packets in (take.pictures, take.sound):
        steps = np.diff([packet.pts_us for packet in packets])
        assert np.count_nonzero(np.abs(steps - jump_us) < 200_000) == 1
    assert len(pictures_of(take.pictures)) == len(take.pictures)


def test_a_dead_microphone_sends_nothing_and_comes_back(bench: Bench) -> None:
    take = Take(bench.clock)
    bench.microphone.start(take)
    take.wait_for(lambda seen: len(seen.sound) >= 5)
    bench.faults.set("microphone_dead", True)
    while bench.microphone.level() is not None:
        pass
    died_us = bench.clock.monotonic_us()
    while bench.clock.monotonic_us() < died_us + 200_000:
        assert bench.microphone.level() is None
    bench.faults.set("microphone_dead", False)
    before = len(take.sound)
    take.wait_for(lambda seen: len(seen.sound) >= before + 5)
    bench.microphone.stop(STOP_S)
    holes = np.diff([packet.pts_us for packet in take.sound])
    assert holes.max() > 150_000
    assert [fault.code for fault in bench.told] == ["mic-silent"]
    assert len(sound_of(take.sound)) == len(take.sound) * 1024


def test_a_silent_microphone_sends_digital_zero_and_is_found_out(bench: Bench) -> None:
    bench.faults.set("microphone_silent", True)
    take = Take(bench.clock)
    bench.microphone.start(take)
    take.wait_for(lambda seen: bool(bench.told))
    bench.microphone.stop(STOP_S)
    assert bench.told[0].code == "mic-silent"
    level = bench.microphone.level()
    assert level is not None
    assert level.rms_dbfs == -120
    assert np.abs(sound_of(take.sound)[4096:]).max() < 1e-4
