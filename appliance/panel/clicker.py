"""A presenter, or another remote control with a forward key, by the kernel's input devices.

Apart from the panel because it comes and goes while the box runs, and a box without one is whole.
"""

import fcntl
import logging
import select
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from appliance.clock import Clock
from appliance.panel.clicks import Clicks, is_clicker
from appliance.panel.input_device import InputDevice, Ioctl
from appliance.panel.panel import OnClick

log: Final = logging.getLogger(__name__)
FOLDER: Final = Path("/dev/input")
LOOK_US: Final = 1_000_000
WAIT_S: Final = 0.25
"""So long after a film begins its first click may be missed."""
Identity = tuple[int, int, int]
"""Of a device's file: a new one, plugged in where another was, has another."""


class InputClicker:
    """A Clicker. What it finds is listened to only while something is filmed, and then nobody else hears it.

    `folder` and `ioctl` are the machine's own, or a test's.
    """

    def __init__(self, clock: Clock, folder: Path = FOLDER, ioctl: Ioctl = fcntl.ioctl) -> None:
        self._clock, self._folder, self._ioctl = clock, folder, ioctl
        self._clicks = Clicks()
        self._known: dict[Path, tuple[Identity, bool]] = {}
        self._held: dict[Path, InputDevice] = {}
        self._looked_us: int | None = None
        self._connected = False

    @property
    def connected(self) -> bool:
        return self._connected

    def listen(self, on_click: OnClick, filming: Callable[[], bool], stopping: threading.Event) -> None:
        try:
            while not stopping.is_set():
                self._try(on_click, filming=filming())
                if not self._held:
                    stopping.wait(WAIT_S)
        finally:
            self._let_go()

    def _try(self, on_click: OnClick, *, filming: bool) -> None:
        """Whatever fails here must not end the recorder: film goes on without a clicker."""
        try:
            self.turn(on_click, filming=filming, wait_s=WAIT_S)
        except Exception as failure:  # noqa: BLE001 - see above
            log.error("clicker: %s", type(failure).__name__)
            self._let_go()

    def turn(self, on_click: OnClick, *, filming: bool, wait_s: float = 0.0) -> None:
        """Look around if it is time, then wait up to `wait_s` for keys while filming."""
        now_us = self._clock.monotonic_us()
        if self._looked_us is None or now_us - self._looked_us >= LOOK_US:
            self._looked_us = now_us
            self._look()
        if not filming:
            self._let_go()
            return
        for path, (_, wanted) in self._known.items():
            if wanted and path not in self._held:
                self._hold(path)
        for path in self._with_news(wait_s):
            self._take(path, on_click)

    def _look(self) -> None:
        """Each device is asked once what it is; one that cannot be opened yet again, for udev sets its mode late."""
        there: dict[Path, tuple[Identity, bool]] = {}
        for path in _files(self._folder):
            identity = _identity(path)
            before = self._known.get(path)
            if identity is None:
                continue
            if before is not None and before[0] == identity:
                there[path] = before
            elif (answer := self._ask(path)) is not None:
                there[path] = identity, answer
        self._known = there
        self._tell(any(wanted for _, wanted in there.values()))

    def _tell(self, connected: bool) -> None:
        if connected is not self._connected:
            log.info("clicker %s", "connected" if connected else "gone")
        self._connected = connected

    def _ask(self, path: Path) -> bool | None:
        """Whether it is a clicker; None where it cannot say."""
        try:
            device = InputDevice(path, self._ioctl)
        except OSError:
            return None
        try:
            return is_clicker(device.bus(), device.keys())
        except OSError:
            return None
        finally:
            device.close()

    def _hold(self, path: Path) -> None:
        try:
            self._held[path] = InputDevice(path, self._ioctl)
        except OSError:
            return
        self._held[path].hold()

    def _with_news(self, wait_s: float) -> list[Path]:
        if not self._held:
            return []
        ready, _, _ = select.select(self._held.values(), [], [], wait_s)
        return [path for path, device in self._held.items() if device in ready]

    def _take(self, path: Path, on_click: OnClick) -> None:
        try:
            events = self._held[path].read()
        except OSError:
            self._drop(path)
            return
        for event in events:
            if self._clicks.is_click(event):
                on_click(event.at_us)

    def _drop(self, path: Path) -> None:
        """It was pulled out, it seems: the next look finds out."""
        self._held.pop(path).close()
        self._known.pop(path, None)

    def _let_go(self) -> None:
        for device in self._held.values():
            device.close()
        self._held.clear()


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(folder.glob("event*"))
    except OSError:
        return []


def _identity(path: Path) -> Identity | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_rdev, found.st_ctime_ns
