"""Which ops are undone: an undo that is undone itself counts no more, to any depth.

Apart and pure because it says nothing of what the ops mean.
"""

from collections.abc import Iterable, Mapping

from appliance.practice.ops import Undo


def undone_by(undos: Iterable[Undo]) -> Mapping[str, tuple[str, ...]]:
    """The ids of the ops undone, each with those of the undos that hold it, in the order given.

    Undone again, each of those, the op is back. Undos that undo each other in a ring hold nothing.
    """
    about = {undo.id: undo.about for undo in undos}
    holding = _holding(about)
    held: dict[str, tuple[str, ...]] = {}
    for undo, target in about.items():
        if undo in holding:
            held[target] = (*held.get(target, ()), undo)
    return held


def _holding(about: Mapping[str, str]) -> set[str]:
    """The undos that count: from those that nobody undoes inwards; a ring is never reached."""
    unsettled: dict[str, int] = dict.fromkeys(about, 0)
    for target in about.values():
        if target in unsettled:
            unsettled[target] += 1
    settled = [undo for undo, count in unsettled.items() if not count]
    held: set[str] = set()
    for undo in settled:  # grows as it goes
        target = about[undo]
        if undo not in held:
            held.add(target)
        if target in unsettled:
            unsettled[target] -= 1
            if not unsettled[target]:
                settled.append(target)
    return {undo for undo in settled if undo not in held}
