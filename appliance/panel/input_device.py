"""One of the kernel's input devices: what it can send, and what it sends.

Apart because it alone knows the kernel's numbers (linux/input.h), which have not changed since 1999. python-evdev would
know them for us; DESIGN.md, decision 95, says why it is not here.
"""

import fcntl
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from appliance.panel.clicks import KEY, Event

EVENT: Final = struct.Struct("@llHHi")
"""struct input_event: seconds, microseconds, type, code, value; native sizes, as the kernel's own."""
KEY_BYTES: Final = 0x300 // 8
GET_ID: Final = 0x80084502
GET_KEYS: Final = 0x80000000 | KEY_BYTES << 16 | ord("E") << 8 | 0x20 + KEY
GRAB: Final = 0x40044590
SET_CLOCK: Final = 0x400445A0
READ_BYTES: Final = 64 * EVENT.size

Ioctl = Callable[..., int]


class InputDevice:
    """Open from the beginning, for reading only; raises OSError as files do, ENODEV once it was pulled out."""

    def __init__(self, path: Path, ioctl: Ioctl = fcntl.ioctl) -> None:
        self._ioctl = ioctl
        self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        self._now: Callable[[int, int], int] = _by_us

    def fileno(self) -> int:
        return self._fd

    def bus(self) -> int:
        """How it is plugged in: the first field of struct input_id."""
        told = bytearray(8)
        self._ioctl(self._fd, GET_ID, told)
        return int.from_bytes(told[:2], "little")

    def keys(self) -> frozenset[int]:
        """The codes of all keys that it may ever send."""
        told = bytearray(KEY_BYTES)
        self._ioctl(self._fd, GET_KEYS, told)
        return frozenset(code for code in range(KEY_BYTES * 8) if told[code // 8] >> code % 8 & 1)

    def hold(self) -> None:
        """Nobody else hears it now, and its events carry CLOCK_MONOTONIC; each as far as the kernel lets us."""
        for number, argument in ((GRAB, 1), (SET_CLOCK, struct.pack("@i", time.CLOCK_MONOTONIC))):
            try:
                self._ioctl(self._fd, number, argument)
            except OSError:
                continue
            if number == SET_CLOCK:
                self._now = _as_told

    def read(self) -> list[Event]:
        """What waits, at most 64 events; none where nothing does. A whole event or nothing is read (evdev.c)."""
        try:
            data = os.read(self._fd, READ_BYTES)
        except BlockingIOError:
            return []
        if not data:
            raise OSError("it is gone")
        whole = len(data) // EVENT.size * EVENT.size
        return [
            Event(kind, code, value, self._now(seconds, micros))
            for seconds, micros, kind, code, value in EVENT.iter_unpack(data[:whole])
        ]

    def close(self) -> None:
        """Closing lets go of what was held."""
        os.close(self._fd)


def _as_told(seconds: int, micros: int) -> int:
    return seconds * 1_000_000 + micros


def _by_us(_seconds: int, _micros: int) -> int:
    """Its own clock may be the wall's, which is not ours."""
    return time.monotonic_ns() // 1000
