"""What the adapter asks of picamera2, and that nothing of ours gets into its threads."""

import builtins
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from appliance.capture.camera import Profile
from appliance.capture.packet import Packet, VideoPacket
from appliance.capture.pi_camera import PiCamera, widest
from appliance.errors import CameraLost
from appliance.worker import StuckWorker
from tests.capture.contract import STOP_S
from tests.capture.fake_picamera2 import MODULE_3, Request, World

SENSOR_US = 123_456_789_012
MakeCamera = Callable[..., PiCamera]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def make(world: World, monkeypatch: pytest.MonkeyPatch) -> MakeCamera:
    def make_camera(profile: Profile | None = None, **options: Any) -> PiCamera:
        for name, module in world.modules().items():
            monkeypatch.setitem(sys.modules, name, module)
        return PiCamera(profile or Profile(), **options)

    return make_camera


def asked_of(world: World, call: str) -> Any:
    return next(step[1] for step in world.done if isinstance(step, tuple) and step[0] == call)


def names(world: World) -> list[str]:
    return [step if isinstance(step, str) else step[0] for step in world.done]


def test_it_asks_for_the_whole_view_in_yuv_at_a_fixed_rate(world: World, make: MakeCamera) -> None:
    make(hflip=True).open()
    assert asked_of(world, "configure") == {
        "main": {"size": (1920, 1080), "format": "YUV420"},
        "lores": {"size": (640, 360), "format": "YUV420"},
        "raw": None,
        "sensor": {"output_size": (2304, 1296), "bit_depth": 10},
        "transform": {"hflip": True, "vflip": False},
        "buffer_count": 4,
        "controls": {"FrameDurationLimits": (33_333, 33_333)},
    }


def test_focus_is_found_once_and_locked(world: World, make: MakeCamera) -> None:
    make().open()
    assert names(world) == ["open", "configure", "start", "autofocus", "controls"]
    assert asked_of(world, "controls") == {"AfMode": "manual", "LensPosition": 2.5}


def test_a_lens_without_autofocus_is_left_alone(world: World, make: MakeCamera) -> None:
    world.autofocus = False
    make().open()
    assert names(world) == ["open", "configure", "start"]


def test_an_autofocus_that_never_ends_does_not_stop_the_camera(world: World, make: MakeCamera) -> None:
    world.stalled = True
    make().open()
    assert names(world)[-3:] == ["autofocus", "flush", "controls"]


@pytest.mark.parametrize(
    ("size", "fps", "expected"),
    [((1920, 1080), 30, (2304, 1296)), ((1280, 720), 30, (2304, 1296)), ((1280, 720), 100, (1536, 864)),
     ((4608, 2592), 10, (4608, 2592))],
)  # fmt: skip
def test_the_widest_mode_that_is_fast_enough(size: tuple[int, int], fps: int, expected: tuple[int, int]) -> None:
    mode = widest(MODULE_3, Profile(*size, fps=fps))
    assert mode is not None
    assert mode["output_size"] == expected


@pytest.mark.parametrize("modes", [[], [{"format": "NV12"}], [MODULE_3[2]]])
def test_a_sensor_without_a_fitting_mode_is_left_to_picamera2(
    world: World, make: MakeCamera, modes: list[dict[str, Any]]
) -> None:
    world.modes = modes
    make().open()
    assert "sensor" not in asked_of(world, "configure")


