"""Reels by their ops: of each the version that leads.

Apart from the fold of sessions because a reel is about a family, or about the one session that it was made of where no
family is known, and has no moments.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from appliance.practice.items import Clip, Item, Still
from appliance.practice.ops import Op, Reeled, Undo
from appliance.practice.undoing import undone_by


@dataclass(frozen=True, slots=True)
class Reel:
    """`subject`: the family, or the session, whose key it is sealed to. Only one that is `approved` is ever shown."""

    id: str
    subject: str
    title: str
    approved: bool
    items: tuple[Item, ...]

    @property
    def sessions(self) -> frozenset[str]:
        """Those of which it shows something."""
        return frozenset(item.session for item in self.items if isinstance(item, Clip | Still))


def reels_of(ops: Iterable[Op]) -> tuple[Reel, ...]:
    """The reels of one subject by all ops that are about it, each id once, in any order; the last changed first."""
    ordered = sorted((op for op in ops if isinstance(op, Reeled | Undo)), key=lambda op: op.place)
    undone = undone_by(op for op in ordered if isinstance(op, Undo))
    leading = {op.reel: op for op in ordered if isinstance(op, Reeled) and op.id not in undone}
    newest = sorted(leading.values(), key=lambda op: op.place, reverse=True)
    return tuple(Reel(op.reel, op.subject, op.title, op.approved, op.items) for op in newest)
