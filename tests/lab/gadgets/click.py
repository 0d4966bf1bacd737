"""A presenter of software on this kernel: plugged in, pressed, pulled out.

    python3 click.py [--bus 3] [--clicks 3] [--apart-ms 1000] [--keys 109] [--wait-for /run/lab/seen]

Apart from the tests because it runs inside a whole system with /dev/uinput (modprobe uinput), as root, on any Python;
what the box then does is read from its status: `clicker` is true while this runs, and `film.stars` rises by the clicks.
"""

import argparse
import fcntl
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SET_EVENT, SET_KEY, SETUP, CREATE, DESTROY = 0x40045564, 0x40045565, 0x405C5503, 0x5501, 0x5502
EVENT = struct.Struct("@llHHi")
SYN, KEY = 0, 1
PAGE_DOWN, PAGE_UP, F5 = 109, 104, 63
SEEN_S = 2.0
"""A board looks for new devices once a second."""
LOOK_S = 0.1


@contextmanager
def plugged(bus: int, keys: list[int]) -> Iterator[int]:
    """A device of the kernel's; everything is as for one with a plug, but that nobody holds it."""
    device = os.open("/dev/uinput", os.O_WRONLY | os.O_NONBLOCK)
    try:
        fcntl.ioctl(device, SET_EVENT, KEY)
        for key in keys:
            fcntl.ioctl(device, SET_KEY, key)
        fcntl.ioctl(device, SETUP, struct.pack("@HHHH80sI", bus, 0x046D, 0xC52D, 1, b"Presenter of software", 0))
        fcntl.ioctl(device, CREATE)
        yield device
    finally:
        os.close(device)


def press(device: int, key: int) -> None:
    for value in (1, 0):
        os.write(device, EVENT.pack(0, 0, KEY, key, value) + EVENT.pack(0, 0, SYN, 0, 0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bus", type=int, default=3, help="3 is USB, 5 Bluetooth")
    parser.add_argument("--clicks", type=int, default=1)
    parser.add_argument("--apart-ms", type=int, default=1000)
    parser.add_argument("--keys", type=int, nargs="+", default=[PAGE_DOWN, PAGE_UP, F5], help="the first is pressed")
    parser.add_argument("--wait-for", type=Path, help="a file: until it is there, nothing is pressed")
    options = parser.parse_args()
    with plugged(options.bus, options.keys) as device:
        time.sleep(SEEN_S)
        while options.wait_for is not None and not options.wait_for.exists():
            time.sleep(LOOK_S)
        for _ in range(options.clicks):
            press(device, options.keys[0])
            time.sleep(options.apart_ms / 1000)


if __name__ == "__main__":
    main()
