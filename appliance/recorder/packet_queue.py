"""The bounded queue between the camera's threads and the card.

Apart because it is where a slow card meets a camera that must never wait: healthy cards stall for 4 to 7 seconds
(DESIGN.md, decision on queues), so it holds 20 seconds, and past that it drops whole seconds and says so.
"""

import threading
from collections import deque
from dataclasses import dataclass

from appliance.capture.packet import Packet, VideoPacket

HELD_US = 20_000_000
HELD_BYTES = 48 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Hole:
    """Pictures stop here until the next key frame; `why` as in FORMAT.md section 4 (`pause`, `camera`, `slow card`)."""

    why: str


@dataclass(frozen=True, slots=True)
class Finish:
    """Close the session; `reason` as in FORMAT.md section 4."""

    reason: str


@dataclass(frozen=True, slots=True)
class Begin:
    """The next picture begins a session; `continues`: the id of the interrupted one that it goes on from."""

    continues: str | None = None


Order = Begin | Hole | Finish
Item = Packet | Order


class PacketQueue:
    """First in, first out. `put` takes microseconds and never blocks or raises; orders are never dropped."""

    def __init__(self, held_us: int = HELD_US, held_bytes: int = HELD_BYTES) -> None:
        self._held_us = held_us
        self._held_bytes = held_bytes
        self._items: deque[Item] = deque()
        self._bytes = 0
        self._dropping = False
        self._changed = threading.Condition()
        self.dropped_pictures = 0

    def put(self, packet: Packet) -> None:
        """Take a packet, or drop it: from overflow on, everything up to the next key frame that finds room."""
        with self._changed:
            if self._refused(packet):
                return
            self._items.append(packet)
            self._bytes += len(packet.data)
            self._changed.notify()

    def order(self, order: Order) -> None:
        with self._changed:
            self._items.append(order)
            self._changed.notify()

    def get(self, timeout_s: float) -> Item | None:
        """The oldest item, or None after `timeout_s` without one."""
        with self._changed:
            if not self._items:
                self._changed.wait(timeout_s)
            if not self._items:
                return None
            item = self._items.popleft()
            if not isinstance(item, Begin | Hole | Finish):
                self._bytes -= len(item.data)
            return item

    def waiting_us(self) -> int:
        """Film time between the oldest and the newest picture waiting for the card."""
        with self._changed:
            return self._span_us()

    def _refused(self, packet: Packet) -> bool:
        full = self._bytes + len(packet.data) > self._held_bytes or self._span_us() > self._held_us
        picture = isinstance(packet, VideoPacket)
        if self._dropping and isinstance(packet, VideoPacket) and packet.key and not full:
            self._dropping = False
        elif full and not self._dropping:
            self._dropping = True
            self._items.append(Hole("slow card"))
        if self._dropping and picture:
            self.dropped_pictures += 1
        return self._dropping

    def _span_us(self) -> int:
        oldest = next((item.pts_us for item in self._items if isinstance(item, VideoPacket)), None)
        newest = next((item.pts_us for item in reversed(self._items) if isinstance(item, VideoPacket)), None)
        return 0 if oldest is None or newest is None else newest - oldest
