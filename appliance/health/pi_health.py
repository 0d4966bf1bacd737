"""Heat, power and clock of a Raspberry Pi, from the kernel's files alone.

Apart because it alone knows where they are. vcgencmd would say more, but needs /dev/vcio, and whoever may open that
can read the board's secret.
"""

from pathlib import Path
from typing import Final

from appliance.clock import Clock, SystemClock
from appliance.health.health import Reading

SYS: Final = Path("/sys")
CLOCK_SOURCE: Final = Path("/run/fieldreel/clock-source")
"""One word, "rtc", "phone" or "last known", by whoever set the clock since power-on; gone with the power."""
CLOCK_SOURCES: Final = frozenset({"rtc", "phone", "last known"})
THROTTLED_NOW: Final = 0b1110
"""Bits of get_throttled: frequency capped, throttled, soft temperature limit (bit 0 is voltage, 16 and up are past)."""
RTC_TRUST_S: Final = 5
"""The system's time came from a real-time clock if the two are no further apart."""
RTC_EARLIEST_S: Final = 1_767_225_600
"""2026-01-01: a clock whose battery was empty starts long before it."""


class PiHealth:
    """A Health. What a board has not (a Zero has no voltage detector) reads None; no battery gauge is read.

    `sys` and `clock_source`: where the kernel's tree and the clock's word are; `clock`: only its UTC is used.
    """

    def __init__(self, sys: Path = SYS, clock_source: Path = CLOCK_SOURCE, clock: Clock | None = None) -> None:
        self._sys = sys
        self._clock_source = clock_source
        self._clock = SystemClock() if clock is None else clock
        self._rtc_trusted = False

    def read(self) -> Reading:
        return Reading(
            temperature_c=self._temperature_c(),
            undervoltage=self._undervoltage(),
            throttled=self._throttled(),
            utc_source=self._told_source() or ("rtc" if self._set_by_rtc() else "last known"),
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

    def _told_source(self) -> str | None:
        word = _text(self._clock_source)
        return word if word in CLOCK_SOURCES else None

    def _set_by_rtc(self) -> bool:
        """Asked until it is true once: a read goes over I2C, and a good clock does not lose its time in one boot."""
        if not self._rtc_trusted:
            now_s = self._clock.utc_ms() // 1000
            times_s = [_number(path) for path in _found(self._sys / "class/rtc", "rtc*/since_epoch")]
            self._rtc_trusted = any(
                rtc_s is not None and rtc_s >= RTC_EARLIEST_S and abs(rtc_s - now_s) <= RTC_TRUST_S for rtc_s in times_s
            )
        return self._rtc_trusted


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
