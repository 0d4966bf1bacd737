"""Heat, power, card and clock of a Raspberry Pi: the kernel's files, its battery board, and our own clock program.

Apart because it alone knows where they are. vcgencmd would say more, but needs /dev/vcio, and whoever may open that
can read the board's secret.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from appliance.clock import UNSURE
from appliance.health.card import Card
from appliance.health.gauge import Gauge
from appliance.health.health import Reading

SYS: Final = Path("/sys")
THROTTLED_NOW: Final = 0b1110
"""Bits of get_throttled: frequency capped, throttled, soft temperature limit (bit 0 is voltage, 16 and up are past)."""


class PiHealth:
    """A Health. What a board has not (a Zero has no voltage detector) reads None.

    `utc_source`: where the time is from, see appliance.clock. `gauge`: one that answers at once. `sys`: the kernel's.
    """

    def __init__(
        self,
        utc_source: Callable[[], str] = lambda: UNSURE,
        gauge: Gauge | None = None,
        card: Card | None = None,
        sys: Path = SYS,
    ) -> None:
        self._utc_source, self._gauge, self._card, self._sys = utc_source, gauge, card, sys

    def read(self) -> Reading:
        charge = None if self._gauge is None else self._gauge.read()
        return Reading(
            temperature_c=self._temperature_c(),
            undervoltage=self._undervoltage(),
            throttled=self._throttled(),
            battery_percent=None if charge is None else charge.percent,
            plugged_in=None if charge is None else charge.plugged_in,
            card_errors=None if self._card is None else self._card.errors(),
            card_read_only=None if self._card is None else self._card.read_only(),
            utc_source=self._utc_source(),
        )

    def _temperature_c(self) -> float | None:
        """Millidegrees in the file (kernel: thermal/sysfs-api)."""
        milli_c = _number(self._sys / "class/thermal/thermal_zone0/temp")
        return milli_c / 1000 if milli_c is not None and -60_000 < milli_c < 200_000 else None

    def _undervoltage(self) -> bool | None:
        """The driver looks every two seconds and remembers a dip between two looks (kernel: raspberrypi-hwmon)."""
        for name in _found(self._sys / "class/hwmon", "hwmon*/name"):
            if _text(name) == "rpi_volt":
                return _yes(_number(name.with_name("in0_lcrit_alarm")))
        return None

    def _throttled(self) -> bool | None:
        """Hexadecimal without 0x; the file is Raspberry Pi's own (raspberrypi/linux pull 2397)."""
        for path in _found(self._sys / "bus/platform/drivers/raspberrypi-firmware", "*/get_throttled"):
            bits = _number(path, base=16)
            return None if bits is None else _yes(bits & THROTTLED_NOW)
        return None


def _found(folder: Path, pattern: str) -> list[Path]:
    try:
        return sorted(folder.glob(pattern))
    except OSError:
        return []


def _text(path: Path) -> str | None:
    """None where the file is missing, closed to us, or no text. A sysfs file is at most a page."""
    try:
        with path.open("rb") as file:
            return file.read(4096).decode("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _number(path: Path, base: int = 10) -> int | None:
    text = _text(path)
    try:
        return None if text is None else int(text, base)
    except ValueError:
        return None


def _yes(number: int | None) -> bool | None:
    return None if number is None else number != 0