def test_packets_carry_the_sensors_own_time(world: World, make: MakeCamera) -> None:
    camera, got = make(), list[Packet]()
    camera.open()
    for begun_us in (SENSOR_US, SENSOR_US + 60_000_000):
        camera.start(got.append)
        encoder = world.encoders[-1]
        encoder.give(b"key", begun_us, key=True)
        encoder.give(b"next", begun_us + 33_333, key=False)
        camera.stop(STOP_S)
        encoder.give(b"late", begun_us + 66_666, key=False)
    assert got == [
        VideoPacket(b"key", SENSOR_US, True),
        VideoPacket(b"next", SENSOR_US + 33_333, False),
        VideoPacket(b"key", SENSOR_US + 60_000_000, True),
        VideoPacket(b"next", SENSOR_US + 60_033_333, False),
    ]
    first, second = world.encoders
    assert first is not second, "each start has an encoder of its own"
    assert first.asked == {"bitrate": 8_000_000, "repeat": True, "iperiod": 30, "framerate": 30}
    assert asked_of(world, "start_encoder") == "main"


def test_nothing_that_a_sink_raises_escapes(world: World, make: MakeCamera) -> None:
    camera, calls = make(), list[Packet]()

    def failing(packet: Packet) -> None:
        calls.append(packet)
        raise MemoryError

    camera.open()
    camera.start(failing)
    encoder = world.encoders[-1]
    for number in range(3):
        encoder.give(b"x", SENSOR_US + number, key=number == 0)
    encoder.output.outputframe(b"x", True, None)
    encoder.output.outputframe(None, True, 5, object(), audio=True)
    assert len(calls) == 3
    assert encoder.output.failures == 4


@pytest.mark.parametrize("step", ["open", "configure", "start"])
def test_a_camera_that_does_not_open_is_let_go(world: World, make: MakeCamera, step: str) -> None:
    world.fails_in = step
    camera = make()
    with pytest.raises(CameraLost):
        camera.open()
    assert (names(world)[-1] == "close") == (step != "open")
    assert camera.picture() is None
    world.fails_in = None
    camera.open()
    camera.start(lambda packet: None)


def test_an_encoder_that_does_not_start_leaves_the_camera_ready(world: World, make: MakeCamera) -> None:
    camera = make()
    camera.open()
    world.fails_in = "start_encoder"
    with pytest.raises(CameraLost):
        camera.start(lambda packet: None)
    world.fails_in = None
    camera.start(lambda packet: None)
    with pytest.raises(CameraLost):
        camera.start(lambda packet: None)


def test_closing_flushes_first_and_survives_a_broken_stop(world: World, make: MakeCamera) -> None:
    camera = make()
    camera.open()
    camera.start(lambda packet: None)
    world.fails_in = "stop_encoder"
    camera.close(STOP_S)
    camera.close(STOP_S)
    assert names(world)[-4:] == ["stop_encoder", "flush", "stop", "close"]
    with pytest.raises(CameraLost):
        camera.start(lambda packet: None)


@pytest.mark.parametrize("step", ["stop_encoder", "stop"])
def test_a_step_that_hangs_is_given_up_and_the_rest_is_done(world: World, make: MakeCamera, step: str) -> None:
    camera = make()
    camera.open()
    got: list[Packet] = []
    camera.start(got.append)
    world.hangs_in = step
    with pytest.raises(StuckWorker):
        camera.close(0.05)
    world.encoders[-1].give(b"late", SENSOR_US, key=True)
    world.freed.set()
    assert names(world)[-4:] == ["stop_encoder", "flush", "stop", "close"]
    assert got == []


def test_picture_is_the_newest_small_one_and_is_given_back(world: World, make: MakeCamera) -> None:
    camera = make()
    assert camera.picture() is None
    camera.open()
    i420 = np.arange(540 * 640, dtype=np.uint32).astype(np.uint8).reshape(540, 640)
    world.requests.append(Request(np.pad(i420, ((0, 0), (0, 64))), SENSOR_US))
    picture = camera.picture()
    assert picture is not None
    assert (picture.i420 == i420).all()
    assert picture.pts_us == SENSOR_US
    assert world.requests[-1].released == 1
    world.stalled = True
    assert camera.picture() is None


def test_without_picamera2_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("picamera2"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CameraLost) as lost:
        PiCamera(Profile()).open()
    assert "python3-picamera2" in lost.value.do
