"""What the adapter asks of picamera2, and that nothing of ours gets into its threads."""

import builtins
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from appliance.capture.board_encoder import OTHER, PISP, VC4, BoardEncoder, board_model, encoder_of
from appliance.capture.camera import Profile
from appliance.capture.packet import Packet, VideoPacket
from appliance.capture.pi_camera import PiCamera
from appliance.capture.pi_streams import widest
from appliance.errors import CameraLost
from appliance.worker import StuckWorker
from tests.capture.contract import STOP_S
from tests.capture.fake_picamera2 import MODULE_3, World

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
    world.hunting = True
    make().open()
    assert names(world)[-3:] == ["autofocus", "flush", "controls"]


def test_a_camera_that_sends_nothing_does_not_open(world: World, make: MakeCamera) -> None:
    world.stalled = True
    camera = make()
    with pytest.raises(CameraLost):
        camera.open()
    assert names(world)[-3:] == ["flush", "stop", "close"]


def test_without_a_camera_none_is_made(world: World, make: MakeCamera) -> None:
    world.cameras = 0
    with pytest.raises(CameraLost, match="No camera was found"):
        make().open()
    assert world.done == []


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("Raspberry Pi 4 Model B Rev 1.5", VC4),
        ("Raspberry Pi Compute Module 4 Rev 1.0", VC4),
        ("Raspberry Pi 400 Rev 1.0", VC4),
        ("Raspberry Pi Zero 2 W Rev 1.0", VC4),
        ("Raspberry Pi 5 Model B Rev 1.1", PISP),
        ("Raspberry Pi 500 Rev 1.0", PISP),
        ("Raspberry Pi Compute Module 5 Rev 1.0", PISP),
        ("", OTHER),
    ],
)
def test_the_board_says_which_encoder_it_has(model: str, expected: object, tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(model.encode() + b"\0")
    assert encoder_of(board_model(tmp_path / "model")) is expected
    assert board_model(tmp_path / "none") == ""


@pytest.mark.parametrize(("encoder", "kind"), [(VC4, "V4L2"), (PISP, "libx264"), (OTHER, "libx264")])
def test_each_board_is_asked_in_its_way(world: World, make: MakeCamera, encoder: BoardEncoder, kind: str) -> None:
    world.platform = encoder.platform or "VC4"
    camera = make(Profile(1280, 720, 25, 4_000_000), encoder=encoder)
    camera.open()
    camera.start(lambda packet: None)
    assert world.encoders[-1].asked == {
        "kind": kind,
        "bitrate": 4_000_000,
        "repeat": True,
        "iperiod": 25,
        "framerate": 25,
        "profile": "high",
    }


@pytest.mark.parametrize(("encoder", "platform"), [(PISP, "VC4"), (VC4, "PISP")])
def test_a_board_that_picamera2_takes_for_another_is_not_opened(
    world: World, make: MakeCamera, encoder: BoardEncoder, platform: str
) -> None:
    """A Pi 5 whose video nodes are hidden from us passes for a Pi 4."""
    world.platform = platform
    with pytest.raises(CameraLost, match="another kind"):
        make(encoder=encoder).open()
    assert world.done == []


@pytest.mark.parametrize("stream", ["main", "lores"])
@pytest.mark.parametrize("adjusted", [{"size": (1280, 704)}, {"format": "XBGR8888"}])
def test_a_size_or_format_that_was_not_asked_for_is_refused(
    world: World, make: MakeCamera, stream: str, adjusted: dict[str, Any]
) -> None:
    world.adjusts = {stream: adjusted}
    with pytest.raises(CameraLost, match=r"cannot film at 1920 x 1080\."):
        make().open()
    assert "start" not in names(world)


def test_a_narrower_view_than_asked_for_is_told(
    world: World, make: MakeCamera, caplog: pytest.LogCaptureFixture
) -> None:
    world.adjusts = {"sensor": {"output_size": (1536, 864), "bit_depth": 10}}
    make().open()
    assert "not the whole view" in caplog.text


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


def i420_of(width: int, height: int) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 255, (height * 3 // 2, width), dtype=np.uint8)


def test_picture_is_the_newest_small_one(world: World, make: MakeCamera) -> None:
    camera, i420 = make(), i420_of(640, 360)
    assert camera.picture() is None
    camera.open()
    world.pictures.append((i420.copy(), SENSOR_US))
    picture = camera.picture()
    assert picture is not None
    assert (picture.i420 == i420).all()
    assert picture.pts_us == SENSOR_US
    world.stalled = True
    assert camera.picture() is None


def test_a_padded_picture_loses_its_padding(world: World, make: MakeCamera) -> None:
    """Two lines of a colour plane share one of the array, each with its own padding."""
    world.adjusts = {"lores": {"stride": 704}}
    camera, i420 = make(), i420_of(640, 360)
    colour = np.pad(i420[360:].reshape(2, 180, 320), ((0, 0), (0, 0), (0, 32))).reshape(180, 704)
    world.pictures.append((np.vstack([np.pad(i420[:360], ((0, 0), (0, 64))), colour]), SENSOR_US))
    camera.open()
    picture = camera.picture()
    assert picture is not None
    assert (picture.i420 == i420).all()


def test_a_picture_with_its_colours_side_by_side_is_put_in_planes(world: World, make: MakeCamera) -> None:
    world.adjusts = {"main": {"format": "NV12"}, "lores": {"format": "NV12"}}
    camera, i420 = make(), i420_of(640, 360)
    colour = i420[360:].reshape(2, 180, 320).transpose(1, 2, 0).reshape(180, 640)
    world.pictures.append((np.vstack([i420[:360], colour]), SENSOR_US))
    camera.open()
    picture = camera.picture()
    assert picture is not None
    assert (picture.i420 == i420).all()


def test_nobody_asks_a_camera_that_is_being_closed(world: World, make: MakeCamera) -> None:
    """A question behind the flush would be a job that `stop` waits behind for ever."""
    camera = make()
    camera.open()
    world.hangs_in = "flush"
    with pytest.raises(StuckWorker):
        camera.close(0.05)
    world.freed.set()
    assert camera.picture() is None
    assert "ask" not in names(world)


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


def test_nobody_forces_a_key_frame(checkout: Path) -> None:
    """With libx264 and PyAV 14 or later it ends the camera's thread (issue 1317)."""
    sources = [path.read_text(encoding="utf-8") for path in (checkout / "appliance").rglob("*.py")]
    assert len(sources) > 100
    assert not any(".force_key_frame" in source for source in sources)
