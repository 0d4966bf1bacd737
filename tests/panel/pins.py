"""A panel on gpiozero's mock pins, with the finger and the eye of whoever stands before the box.

Apart from the tests because the panel's contract and the whole recorder are tried on the same wires.
"""

from dataclasses import dataclass, field
from typing import Any

from gpiozero.pins.mock import MockFactory

from appliance.clock import SetClock
from appliance.panel.gpio_panel import GpioPanel, Wiring
from appliance.panel.panel import Button, Colour

WIRING = Wiring()
BUTTONS = {Button.RECORD: WIRING.record, Button.RECESSED: WIRING.recessed}
LAMP = (WIRING.red, WIRING.green, WIRING.blue)


@dataclass
class Pins:
    """Wires on mock pins: a finger connects a pin to ground, the lamp is what its three pins carry."""

    clock: SetClock = field(default_factory=SetClock)
    factory: Any = field(default_factory=MockFactory)

    def __post_init__(self) -> None:
        self.panel = GpioPanel(self.clock, WIRING, self.factory)

    def finger(self, button: Button, down: bool) -> None:
        pin = self.factory.pin(BUTTONS[button])
        if down:
            pin.drive_low()
        else:
            pin.drive_high()

    def lamp(self) -> Colour:
        return Colour(tuple(bool(self.factory.pin(number).state) for number in LAMP))

    def buzzer(self) -> bool:
        return bool(self.factory.pin(WIRING.buzzer).state)
