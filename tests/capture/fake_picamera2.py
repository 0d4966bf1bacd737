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
class Request:
    i420: npt.NDArray[np.uint8]
    pts_us: int
    released: int = 0

    def make_array(self, name: str) -> npt.NDArray[np.uint8]:
        assert name == "lores"
        return self.i420

    def get_metadata(self) -> dict[str, Any]:
        return {"SensorTimestamp": self.pts_us * 1000}

    def release(self) -> None:
        self.released += 1


@dataclass
class World:
    """The camera on the desk: what it can do, what it was asked, and what goes wrong."""

    modes: list[dict[str, Any]] = field(default_factory=lambda: list(MODULE_3))
    autofocus: bool = True
    fails_in: str | None = None
    hangs_in: str | None = None
    freed: threading.Event = field(default_factory=threading.Event)
    stalled: bool = False
    done: list[Any] = field(default_factory=list)
    encoders: list[Encoder] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)

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

            def create_video_configuration(self, **asked: Any) -> dict[str, Any]:
                return asked

            def configure(self, asked: dict[str, Any]) -> None:
                world.note("configure", asked)

            def start(self) -> None:
                world.note("start")

            def autofocus_cycle(self, *, wait: float) -> bool:
                world.note("autofocus", wait)
                if world.stalled:
                    raise FutureTimeout
                return True

            def capture_metadata(self, *, wait: float) -> dict[str, Any]:
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

            def capture_request(self, *, wait: float) -> Request:
                assert wait < 10
                if world.stalled:
                    raise FutureTimeout
                return world.requests[-1]

            def cancel_all_and_flush(self) -> None:
                world.note("flush")

            def stop(self) -> None:
                world.note("stop")

            def close(self) -> None:
                world.note("close")

        def h264(**asked: Any) -> Encoder:
            return Encoder(asked)

        parts: dict[str, dict[str, Any]] = {
            "picamera2": {"Picamera2": Picamera2},
            "picamera2.encoders": {"H264Encoder": h264},
            "picamera2.outputs": {"Output": Output},
            "libcamera": {
                "Transform": lambda **flips: flips,
                "controls": SimpleNamespace(AfModeEnum=SimpleNamespace(Manual="manual")),
            },
        }
        made = {name: ModuleType(name) for name in parts}
        for name, members in parts.items():
            vars(made[name]).update(members)
        vars(made["picamera2"])["encoders"] = made["picamera2.encoders"]
        return made
