"""Switches by which a drawn camera or microphone misbehaves as real ones do.

Apart so that the demo, the tests and the bench play every event of a visit without a screwdriver.
"""

import threading
from dataclasses import dataclass, fields, replace
from typing import Any

from appliance.errors import BadInput


@dataclass(frozen=True, slots=True)
class Switches:
    """One consistent look at all switches.

    `drop_frames`: 0 none; below 1 that share of the pictures, spread at random; from 2 on every nth picture.
    `low_light`: half the pictures, darker. `lens_covered`: near black, no marker. `encoder_stalled`: pictures are
    taken, none is sent. `parameters_changed`: from the next key frame on other parameter sets of the same size.
    `microphone_dead`: unplugged, sends nothing. `microphone_silent`: sends digital zero.
    `clock_jump_us`: added to every time stamp from now on.
    """

    drop_frames: float = 0.0
    low_light: bool = False
    lens_covered: bool = False
    encoder_stalled: bool = False
    parameters_changed: bool = False
    microphone_dead: bool = False
    microphone_silent: bool = False
    clock_jump_us: int = 0

    def drops(self, number: int) -> bool:
        """Whether picture `number` is lost: the same answer for the same number, so that a run can be repeated."""
        if self.drop_frames >= 2:
            return number % int(self.drop_frames) == 0
        return self.drop_frames > 0 and _scattered(number) < self.drop_frames


class Faults:
    """The switches, set from one thread and seen from others: `faults.set("low_light", True)`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._switches = Switches()

    @property
    def now(self) -> Switches:
        with self._lock:
            return self._switches

    def set(self, name: str, value: float | bool) -> None:
        """Raises BadInput for a name or value that no switch takes."""
        if name not in self.as_dict():
            raise BadInput("There is no such fault switch.", "Use one of: {names}.", names=", ".join(self.as_dict()))
        if not _fits(name, value):
            raise BadInput("The fault switch {name} does not take this value.", name=name)
        changed: dict[str, Any] = {name: value}
        with self._lock:
            self._switches = replace(self._switches, **changed)

    def clear(self) -> None:
        """All switches as they were at first. A jumped clock jumps back."""
        with self._lock:
            self._switches = Switches()

    def as_dict(self) -> dict[str, Any]:
        now = self.now
        return {field.name: getattr(now, field.name) for field in fields(now)}


def _fits(name: str, value: float | bool) -> bool:
    if name == "drop_frames":
        return not isinstance(value, bool) and (0 <= value < 1 or value >= 2)
    if name == "clock_jump_us":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, bool)


def _scattered(number: int) -> float:
    """A fraction that looks random and depends on `number` alone (Knuth's multiplicative hash)."""
    return (number * 2_654_435_761 % (1 << 32)) / (1 << 32)
