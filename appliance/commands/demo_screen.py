"""The box in a terminal: its lamp, its state, and keys that are fingers on its buttons.

Apart from `demo` so that what it draws is a pure function of the status.
"""

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from appliance.visit.lamp import Lamp
from appliance.visit.lamp_words import MEANING

WIDTH: Final = 72
METER: Final = 30
BAR, DOT = "\u2588", "\u00b7"
QUIET_DBFS: Final = -60.0
RGB: Final = {
    "off": (60, 60, 60),
    "red": (235, 40, 40),
    "green": (40, 200, 80),
    "blue": (60, 110, 255),
    "amber": (255, 170, 30),
    "cyan": (40, 210, 220),
    "magenta": (220, 60, 220),
    "white": (250, 250, 250),
}
KEYS: Final = """\
 space  press: start, then a star      d  double press: pause
 h      hold: stop                     p  recessed button: pairing
 1 cover lens  2 unplug microphone  3 stall camera  4 low light
 q      switch off"""


def draw(status: Mapping[str, Any], colour: str, switches: Mapping[str, Any], told: str = "") -> list[str]:
    """The screen's lines for a status of the recorder and the lamp's colour at this moment."""
    red, green, blue = RGB[colour]
    film = status["film"] or {"film_ms": 0, "acked_ms": 0, "stars": 0}
    lamp = f"\x1b[38;2;{red};{green};{blue}m{3 * BAR}\x1b[0m"
    lines = [
        f"  {lamp}  \x1b[1m{status['state'].upper():10}\x1b[0m {MEANING[Lamp(status['lamp']['says'])].sentence}",
        "",
        f"  film     {_time(film['film_ms']):>8}   safe on the card {_time(film['acked_ms'])}",
        f"  sound    {_meter(status['level'])}",
        f"  room     {status['minutes_left']} minutes left     stars {film['stars']}",
        "",
    ]
    on = [name.replace("_", " ") for name, value in switches.items() if value]
    lines += [f"  bench    {', '.join(on)}"] if on else []
    for fault in status["faults"]:
        lines += [f"  \x1b[33m! {fault['what']}\x1b[0m", f"    {fault['do']}"]
    lines += ["", *(f"\x1b[2m{line}\x1b[0m" for line in KEYS.splitlines())]
    lines += ["", *(f"  {line}" for line in told.splitlines())]
    return lines


def paint(lines: list[str]) -> None:
    """Over the last picture, from the top left corner."""
    body = "\x1b[K\n".join(lines)
    sys.stdout.write(f"\x1b[H{body}\x1b[K\x1b[J")
    sys.stdout.flush()


@contextmanager
def keyboard() -> Iterator[None]:
    """Single keys without Enter on a screen of its own; the terminal is as it was afterwards."""
    before = termios.tcgetattr(sys.stdin)
    sys.stdout.write("\x1b[?1049h\x1b[?25l\x1b[2J")
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)
        sys.stdout.write("\x1b[?25h\x1b[?1049l")
        sys.stdout.flush()


def key(wait_s: float) -> str:
    """The next key, "" when none came in `wait_s`, "q" when the terminal is gone."""
    if not select.select([sys.stdin], [], [], wait_s)[0]:
        return ""
    return os.read(sys.stdin.fileno(), 1).decode("ascii", "replace") or "q"


def _time(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"


def _meter(level: Mapping[str, float] | None) -> str:
    if level is None:
        return "\x1b[2m" + DOT * METER + "\x1b[0m  no sound"
    full = round(METER * (1 - max(QUIET_DBFS, min(0.0, level["rms_dbfs"])) / QUIET_DBFS))
    return f"\x1b[32m{BAR * full}\x1b[2m{DOT * (METER - full)}\x1b[0m {level['rms_dbfs']:6.1f} dBFS"
