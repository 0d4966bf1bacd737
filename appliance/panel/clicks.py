"""What of a presenter's keys is a click: which devices, which keys, and which of two that come together.

Apart and pure, with the time as a parameter, because a key that is misread sets a star that nobody meant.
"""

from dataclasses import dataclass
from typing import Final

USB: Final = 0x03
BLUETOOTH: Final = 0x05
KEY: Final = 1
"""Of an event's types (linux/input-event-codes.h, as all numbers here)."""
DOWN: Final = 1
"""Of a key event's values: 0 is up, and 2 a key that is held and repeats."""
PAGE_DOWN: Final = 0x6D
FORWARD: Final = frozenset(
    {
        PAGE_DOWN,
        0x6A,  # right
        0x6C,  # down
        0x39,  # space
        0x1C,  # enter
        0xA3,  # next song
        0x73,  # volume up: what a shutter button for phones sends
        0xD4,  # camera
    }
)
"""Any of them is a click; back, black screen and start of the slides are not."""
CLICK_US: Final = 300_000
"""A second click sooner than this is the same one: a contact that bounces, or a shutter that sends one key for each
kind of phone."""


@dataclass(frozen=True, slots=True)
class Event:
    """One of the kernel's. `at_us`: when it came, on the clock that the device was told to use."""

    kind: int
    code: int
    value: int
    at_us: int


def is_clicker(bus: int, keys: frozenset[int]) -> bool:
    """By what a device says it can send. A presenter says what a keyboard says, so a keyboard counts, too.

    Volume alone is a clicker over Bluetooth only: over USB it is the microphone's own buttons. On other buses are the
    board's own keys and the remote control of a television.
    """
    return (bus == USB and PAGE_DOWN in keys) or (bus == BLUETOOTH and bool(keys & FORWARD))


class Clicks:
    """Of all devices together."""

    def __init__(self) -> None:
        self._last_us: int | None = None

    def is_click(self, event: Event) -> bool:
        if event.kind != KEY or event.value != DOWN or event.code not in FORWARD:
            return False
        if self._last_us is not None and event.at_us - self._last_us < CLICK_US:
            return False
        self._last_us = event.at_us
        return True
