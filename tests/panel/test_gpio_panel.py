"""The panel on pins keeps the contract on gpiozero's mock pins, and fails in words where there are none."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from gpiozero import Device, DigitalOutputDevice

from appliance.clock import SetClock
from appliance.errors import PanelLost
from appliance.panel.gpio_panel import GpioPanel, lamp_out
from appliance.panel.panel import Button, Colour
from tests.panel.contract import PanelContract, Seen
from tests.panel.pins import BUTTONS, LAMP, WIRING, Pins


class TestGpioPanel(PanelContract):
    def make_world(self) -> Pins:
        return Pins()


@pytest.fixture
def pins() -> Iterator[Pins]:
    pins = Pins()
    yield pins
    pins.panel.close()


def test_the_pins_are_those_of_the_practice() -> None:
    assert (WIRING.record, WIRING.recessed, WIRING.buzzer, WIRING.bounce_ms) == (17, 27, 25, 50)
    assert LAMP == (22, 23, 24)


def test_the_pins_are_pulled_up_debounced_and_plain_outputs(pins: Pins) -> None:
    pins.panel.open(Seen())
    for number in BUTTONS.values():
        pin = pins.factory.pin(number)
        assert (pin.function, pin.pull, pin.bounce) == ("input", "up", 0.05)
    for number in (*LAMP, WIRING.buzzer):
        pin = pins.factory.pin(number)
        assert (pin.function, pin.frequency) == ("output", None)


def test_a_colour_switches_only_the_wires_that_differ(pins: Pins) -> None:
    pins.panel.open(Seen())
    for colour in (Colour.WHITE, Colour.RED, Colour.RED, Colour.MAGENTA):
        pins.panel.show(colour)
    states = [[bool(entry.state) for entry in pins.factory.pin(number).states[1:]] for number in LAMP]
    assert states == [[True], [True, False], [True, False, True]]


def test_the_time_of_keeping_still_is_taken_off_the_edge(pins: Pins) -> None:
    seen = Seen()
    pins.panel.open(seen)
    pins.finger(Button.RECORD, True)
    assert seen.edges == [(Button.RECORD, True, pins.clock.monotonic_us() - 50_000)]


def test_a_pin_in_use_is_a_lost_panel_and_the_others_are_free_again(pins: Pins) -> None:
    other = DigitalOutputDevice(WIRING.recessed, pin_factory=pins.factory)
    with pytest.raises(PanelLost):
        pins.panel.open(Seen())
    other.close()
    pins.panel.open(Seen())
    pins.panel.show(Colour.GREEN)
    assert pins.lamp() is Colour.GREEN


def test_a_pin_that_fails_does_not_end_the_recording(pins: Pins, caplog: pytest.LogCaptureFixture) -> None:
    pins.panel.open(Seen())
    pins.factory.pin(WIRING.green).function = "input"  # any write to it raises now
    pins.panel.show(Colour.WHITE)
    assert pins.lamp() is Colour.MAGENTA
    assert caplog.messages == ["pin not written: PinSetInput"]


def test_the_lamp_goes_out_after_a_recorder_that_could_not(pins: Pins) -> None:
    for number in (*LAMP, WIRING.buzzer):
        pin = pins.factory.pin(number)
        pin.function = "output"
        pin.state = True
    assert (pins.lamp(), pins.buzzer()) == (Colour.WHITE, True)
    lamp_out(WIRING, pins.factory)
    assert (pins.lamp(), pins.buzzer()) == (Colour.OFF, False)
    pins.panel.open(Seen())  # nothing is left in use


@pytest.mark.skipif(Path("/dev/gpiochip0").exists(), reason="this machine has pins")
def test_a_machine_without_pins_says_so() -> None:
    panel = GpioPanel(SetClock())
    with pytest.raises(PanelLost):
        panel.open(Seen())
    with pytest.raises(PanelLost):
        lamp_out(WIRING)
    panel.show(Colour.RED)
    panel.close()
    assert Device.pin_factory is None  # gpiozero was not left to choose


@pytest.mark.skipif(Path("/dev/gpiochip0").exists(), reason="this machine has pins")
@pytest.mark.parametrize("chosen", ["mock", "native", "nonsense"])
def test_a_factory_chosen_by_the_environment_changes_nothing(monkeypatch: pytest.MonkeyPatch, chosen: str) -> None:
    """gpiozero would take mock pins and tell nobody that no button works."""
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", chosen)
    with pytest.raises(PanelLost):
        GpioPanel(SetClock()).open(Seen())
    assert Device.pin_factory is None


def test_importing_the_module_imports_no_gpiozero() -> None:
    check = "import sys, appliance.panel.gpio_panel; sys.exit('gpiozero' in sys.modules or 'lgpio' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
