"""The clicker keeps its contract, on the bench and on pipes that carry the kernel's events; and which keys it obeys."""

import itertools
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import SetClock, SystemClock
from appliance.panel.bench_clicker import BenchClicker
from appliance.panel.clicker import LOOK_US, InputClicker
from appliance.panel.clicks import CLICK_US, DOWN, FORWARD, KEY, PAGE_DOWN, Clicks, Event, is_clicker
from tests.panel.clicker_contract import ClickerContract
from tests.panel.keyboards import BLUETOOTH, LETTERS, PRESENTER, SHUTTER, USB, VOLUME, Keyboards, Plugged


class BenchWorld:
    def __init__(self) -> None:
        self.clicker = BenchClicker(SystemClock())

    def press(self) -> None:
        self.clicker.press()

    def pull(self) -> None:
        self.clicker.connected = False

    def plug(self) -> None:
        self.clicker.connected = True


class TestBenchClicker(ClickerContract):
    def make_world(self) -> BenchWorld:
        return BenchWorld()


class PipeWorld:
    def __init__(self, folder: Path) -> None:
        self.keyboards = Keyboards(folder)
        self.clicker = InputClicker(SystemClock(), folder, self.keyboards.ioctl)
        self.device: Plugged
        self.plug()

    def press(self) -> None:
        for value in (DOWN, 0):
            self.keyboards.send(self.device, PAGE_DOWN, value, time.monotonic_ns() // 1000)

    def pull(self) -> None:
        self.keyboards.pull(self.device)

    def plug(self) -> None:
        self.device = self.keyboards.plug("event3")


class TestInputClicker(ClickerContract):
    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def make_world(self) -> PipeWorld:
        return PipeWorld(self.folder)


class Box:
    """A clicker that is turned by hand."""

    def __init__(self, folder: Path) -> None:
        self.clock, self.keyboards, self.clicks = SetClock(), Keyboards(folder), list[int]()
        self.clicker = InputClicker(self.clock, folder, self.keyboards.ioctl)

    def turn(self, *, filming: bool = True) -> list[int]:
        self.clock.advance(us=LOOK_US)
        self.clicker.turn(self.clicks.append, filming=filming)
        self.clicker.turn(self.clicks.append, filming=filming)
        return self.clicks


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


@pytest.mark.parametrize(
    ("bus", "keys", "counts"),
    [
        (USB, PRESENTER, True),
        (USB, PRESENTER | LETTERS, True),  # a presenter says what a keyboard says: a keyboard is one, too
        (USB, LETTERS, False),
        (USB, VOLUME, False),  # the microphone's own buttons
        (BLUETOOTH, SHUTTER, True),
        (BLUETOOTH, VOLUME, True),
        (BLUETOOTH, LETTERS, False),
        (0x19, PRESENTER, False),  # the board's own keys
        (0x1E, PRESENTER, False),  # a television's remote control, by HDMI
    ],
)
def test_which_device_is_a_clicker(box: Box, bus: int, keys: frozenset[int], counts: bool) -> None:
    assert is_clicker(bus, keys) is counts
    device = box.keyboards.plug("event0", bus, keys)
    box.turn()
    assert box.clicker.connected is counts
    box.keyboards.send(device, next(iter(keys & FORWARD), 0x10), DOWN, 5)
    assert bool(box.turn()) is counts
    assert box.keyboards.grabs == ({device.path: True} if counts else {})


@pytest.mark.parametrize("code", sorted(FORWARD))
def test_every_forward_key_is_a_click_at_the_time_of_the_key(box: Box, code: int) -> None:
    device = box.keyboards.plug("event0", keys=PRESENTER | FORWARD)
    box.turn()
    assert box.keyboards.tells_monotonic
    box.keyboards.send(device, code, DOWN, 4_000_123)
    box.keyboards.send(device, code, 0, 4_100_000)
    assert box.turn() == [4_000_123]


@pytest.mark.parametrize("code", sorted((PRESENTER | LETTERS) - FORWARD))
def test_back_black_screen_and_letters_are_none(box: Box, code: int) -> None:
    device = box.keyboards.plug("event0", keys=PRESENTER | LETTERS)
    box.turn()
    box.keyboards.send(device, code, DOWN, 5)
    assert box.turn() == []


def test_a_key_that_is_held_is_one_click_however_often_it_repeats(box: Box) -> None:
    device = box.keyboards.plug("event0")
    box.turn()
    for at_ms, value in [(0, DOWN), *((500 + 33 * n, 2) for n in range(40)), (2000, 0)]:
        box.keyboards.send(device, PAGE_DOWN, value, at_ms * 1000)
    assert box.turn() == [0]


def test_two_keys_for_one_press_are_one_click(box: Box) -> None:
    """A shutter button sends volume up for one kind of phone and enter for the other, by two devices."""
    one = box.keyboards.plug("event0", BLUETOOTH, VOLUME)
    other = box.keyboards.plug("event1", BLUETOOTH, frozenset({0x1C}))
    box.turn()
    box.keyboards.send(one, 0x73, DOWN, 1_000_000)
    box.keyboards.send(other, 0x1C, DOWN, 1_030_000)
    box.keyboards.send(one, 0x73, DOWN, 1_030_000 + CLICK_US)
    assert box.turn() == [1_000_000, 1_030_000 + CLICK_US]


def test_a_device_is_read_and_held_only_while_filming(box: Box) -> None:
    device = box.keyboards.plug("event0", keys=PRESENTER | LETTERS)
    box.turn(filming=False)
    assert (box.clicker.connected, box.keyboards.grabs) == (True, {})
    box.turn()
    assert box.keyboards.grabs == {device.path: True}
    box.turn(filming=False)
    box.keyboards.send(device, PAGE_DOWN, DOWN, 5)
    assert box.turn(filming=False) == []


def test_where_the_kernel_keeps_the_wall_clock_a_click_is_now(box: Box) -> None:
    box.keyboards.wall_clock_only = True
    device = box.keyboards.plug("event0")
    box.turn()
    box.keyboards.send(device, PAGE_DOWN, DOWN, 1_780_000_000_000_000)
    (at_us,) = box.turn()
    assert abs(at_us - time.monotonic_ns() // 1000) < 5_000_000


def test_a_device_that_may_not_be_opened_yet_is_asked_again(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    box.keyboards.plug("event0")
    real, refused = box.keyboards.ioctl, [2]

    def ioctl(fd: int, number: int, argument: bytearray | bytes | int) -> int:
        refused[0] -= 1
        if refused[0] >= 0:
            raise PermissionError
        return real(fd, number, argument)

    monkeypatch.setattr(box.clicker, "_ioctl", ioctl)
    seen = []
    for _ in range(3):
        box.turn(filming=False)
        seen.append(box.clicker.connected)
    assert seen == [False, False, True]


def test_a_device_is_asked_once_and_a_new_one_in_its_place_anew(box: Box) -> None:
    device = box.keyboards.plug("event0", keys=LETTERS)
    for _ in range(3):
        box.turn(filming=False)
    assert len(box.keyboards.asked) == 2
    box.keyboards.pull(device)
    box.keyboards.plug("other", keys=LETTERS)  # takes the inode that became free, as it may happen
    box.keyboards.plug("event0")
    box.turn(filming=False)
    assert box.clicker.connected


def test_a_machine_without_input_devices_has_no_clicker(tmp_path: Path) -> None:
    clicker = InputClicker(SetClock(), tmp_path / "none")
    clicker.turn(list[int]().append, filming=True)
    assert not clicker.connected


def test_a_torn_event_is_left_and_nothing_ends(box: Box) -> None:
    device = box.keyboards.plug("event0")
    box.turn()
    os.write(device.sent, b"\x00" * 10)
    assert box.turn() == []
    assert box.clicker.connected


events = st.lists(
    st.builds(Event, st.integers(0, 5), st.integers(0, 0x2FF), st.integers(0, 2), st.integers(0, 10_000_000)),
    max_size=60,
)


@given(events)
def test_clicks_are_forward_keys_going_down_and_never_close_together(told: list[Event]) -> None:
    clicks = Clicks()
    times = [event.at_us for event in told if clicks.is_click(event)]
    downs = [event for event in told if event.kind == KEY and event.value == DOWN and event.code in FORWARD]
    assert {*times} <= {event.at_us for event in downs}
    assert bool(times) is bool(downs)
    assert all(later - earlier >= CLICK_US for earlier, later in itertools.pairwise(times))
