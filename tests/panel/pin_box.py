"""The whole recorder on mock pins: fingers ground real gpiozero pins, eye and ear read the lamp's and buzzer's back.

Apart from the bench's box because time goes by in finer steps, and what the pins carried is kept.
"""

import itertools
from pathlib import Path

from appliance.errors import CameraLost
from appliance.panel.panel import Button, Colour, Panel
from appliance.visit.lamp import PATTERNS, Lamp
from appliance.visit.states import State
from tests.panel.pins import WIRING, Pins
from tests.recorder.hand_box import FRAME_US, HandBox

STEP_US = 10_000
BOUNCE_S = WIRING.bounce_ms / 1000
TAP_S = 0.1

Seen = list[tuple[Colour, int]]
"""What an eye saw: (colour, how many milliseconds of it)."""


class PinBox(HandBox):
    """`lamp` and `buzzer`: (CLOCK_MONOTONIC µs, what the pins carry) at the beginning and after each change."""

    def __init__(self, folder: Path) -> None:
        self.lamp: list[tuple[int, Colour]] = []
        self.buzzer: list[tuple[int, bool]] = []
        self._due_us = 0
        super().__init__(folder)

    def attach(self, panel: Panel) -> None:
        self.pins = Pins(self.clock)
        super().attach(self.pins.panel)

    def settle(self) -> None:
        super().settle()
        now_us = self.clock.monotonic_us()
        if not self.lamp or self.lamp[-1][1] is not self.pins.lamp():
            self.lamp.append((now_us, self.pins.lamp()))
        if not self.buzzer or self.buzzer[-1][1] is not self.pins.buzzer():
            self.buzzer.append((now_us, self.pins.buzzer()))

    def wait(self, seconds: float) -> None:
        end_us = self.clock.monotonic_us() + round(seconds * 1e6)
        while (now_us := self.clock.monotonic_us()) < end_us:
            if now_us >= self._due_us:
                self._due_us = now_us + FRAME_US
                if self.filming:
                    self.camera.send_picture(now_us)
                if self.sounding:
                    self.microphone.send_sound(now_us)
            self.clock.advance(us=min(STEP_US, end_us - now_us))
            self.settle()

    def finger(self, down: bool, button: Button = Button.RECORD) -> None:
        """lgpio tells of an edge once the pin has kept still (Wiring); mock pins tell at once, so the wait is here."""
        self.wait(BOUNCE_S)
        self.pins.finger(button, down)
        self.settle()

    def press(self, down_s: float = TAP_S, button: Button = Button.RECORD) -> None:
        self.finger(True, button)
        self.wait(down_s - BOUNCE_S)
        self.finger(False, button)

    def shows(self, colour: Colour) -> bool:
        return self.pins.lamp() is colour

    def pattern(self, seconds: float) -> Seen:
        """From now on, the last colour up to the end."""
        self.lamp.clear()
        self.settle()
        self.wait(seconds)
        ends = [*(at_us for at_us, _ in self.lamp), self.clock.monotonic_us()]
        long_ms = [(end - begin) // 1000 for begin, end in itertools.pairwise(ends)]
        return [(colour, ms) for (_, colour), ms in zip(self.lamp, long_ms, strict=True)]

    def long_ago(self, minutes: float) -> None:
        """As if the press that began this film were so much longer ago."""
        assert self.attendant.current is not None
        self.attendant.current.pressed_us -= round(minutes * 60e6)

    # ---- a way into each state

    def in_state(self, state: State) -> "PinBox":
        {
            State.BOOT: lambda: None,
            State.READY: self.boot,
            State.RECORDING: self._film,
            State.PAUSED: self._pause,
            State.FINISHING: self._finish,
            State.FAULT: self._break,
            State.OFF: self._switch_off,
        }[state]()
        self.settle()
        assert self.stands(state), self.attendant.state
        return self

    def _film(self) -> None:
        self.boot()
        self.press()
        self.wait(3)

    def _pause(self) -> None:
        self._film()
        self.press()
        self.press()
        self.wait(1)

    def _finish(self) -> None:
        """A card that takes its time to close the session."""
        self._film()
        self.stalled = True
        self.press(2.1)
        self.wait(1)

    def _break(self) -> None:
        self.camera.refuse = {"open": CameraLost("No camera.")}
        self.boot()

    def _switch_off(self) -> None:
        self.boot()
        self.press(5.1, Button.RECESSED)


def is_pattern(seen: Seen, lamp: Lamp) -> bool:
    """Whether this is a stretch of the lamp's pattern, every whole step in it as long as the product's table says."""
    steps = [(colour, long_us // 1000) for colour, long_us in PATTERNS[lamp].steps]
    if len(steps) == 1:
        return [colour for colour, _ in seen] == [steps[0][0]]
    whole = seen[1:-1]
    turns = [[steps[(begin + place) % len(steps)] for place in range(len(whole))] for begin in range(len(steps))]
    return len(whole) >= len(steps) and any(
        all(colour is due and abs(ms - due_ms) <= 20 for (colour, ms), (due, due_ms) in zip(whole, turn, strict=True))
        for turn in turns
    )
