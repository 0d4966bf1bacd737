"""The stretches of a film that must not be shown to anybody: a visitor without consent, a quiet end (FORMAT 8, `hide`).

Apart and pure: what a hide, its edits and its undo come to stands here, and who serves film asks nothing else. In doubt
more is hidden rather than less.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from appliance.practice.ops import TO_END, Edit, Hide, Op


@dataclass(frozen=True, slots=True)
class Hidden:
    """0 <= in_ms < out_ms; `out_ms` None: to the end of the film, or as long as it goes on.

    `id`: that of its op, which an undo shows again. `by`: who hid it.
    """

    id: str
    in_ms: int
    out_ms: int | None
    why: str
    by: str

    def touches(self, in_ms: int, out_ms: int) -> bool:
        """Whether any of it lies between these times; a stretch without length is the picture at `in_ms`."""
        return (self.out_ms is None or in_ms < self.out_ms) and max(out_ms, in_ms + 1) > self.in_ms

    def holds(self, in_ms: int, out_ms: int) -> bool:
        """Whether all between these times is hidden by this one."""
        return self.in_ms <= in_ms and (self.out_ms is None or out_ms <= self.out_ms)

    @property
    def in_film(self) -> tuple[int, str]:
        """Sorts stretches as they come in the film."""
        return self.in_ms, self.id


def hidden_of(ops: Iterable[Op]) -> tuple[Hidden, ...]:
    """The hidden stretches of a session by those of its ops that count, which come in their order.

    An edit counts whether it stands before its hide in that order or after; field by field the later leads.
    """
    hides: dict[str, Hidden] = {}
    edits: list[Edit] = []
    for op in ops:
        if isinstance(op, Hide):
            hides[op.id] = Hidden(op.id, op.in_ms, op.out_ms, op.why, op.by)
        elif isinstance(op, Edit):
            edits.append(op)
    for edit in edits:
        if edit.about in hides:
            hides[edit.about] = _changed(hides[edit.about], edit)
    return tuple(sorted(map(_in_order, hides.values()), key=lambda each: each.in_film))


def is_hidden(stretches: Iterable[Hidden], in_ms: int, out_ms: int) -> bool:
    """Whether anything between these times is hidden."""
    return any(each.touches(in_ms, out_ms) for each in stretches)


def is_wholly_hidden(stretches: Sequence[Hidden], in_ms: int, out_ms: int) -> bool:
    """Whether nothing between these times may be shown."""
    return any(each.holds(in_ms, out_ms) for each in merged(stretches))


def merged(stretches: Iterable[Hidden]) -> tuple[Hidden, ...]:
    """The same film hidden by as few stretches as may be, in film order; each keeps the name of its first."""
    found: list[Hidden] = []
    for each in sorted(stretches, key=lambda each: each.in_film):
        last = found[-1] if found else None
        if last is not None and (last.out_ms is None or each.in_ms <= last.out_ms):
            ends = None if last.out_ms is None or each.out_ms is None else max(last.out_ms, each.out_ms)
            found[-1] = replace(last, out_ms=ends)
        else:
            found.append(each)
    return tuple(found)


def _changed(hidden: Hidden, edit: Edit) -> Hidden:
    in_ms = hidden.in_ms if edit.in_ms is None else edit.in_ms
    out_ms = hidden.out_ms if edit.out_ms is None else None if edit.out_ms == TO_END else edit.out_ms
    return replace(hidden, in_ms=in_ms, out_ms=out_ms)


def _in_order(hidden: Hidden) -> Hidden:
    if hidden.out_ms is None or hidden.out_ms > hidden.in_ms:
        return hidden
    return replace(hidden, out_ms=hidden.in_ms + 1)
