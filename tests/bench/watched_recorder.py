"""The recorder, with a note of when each picture came: run as a process of its own, as `fieldreel recorder` is.

Apart because time stamps alone cannot tell lateness: a camera's are those of the capture, however late it came.
"""

import struct
import sys
from pathlib import Path
from typing import BinaryIO, Final
from unittest.mock import patch

import appliance.assembly
from appliance.__main__ import main
from appliance.capture.packet import Packet, VideoPacket
from appliance.clock import SystemClock
from appliance.recorder.packet_queue import PacketQueue

ARRIVAL: Final = struct.Struct("<qq")
"""Capture time and arrival of one picture, CLOCK_MONOTONIC microseconds."""


def watching_queue(file: BinaryIO) -> type[PacketQueue]:
    clock = SystemClock()

    class WatchingQueue(PacketQueue):
        def put(self, packet: Packet) -> None:
            if isinstance(packet, VideoPacket):
                file.write(ARRIVAL.pack(packet.pts_us, clock.monotonic_us()))
            super().put(packet)

    return WatchingQueue


def read_arrivals(path: Path) -> list[tuple[int, int]]:
    return list(ARRIVAL.iter_unpack(path.read_bytes()))


def record(arrivals: Path, options: list[str]) -> int:
    with arrivals.open("wb") as file, patch.object(appliance.assembly, "PacketQueue", watching_queue(file)):
        return main(["recorder", *options])


if __name__ == "__main__":
    sys.exit(record(Path(sys.argv[1]), sys.argv[2:]))
