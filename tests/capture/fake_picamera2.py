"""As much of picamera2 and libcamera as the adapter touches, driven from the sensor's side."""

import threading
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

MODULE_3 = [
    {"size": (1536, 864), "bit_depth": 10, "fps": 120.13, "crop_limits": (768, 432, 3072, 1728)},
    {"size": (2304, 1296), "bit_depth": 10, "fps": 56.03, "crop_limits": (0, 0, 4608, 2592)},
    {"size": (4608, 2592), "bit_depth": 10, "fps": 14.35, "crop_limits": (0, 0, 4608, 2592)},
]
"""What Picamera2.sensor_modes tells of a Camera Module 3."""


class Output:
    def __init__(self) -> None:
        self.recording = False


@dataclass
class Encoder:
    """Its parameters as asked for; `give` is the sensor's frame at an absolute time, as `Encoder._timestamp` has it."""

    asked: dict[str, Any]
    output: Any = None
    firsttimestamp: int | None = None

    def give(self, data: bytes, sensor_us: int, *, key: bool) -> None:
        if self.firsttimestamp is None:
            self.firsttimestamp = sensor_us
        self.output.outputframe(data, key, sensor_us - self.firsttimestamp, None, False)


@dataclass
class Job:
    """What picamera2 gives who does not wait; it is done with the next picture."""

    world: "World"

    def get_result(self, timeout: float) -> Any:
        assert timeout < 10
        if self.world.stalled:
            raise FutureTimeout
        array, sensor_us = self.world.pictures[-1]
        return [array], {"SensorTimestamp": sensor_us * 1000}


@dataclass
class World:
    """The camera on the desk: what it can do, what it was asked, and what goes wrong."""

    modes: list[dict[str, Any]] = field(default_factory=lambda: list(MODULE_3))
    cameras: int = 1
    platform: str = "VC4"
    autofocus: bool = True
    hunting: bool = False
    """The lens never comes to rest."""
    adjusts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """For each stream what libcamera makes of it without a word: size, format, stride."""
    fails_in: str | None = None
    hangs_in: str | None = None
    freed: threading.Event = field(default_factory=threading.Event)
    stalled: bool = False
    done: list[Any] = field(default_factory=list)
    encoders: list[Encoder] = field(default_factory=list)
    pictures: list[tuple[npt.NDArray[np.uint8], int]] = field(default_factory=list)
    """As make_array gives the small stream, and the sensor's time."""

    def note(self, call: str, *details: Any) -> None:
        self.done.append((call, *details) if details else call)
        if self.fails_in == call:
            raise RuntimeError(call)
        if self.hangs_in == call:
            self.freed.wait(30)

    def modules(self) -> dict[str, ModuleType]:
        """For sys.modules."""
        world = self

        class Picamera2:
            sensor_modes = world.modes
            camera_controls = {"AfMode": (0, 2, 0)} if world.autofocus else {}

            def __init__(self, number: int) -> None:
                world.note("open", number)
                self._configured: dict[str, Any] = {}

            @staticmethod
            def global_camera_info() -> list[dict[str, Any]]:
                return [{"Num": number} for number in range(world.cameras)]

            def create_video_configuration(self, **asked: Any) -> dict[str, Any]:
                return asked

            def configure(self, asked: dict[str, Any]) -> None:
                world.note("configure", asked)
                self._configured = {
                    name: {**asked[name], "stride": asked[name]["size"][0], **world.adjusts.get(name, {})}
                    for name in ("main", "lores")
                }
                self._configured["sensor"] = world.adjusts.get("sensor", asked.get("sensor"))

            def camera_configuration(self) -> dict[str, Any]:
                return self._configured

            def start(self) -> None:
                world.note("start")

            def autofocus_cycle(self, *, wait: float) -> bool:
                world.note("autofocus", wait)
                if world.hunting:
                    raise FutureTimeout
                return True

            def capture_metadata(self, *, wait: float) -> dict[str, Any]:
                if world.stalled:
                    raise FutureTimeout
                return {"LensPosition": 2.5, "wait": wait}

            def set_controls(self, asked: dict[str, Any]) -> None:
                world.note("controls", asked)

            def start_encoder(self, encoder: Encoder, output: Any, *, name: str) -> None:
                encoder.output = output
                world.encoders.append(encoder)
                world.note("start_encoder", name)

            def stop_encoder(self, encoder: Encoder) -> None:
                assert encoder in world.encoders
                world.note("stop_encoder")

            def capture_arrays(self, names: list[str], *, wait: bool) -> Job:
                assert (names, wait) == (["lores"], False)
                world.note("ask")
                return Job(world)

            def cancel_all_and_flush(self) -> None:
                world.note("flush")

            def stop(self) -> None:
                world.note("stop")

            def close(self) -> None:
                world.note("close")

        def encoder(kind: str) -> Any:
            return lambda **asked: Encoder({"kind": kind, **asked})

        parts: dict[str, dict[str, Any]] = {
            "picamera2": {"Picamera2": Picamera2, "get_platform": lambda: SimpleNamespace(name=world.platform)},
            "picamera2.encoders": {},
            "picamera2.encoders.h264_encoder": {"H264Encoder": encoder("V4L2")},
            "picamera2.encoders.libav_h264_encoder": {"LibavH264Encoder": encoder("libx264")},
            "picamera2.outputs": {"Output": Output},
            "libcamera": {
                "Transform": lambda **flips: flips,
                "controls": SimpleNamespace(AfModeEnum=SimpleNamespace(Manual="manual")),
            },
        }
        made = {name: ModuleType(name) for name in parts}
        for name, members in parts.items():
            vars(made[name]).update(members)
        return made
