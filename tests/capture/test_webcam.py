"""Pictures from a device become packets at the device's own pace; a device that is not there says so."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest
from av.container import InputContainer

from appliance.capture import marker
from appliance.capture.camera import Profile
from appliance.capture.webcam import Webcam, capture_us, open_device
from appliance.clock import SystemClock
from appliance.errors import CameraLost
from tests.capture.contract import STOP_S, nal_types
from tests.capture.films import make_film
from tests.capture.takes import Take, pictures_of

PROFILE = Profile(width=640, height=360, fps=15, bitrate=1_000_000)
FRAMES = 60


@pytest.fixture(scope="module")
def motion_jpeg(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """What a webcam sends: MJPEG, numbered pictures of another shape than the profile's."""
    pictures = []
    for number in range(FRAMES):
        luma = np.full((360, 640), 90, dtype=np.uint8)
        marker.draw(luma, number)
        pictures.append(luma)
    path = make_film(tmp_path_factory.mktemp("webcam") / "w.mjpeg", pictures, fps=15, codec="mjpeg")
    return path.read_bytes()


class Device:
    """A cable: MJPEG written into a pipe by hand, read by the webcam through libav."""

    def __init__(self, content: bytes) -> None:
        self.pictures = [b"\xff\xd8" + part for part in content.split(b"\xff\xd8")[1:]]
        read_end, self._write_end = os.pipe()
        self._reader = os.fdopen(read_end, "rb", buffering=0)
        self._go, self._unplugged = threading.Event(), threading.Event()
        self._feeding = threading.Thread(target=self._feed, daemon=True)
        self._feeding.start()

    def lens(self) -> InputContainer:
        options = {"probesize": "32", "analyzeduration": "0", "fflags": "nobuffer"}
        return av.open(self._reader, "r", format="mjpeg", options=options)

    def send_all(self) -> None:
        self._go.set()

    def unplug(self) -> None:
        self._go.set()
        self._unplugged.set()
        self._feeding.join(5)

    def put_away(self) -> None:
        self.unplug()
        self._reader.close()

    def _feed(self) -> None:
        with os.fdopen(self._write_end, "wb", buffering=0) as cable:
            for number, picture in enumerate(self.pictures):
                if number >= 8:
                    self._go.wait(10)
                if self._unplugged.is_set():
                    return
                cable.write(picture)
                self._unplugged.wait(0.02)
            self._unplugged.wait(10)


@pytest.fixture
def device(motion_jpeg: bytes) -> Iterator[Device]:
    device = Device(motion_jpeg)
    yield device
    device.put_away()


def test_pictures_become_packets_at_the_devices_pace(device: Device) -> None:
    clock = SystemClock()
    webcam = Webcam("unused", PROFILE, clock, device.lens)
    assert webcam.picture() is None
    webcam.open()
    while webcam.picture() is None:
        pass
    take = Take(clock)
    webcam.start(take)
    with pytest.raises(CameraLost):
        webcam.start(take)
    device.send_all()
    take.wait_for(lambda seen: len(seen.pictures) >= 35)
    webcam.stop(STOP_S)
    ended = len(take.pictures)
    numbers = [marker.read(picture) for picture in pictures_of(take.pictures)]
    first = numbers[0]
    assert first is not None
    assert numbers == list(range(first, first + len(numbers)))
    assert [place for place, packet in enumerate(take.pictures) if packet.key] == list(range(0, ended, PROFILE.fps))
    assert all({7, 8, 5} <= set(nal_types(packet)) for packet in take.pictures if packet.key)
    lags = [at - packet.pts_us for packet, at in take.arrivals]
    assert min(lags) >= 0
    assert sorted(lags)[len(lags) // 2] < 100_000
    assert (np.diff([packet.pts_us for packet in take.pictures]) > 0).all()
    picture = webcam.picture()
    assert picture is not None
    assert picture.i420.shape == (540, 640)
    device.unplug()
    for _ in range(2):
        webcam.close(STOP_S)
    assert len(take.pictures) == ended
    assert webcam.picture() is None


def test_an_unplugged_webcam_falls_silent_and_refuses_the_next_start(device: Device) -> None:
    webcam = Webcam("unused", PROFILE, SystemClock(), device.lens)
    webcam.open()
    device.unplug()
    give_up_us = SystemClock().monotonic_us() + 5_000_000

    def start_until_refused() -> None:
        while SystemClock().monotonic_us() < give_up_us:
            webcam.start(lambda packet: None)
            webcam.stop(STOP_S)

    with pytest.raises(CameraLost, match="no pictures"):
        start_until_refused()
    webcam.close(STOP_S)


def test_no_device_says_what_to_do() -> None:
    webcam = Webcam("/dev/video-of-nobody", PROFILE, SystemClock())
    with pytest.raises(CameraLost) as lost:
        webcam.open()
    assert "/dev/video-of-nobody" in lost.value.do
    with pytest.raises(CameraLost):
        webcam.start(lambda packet: None)
    webcam.close(STOP_S)


def test_what_is_no_camera_does_not_answer(tmp_path: Path) -> None:
    file = tmp_path / "video0"
    file.write_bytes(b"not a device")
    with pytest.raises(CameraLost, match="does not answer"):
        open_device(str(file), PROFILE)


@pytest.mark.parametrize(
    ("stamp_s", "expected_us"),
    [
        (99.9, 99_900_000),
        (100.0, 100_000_000),
        (None, 100_000_000),
        (98.9, 100_000_000),
        (100.1, 100_000_000),
        (0.0, 100_000_000),
    ],
)
def test_a_device_is_believed_about_the_last_second_only(stamp_s: float | None, expected_us: int) -> None:
    assert capture_us(stamp_s, 100_000_000) == expected_us
