"""The panel on a Raspberry Pi's pins, through gpiozero and lgpio.

Apart because it alone knows pins; gpiozero is imported when the panel is opened, so that every other machine can
import this module.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from appliance.clock import Clock
from appliance.errors import PanelLost
from appliance.panel.panel import Button, Colour, OnEdge

log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Wiring:
    """BCM numbers. A button connects its pin to ground (pulled up inside); lamp and buzzer are on when high.

    `bounce_ms`: a button has moved when it then kept still for so long. lgpio reports the edge after that time
    (lgPthAlerts.c), so it is taken off again and a star has the time at which the finger went down.
    """

    record: int = 17
    recessed: int = 27
    red: int = 22
    green: int = 23
    blue: int = 24
    buzzer: int = 25
    bounce_ms: int = 50


class GpioPanel:
    """A Panel. `factory`: a gpiozero pin factory, which stays its maker's; None = lgpio, made and closed here.

    gpiozero's own choice is not used: where a permission is missing it falls back, with only a warning, to factories
    that do not work on every board (gpiozero docs, api_pins).
    """

    def __init__(self, clock: Clock, wiring: Wiring | None = None, factory: Any = None) -> None:
        self._clock = clock
        self._wiring = Wiring() if wiring is None else wiring
        self._given_factory = factory
        self._lock = threading.Lock()
        self._claimed: list[Any] = []  # what is to be closed, the newest last
        self._lamp: list[Any] = []
        self._buzzer: Any = None

    def open(self, on_edge: OnEdge) -> None:
        """Raises PanelLost when the pins cannot be had."""
        with self._lock:
            try:
                with _pins_or_panel_lost():
                    self._claim(on_edge)
            except PanelLost:
                self._release()
                raise

    def show(self, colour: Colour) -> None:
        with self._lock:
            for wire, on in zip(self._lamp, colour.value, strict=False):
                _write(wire, on)

    def buzz(self, on: bool) -> None:
        with self._lock:
            if self._buzzer is not None:
                _write(self._buzzer, on)

    def close(self) -> None:
        with self._lock:
            self._release()

    def _claim(self, on_edge: OnEdge) -> None:
        factory = self._given_factory
        if factory is None:
            factory = _lgpio_factory()
            self._claimed.append(factory)
        for pin in _output_numbers(self._wiring):
            self._claimed.append(_output(pin, factory))
        *self._lamp, self._buzzer = self._claimed[-4:]
        for button, pin in ((Button.RECORD, self._wiring.record), (Button.RECESSED, self._wiring.recessed)):
            device = _input(pin, self._wiring.bounce_ms, factory)
            self._claimed.append(device)
            device.when_activated = partial(self._edge, on_edge, button, True)
            device.when_deactivated = partial(self._edge, on_edge, button, False)

    def _edge(self, on_edge: OnEdge, button: Button, pressed: bool) -> None:
        """An exception here would end lgpio's only thread of events: no button would ever work again (measured)."""
        try:
            on_edge(button, pressed, self._clock.monotonic_us() - self._wiring.bounce_ms * 1000)
        except Exception as failure:  # noqa: BLE001
            log.error("edge refused by %s", type(failure).__name__)

    def _release(self) -> None:
        for wire in (*self._lamp, self._buzzer):
            if wire is not None:
                _write(wire, False)
        self._lamp, self._buzzer = [], None
        while self._claimed:
            try:
                self._claimed.pop().close()
            except Exception as failure:  # noqa: BLE001 - the others are still to be let go
                log.error("pin not let go: %s", type(failure).__name__)


def lamp_out(wiring: Wiring, factory: Any = None) -> None:
    """Put lamp and buzzer out whatever the recorder left: the kernel keeps a dead process's outputs as they were.

    For ExecStopPost=, in a process of its own. Raises PanelLost.
    """
    with _pins_or_panel_lost():
        own = _lgpio_factory() if factory is None else None
        for pin in _output_numbers(wiring):
            _output(pin, factory if own is None else own).close()
        if own is not None:
            own.close()


def _output_numbers(wiring: Wiring) -> tuple[int, int, int, int]:
    return wiring.red, wiring.green, wiring.blue, wiring.buzzer


def _lgpio_factory() -> Any:
    from gpiozero.pins.lgpio import LGPIOFactory

    return LGPIOFactory()


def _output(pin: int, factory: Any) -> Any:
    """Plain on and off, now off: software PWM races with the end of the process."""
    from gpiozero import DigitalOutputDevice

    return DigitalOutputDevice(pin, initial_value=False, pin_factory=factory)


def _input(pin: int, bounce_ms: int, factory: Any) -> Any:
    """No gpiozero Button: it adds a thread for holds, which `presses` times itself."""
    from gpiozero import DigitalInputDevice

    return DigitalInputDevice(pin, pull_up=True, bounce_time=bounce_ms / 1000, pin_factory=factory)


def _write(wire: Any, on: bool) -> None:
    try:
        wire.value = on
    except Exception as failure:  # noqa: BLE001 - a lamp that fails must not end a recording
        log.error("pin not written: %s", type(failure).__name__)


@contextmanager
def _pins_or_panel_lost() -> Iterator[None]:
    try:
        yield
    except Exception as failure:
        log.error("no panel: %s", type(failure).__name__)
        raise PanelLost("The buttons and the lamp do not answer.") from failure
