"""Makes picamera2 drive libcamera's "virtual" camera as it drives a board's: at a pace, into buffers that it takes.

Apart because it is imported by every Python of the system it is installed in (install.sh) and sees nothing of ours; it
does nothing until picamera2 is imported. Other than a board's camera this one has no raw modes, no lens and no
exposure, knows NV12 only, wants the two planes of a picture told apart, and fills a request as soon as it gets it.
"""

import collections
import mmap
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import partialmethod
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

SWITCH = "/run/virtual-camera"
"""A number: pictures a second, 0 for a sensor that stalls. "gone": there is no camera, and one that was open stalls.
"stuck": it stalls, and whoever stops it waits for ever (picamera2 issue 1392). Without the file 30 a second."""
FPS = 30.0
LOOK_S = 0.02


class Hook(MetaPathFinder):
    """Waits for picamera2's import."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "picamera2.picamera2":
            return None
        sys.modules.setdefault("pykms", _Named("pykms"))  # for a preview window, which nobody opens here
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            loader.exec_module = _then(loader.exec_module, fit)
        return spec


class _Named(ModuleType):
    """Has every name that is asked for."""

    def __getattr__(self, name: str) -> Any:
        return _Named(name)


class Pacer:
    """Gives libcamera its requests one by one at the switch's pace; those it has not been given are gone at a stop."""

    def __init__(self, camera: Any) -> None:
        self._give, self._stop = camera.queue_request, camera.stop
        self._waiting: collections.deque[tuple[Any, Any]] = collections.deque()
        self._lock = threading.Lock()
        self._running = False
        self._missing = self._told = 0
        self._told_s = 0.0

    def queue_request(self, camera: Any, request: Any) -> None:
        with self._lock:
            self._running = True
            self._waiting.append((camera, request))

    def stop(self, camera: Any) -> Any:
        while switch() == "stuck":
            time.sleep(LOOK_S)
        with self._lock:
            self._running = False
            self._waiting.clear()
            return self._stop(camera)

    def run(self) -> None:
        """On a grid of times, as a sensor: one that is late is followed by one that is not."""
        due = time.monotonic()
        while True:
            fps = pace()
            if not fps:
                time.sleep(LOOK_S)
                due = time.monotonic()
                continue
            steps = max(1, int((time.monotonic() - due) * fps))
            due += steps / fps
            time.sleep(max(0.0, due - time.monotonic()))
            self._tell(steps - self._step())

    def _step(self) -> int:
        """How many of the grid's steps are no loss."""
        with self._lock:
            if self._waiting:
                self._give(*self._waiting.popleft())
                return 1
            return 0 if self._running else sys.maxsize

    def _tell(self, missing: int) -> None:
        """Those that the machine was too slow for: no recorder can have lost them. At most once a second."""
        self._missing += max(0, missing)
        if self._missing != self._told and time.monotonic() - self._told_s > 1:
            self._told, self._told_s = self._missing, time.monotonic()
            print(f"virtual camera: {self._missing} pictures were not taken", file=sys.stderr, flush=True)


def switch() -> str:
    try:
        with open(SWITCH, encoding="ascii") as file:
            return file.read().strip()
    except OSError:
        return ""


def pace() -> float:
    word = switch()
    return 0.0 if word in {"gone", "stuck"} else float(word or FPS)


def fit(picamera2: ModuleType) -> None:
    """Change what must be changed in picamera2's main module, once it is there."""
    import libcamera

    real: Any = picamera2
    listed = real.Picamera2.global_camera_info
    real.Picamera2.global_camera_info = staticmethod(lambda: [] if switch() == "gone" else listed())
    real.Picamera2._get_raw_modes = _modes
    real.DmaAllocator = _allocator(real.DmaAllocator)
    pacer = Pacer(libcamera.Camera)
    libcamera.Camera.queue_request = partialmethod(_turned, pacer.queue_request)
    libcamera.Camera.stop = partialmethod(_turned, pacer.stop)
    threading.Thread(target=pacer.run, name="virtual-camera", daemon=True).start()


def _turned(camera: Any, call: Callable[..., Any], *rest: Any) -> Any:
    return call(camera, *rest)


def _modes(camera: Any) -> list[dict[str, Any]]:
    """What a camera without a raw stream tells: its ordinary sizes; and no sensor mode that says more."""
    from libcamera import StreamRole

    formats = camera.camera.generate_configuration([StreamRole.VideoRecording]).at(0).formats
    camera.sensor_modes_ = [{"format": str(kind)} for kind in formats.pixel_formats]
    return [
        {"format": str(kind), "size": (size.width, size.height)}
        for kind in formats.pixel_formats
        for size in formats.sizes(kind)
    ]


def _allocator(base: Any) -> Any:
    """picamera2's allocator and its book-keeping, on plain memory; NV12 has one plane of brightness, one of colour."""

    class Heap:
        def close(self) -> None: ...

    sys.modules[base.__module__].DmaHeap = Heap  # type: ignore[attr-defined]

    class Unlocked:
        """Nothing but the processor touches this memory."""

        def __init__(self, allocator: Any, buffer: Any, _write: bool) -> None:
            self._memory = allocator.mapped_buffers[buffer]

        def __enter__(self) -> Any:
            return self._memory

        def __exit__(self, *_: object) -> None: ...

    class TwoPlanes(base):  # type: ignore[misc] # picamera2 has no types
        open_fds: list[int]
        libcamera_fds: list[int]

        def __init__(self) -> None:
            super().__init__()
            self.sync = Unlocked

        def allocate(self, configurations: Any, _use: Any) -> None:
            self.libcamera_fds = []
            self.cleanup()
            for descriptor in self.open_fds:
                os.close(descriptor)
            self.open_fds = []
            self.frame_buffers = {
                one.stream: [self._make(one) for _ in range(one.buffer_count)] for one in configurations
            }

        def _make(self, wanted: Any) -> Any:
            from libcamera import FrameBuffer

            memory = os.memfd_create("picture", os.MFD_CLOEXEC)
            os.ftruncate(memory, wanted.frame_size)
            self.open_fds.append(memory)
            planes, luma = [], wanted.stride * wanted.size.height
            for offset, length in ((0, luma), (luma, wanted.frame_size - luma)):
                plane = FrameBuffer.Plane()
                plane.fd, plane.offset, plane.length = memory, offset, length
                planes.append(plane)
            buffer = FrameBuffer(planes)
            self.libcamera_fds.append(planes[0].fd)
            self.mapped_buffers_used[planes[0].fd] = False
            self.mapped_buffers[buffer] = mmap.mmap(memory, wanted.frame_size)
            return buffer

    return TwoPlanes


def _then(first: Callable[[ModuleType], None], second: Callable[[ModuleType], None]) -> Callable[[ModuleType], None]:
    def both(module: ModuleType) -> None:
        first(module)
        second(module)

    return both


sys.meta_path.insert(0, Hook())
