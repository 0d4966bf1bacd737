"""Whether a lane is whole and every op in it its writer's own, as far as the keys at hand can tell.

Apart from verifying a session because ops are signed inside the seal: without an identity only their numbers show.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import FileTampered, NotASession, WrongKey
from appliance.sealing.sealed import Sealed
from appliance.store.lanes import read_numbering
from appliance.store.layout import op_name
from appliance.store.verify import Finding

OpenOp = Callable[[int, Sealed], object]
"""(number by the file's name, op): opens and checks one op. Raises WrongKey, FileTampered."""


@dataclass(frozen=True, slots=True)
class LaneVerdict:
    """`ops`: how many there are; `opened`: how many of them were opened and found genuine."""

    findings: tuple[Finding, ...]
    ops: int
    opened: int

    @property
    def sound(self) -> bool:
        return not self.findings


def verify_lane(folder: Path, open_op: OpenOp | None = None) -> LaneVerdict:
    """Holes in the numbering and, with `open_op`, forged and moved ops, in the order of numbers.

    An op sealed to a key that is not at hand is no finding. What was removed at the end leaves no hole.
    Raises NotASession where there is no such folder.
    """
    if not folder.is_dir():
        raise NotASession("This folder is not a lane.", "Give a folder that holds ops, such as lanes/recorder.")
    numbering = read_numbering(folder)
    found = {hole.start: _hole(hole) for hole in numbering.holes}
    opened = 0
    for n in numbering.numbers:
        fault = None if open_op is None else _fault(n, folder / op_name(n), open_op)
        if isinstance(fault, FileTampered):
            found[n] = f"is not genuine: {fault.what}"
        opened += open_op is not None and fault is None
    findings = tuple(Finding(op_name(n), found[n]) for n in sorted(found))
    return LaneVerdict(findings, len(numbering.numbers), opened)


def _hole(hole: range) -> str:
    return (
        "is missing: an op was removed" if len(hole) == 1 else f"to {op_name(hole[-1])} are missing: ops were removed"
    )


def _fault(n: int, path: Path, open_op: OpenOp) -> WrongKey | FileTampered | None:
    try:
        open_op(n, Sealed.found(path.read_bytes()))
    except (WrongKey, FileTampered) as fault:
        return fault
    return None
