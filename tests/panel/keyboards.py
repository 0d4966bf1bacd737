"""The kernel's input devices without a kernel's help: pipes that carry its events, and answers to its questions.

Apart from the tests because this machine may have no /dev/input, and a pulled plug must be a few lines.
"""

import errno
import os
import struct
import time
from dataclasses import dataclass, field
from pathlib import Path

from appliance.panel.clicks import BLUETOOTH, KEY, USB

EV_SYN, EV_MSC = 0, 4
LETTERS = frozenset({0x10, 0x1E, 0x30, 0x01, 0x3F})
PRESENTER = frozenset({0x6D, 0x68, 0x3F, 0x01, 0x34})
"""Page Down, Page Up, F5, Escape, full stop: what a Logitech R400 sends."""
VOLUME = frozenset({0x72, 0x73, 0x71})
SHUTTER = frozenset({0x73, 0x1C})


@dataclass
class Plugged:
    """One device: `sent` is the end that the test writes to."""

    path: Path
    bus: int
    keys: frozenset[int]
    sent: int


@dataclass
class Keyboards:
    """A /dev/input with nothing in it. `grabs`: whether each path's newest opening is held alone."""

    folder: Path
    clock_id: int | None = None
    wall_clock_only: bool = False
    grabs: dict[Path, bool] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    _plugged: dict[Path, Plugged] = field(default_factory=dict)

    def plug(self, name: str, bus: int = USB, keys: frozenset[int] = PRESENTER) -> Plugged:
        path = self.folder / name
        os.mkfifo(path)
        self._plugged[path] = Plugged(path, bus, keys, os.open(path, os.O_RDWR | os.O_NONBLOCK))
        return self._plugged[path]

    def pull(self, device: Plugged) -> None:
        """Its readers are told that it is gone, its file goes."""
        os.close(device.sent)
        device.path.unlink()
        del self._plugged[device.path]

    def send(self, device: Plugged, code: int, value: int, at_us: int, kind: int = KEY) -> None:
        """As usbhid does: the scan code, the key, the end of the report."""
        seconds, micros = divmod(at_us, 1_000_000)
        report = ((EV_MSC, 4, 0x7004E), (kind, code, value), (EV_SYN, 0, 0))
        os.write(device.sent, b"".join(struct.pack("@llHHi", seconds, micros, *each) for each in report))

    def ioctl(self, fd: int, number: int, argument: bytearray | bytes | int) -> int:
        """The four questions of linux/input.h, by the numbers that a C compiler gives them."""
        device = self._plugged[Path(os.readlink(f"/proc/self/fd/{fd}"))]
        self.asked.append(number)
        if number == 0x80084502 and isinstance(argument, bytearray):
            argument[:] = struct.pack("<HHHH", device.bus, 0x046D, 0xC52D, 0x111)
        elif number == 0x80604521 and isinstance(argument, bytearray):
            for code in device.keys:
                argument[code // 8] |= 1 << code % 8
        elif number == 0x40044590:
            self.grabs[device.path] = bool(argument)
        elif number == 0x400445A0 and isinstance(argument, bytes) and not self.wall_clock_only:
            (self.clock_id,) = struct.unpack("@i", argument)
        else:
            raise OSError(errno.EINVAL, "Invalid argument")
        return 0

    @property
    def tells_monotonic(self) -> bool:
        return self.clock_id == time.CLOCK_MONOTONIC


__all__ = ["BLUETOOTH", "LETTERS", "PRESENTER", "SHUTTER", "USB", "VOLUME", "Keyboards", "Plugged"]
