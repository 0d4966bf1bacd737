"""The adapter on the real picamera2: on a Raspberry Pi, or on libcamera's virtual camera in the lab.

Apart from the tests with a stand-in: here nothing of picamera2 is ours. Each picture is marked with the sensor's time
before it is coded, so that what is decoded says whether its packet's time is true. `tests/pi` runs this in the lab.
"""

import gc
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from appliance.capture import marker
from appliance.capture.beeper import Beeper
from appliance.capture.camera import Profile
from appliance.capture.faults import Faults
from appliance.capture.packet import Packet
from appliance.capture.pi_camera import FIRST_S, LOOK_S, PiCamera
from appliance.capture.pi_streams import BUFFERS
from appliance.clock import SystemClock
from appliance.errors import CameraLost
from appliance.worker import StuckWorker
from tests.capture.contract import LATEST_US, STOP_S, CaptureContract, Station, check_closing
from tests.capture.takes import Take
from tests.lab.virtual_camera import SWITCH

picamera2 = pytest.importorskip("picamera2", reason="NO REAL CAMERA WAS TRIED: picamera2 is not installed")
pytestmark = pytest.mark.pi

VIRTUAL = Path("/dev/dma_heap/linux,cma").is_file()
"""The lab's camera: it can be made to stall, and its pictures are drawn and coded by the same machine."""
PATIENCE_S = 0.5
"""How much more than its limits a call may take."""


class Marked(Station):
    """A Pi's camera with its pictures' times in them, in the lowest 24 bits of the marker."""

    def __init__(self, profile: Profile) -> None:
        clock = SystemClock()
        super().__init__(PiCamera(profile), Beeper(clock, Faults()), clock, in_flight=BUFFERS)
        self.latest_us, self.missed = (1_000_000, 9.0) if VIRTUAL else (LATEST_US, 0.02)

    def open(self) -> None:
        super().open()
        self.camera._camera.pre_callback = mark  # type: ignore[attr-defined]
        give_up_us = self.clock.monotonic_us() + 5_000_000
        while marker.read(self.look().luma) is None:
            assert self.clock.monotonic_us() < give_up_us

    def numbers(self, first: int, times_us: Sequence[int]) -> list[int]:
        return [at_us & marker.LAST_NUMBER for at_us in times_us]


def mark(request: Any) -> None:
    sensor_us = request.get_metadata()["SensorTimestamp"] // 1000
    for name in ("main", "lores"):
        width, height = request.config[name]["size"]
        with picamera2.MappedArray(request, name) as mapped:
            marker.draw(mapped.array[:height, :width], sensor_us)


class TestFullHd(CaptureContract):
    @classmethod
    def make_station(cls) -> Station:
        return Marked(Profile())


class TestHd(CaptureContract):
    @classmethod
    def make_station(cls) -> Station:
        return Marked(Profile(1280, 720, bitrate=4_000_000))


class TestSmall(CaptureContract):
    @classmethod
    def make_station(cls) -> Station:
        return Marked(Profile(640, 480, bitrate=2_000_000))


# ---- what goes wrong


class Hand:
    """A camera, and the switch of what it stands on."""

    def __init__(self) -> None:
        self.camera, self.clock = PiCamera(Profile(640, 480, bitrate=1_000_000)), SystemClock()

    def turn(self, word: str) -> None:
        Path(SWITCH).write_text(word, encoding="ascii")

    def film(self, pictures: int) -> Take:
        take = Take(self.clock)
        self.camera.start(take)
        take.wait_for(lambda seen: len(seen.pictures) >= pictures)
        self.camera.stop(STOP_S)
        return take

    def stall(self) -> None:
        """Until nothing comes any more."""
        self.turn("0")
        while self.camera.picture() is not None:
            pass


@pytest.fixture
def hand() -> Iterator[Hand]:
    if not VIRTUAL:
        pytest.skip("a real camera does not fail when it is told to")
    hand = Hand()
    hand.camera.open()
    yield hand
    Path(SWITCH).unlink(missing_ok=True)
    hand.camera.close(STOP_S)


def seconds(hand: Hand, since_us: int) -> float:
    return (hand.clock.monotonic_us() - since_us) / 1e6


def test_two_films_in_a_row_have_an_encoder_each(hand: Hand) -> None:
    first, second = hand.film(35), hand.film(35)
    for take in (first, second):
        assert [place for place, packet in enumerate(take.pictures) if packet.key][:2] == [0, 30]
    assert second.pictures[0].pts_us > first.pictures[-1].pts_us


def test_a_camera_that_stalls_is_let_go_in_time_and_opens_again(hand: Hand) -> None:
    """With a film running and a question that is never answered: without the flush `stop` would wait for ever."""
    take = Take(hand.clock)
    hand.camera.start(take)
    take.wait_for(lambda seen: len(seen.pictures) >= 10)
    hand.stall()
    hand.camera._camera.capture_metadata(wait=False)
    began_us = hand.clock.monotonic_us()
    hand.camera.stop(STOP_S)
    hand.camera.close(STOP_S)
    assert seconds(hand, began_us) < 2
    with pytest.raises(CameraLost):
        hand.camera.open()
    assert seconds(hand, began_us) < 2 + FIRST_S + PATIENCE_S
    hand.turn("30")
    hand.camera.open()
    assert hand.film(5).pictures[0].key


def test_questions_to_a_stalled_camera_keep_no_buffer(hand: Hand) -> None:
    """More of them than there are buffers; then it goes on by itself, as after a loose cable."""
    hand.stall()
    for _ in range(5):
        began_us = hand.clock.monotonic_us()
        assert hand.camera.picture() is None
        assert seconds(hand, began_us) < LOOK_S + PATIENCE_S
    hand.turn("30")
    assert len(hand.film(40).pictures) >= 40
    assert hand.camera.picture() is not None


def test_a_camera_that_never_stops_is_told_as_stuck(hand: Hand) -> None:
    got: list[Packet] = []
    hand.camera.start(got.append)
    hand.turn("stuck")
    began_us = hand.clock.monotonic_us()
    with pytest.raises(StuckWorker):
        hand.camera.close(0.5)
    assert seconds(hand, began_us) < 4 * 0.5 + PATIENCE_S
    came = len(got)
    hand.turn("30")
    assert hand.camera.picture() is None
    assert len(got) == came
    for thread in threading.enumerate():
        if thread.name == "pi-camera-close":
            thread.join(STOP_S)


def test_without_a_camera_trying_costs_nothing(hand: Hand) -> None:
    hand.camera.close(STOP_S)
    hand.turn("gone")
    before = descriptors()
    for _ in range(20):
        with pytest.raises(CameraLost, match="No camera was found"):
            hand.camera.open()
    assert descriptors() <= before
    hand.turn("30")
    hand.camera.open()
    assert hand.camera.picture() is not None


def test_ten_lives_leave_nothing_open(hand: Hand) -> None:
    counts = []
    for _ in range(10):
        hand.film(2)
        hand.camera.close(STOP_S)
        counts.append((descriptors(), threading.active_count()))
        hand.camera.open()
    assert all(last <= first + 1 for first, last in zip(counts[0], counts[-1], strict=True)), counts


def test_after_the_end_it_is_closed(hand: Hand) -> None:
    station = Station(hand.camera, Beeper(hand.clock, Faults()), hand.clock)
    check_closing(station)


def descriptors() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))
