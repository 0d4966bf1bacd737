"""The Faults that stand right now.

Apart because several watchers raise and clear them, and lamp, status and exit code only read them.
"""

from appliance.errors import (
    BoxHot,
    CameraLost,
    CardFull,
    CardSlow,
    CardWorn,
    Fault,
    LensCovered,
    MicSilent,
    PacketsDropped,
    PowerLow,
)

ATTENTION = (CameraLost, CardFull, CardSlow, CardWorn, LensCovered, MicSilent, PacketsDropped, BoxHot, PowerLow)
"""Recording goes on, but the lamp asks for a look (space, battery, lens, microphone, heat, a camera being reopened)."""


class Standing:
    """At most one Fault of each kind; `changes` rises with every one that comes or goes."""

    def __init__(self) -> None:
        self._faults: dict[type[Fault], Fault] = {}
        self.changes = 0

    def hold(self, fault: Fault, *, when: bool = True) -> None:
        """Let `fault` stand, in place of an older one of its kind, while `when` is true; clear its kind when not."""
        kind = type(fault)
        if when and (kind not in self._faults or self._faults[kind].what != fault.what):
            self._faults[kind] = fault
            self.changes += 1
        elif not when:
            self.clear(kind)

    def clear(self, *kinds: type[Fault]) -> None:
        for kind in kinds:
            self.changes += self._faults.pop(kind, None) is not None

    def has(self, kind: type[Fault]) -> bool:
        return kind in self._faults

    @property
    def faults(self) -> list[Fault]:
        return list(self._faults.values())

    @property
    def attention(self) -> bool:
        return any(isinstance(fault, ATTENTION) for fault in self._faults.values())
