"""Ops as an opened lane gives them, made by hand.

Apart from the tests because each of them needs some.
"""

from typing import Any

SESSION = "00112233445566778899aabbccddeeff"
OTHER = "ff" * 16
DEVICE = "0123456789abcdef"
TURNS = "orion-8@1/taking-turns"
NAMING = "orion-8@1/naming-with-approval"

Told = dict[str, Any]


class Writer:
    """One lane; `lamport` goes up by itself, and a test may set it."""

    def __init__(self, lane: str = "web", device: str = DEVICE, lamport: int = 0) -> None:
        self.lane, self.device, self.lamport, self.n = lane, device, lamport, 0

    def op(self, kind: str, subject: str = SESSION, by: str = "phone 1", **fields: Any) -> Told:
        self.lamport += 1
        head = {"v": 1, "id": f"{self.lane}-{self.n}", "lane": self.lane, "n": self.n, "device": self.device}
        self.n += 1
        when = {"lamport": self.lamport, "at": 1, "at_source": "rtc", "by": by, "subject": subject, "kind": kind}
        return head | when | fields

    def tap(self, pts_ms: int, *tags: str, note: str = "", by: str = "phone 1", **fields: Any) -> Told:
        told: Told = {"pts_ms": pts_ms, "in_ms": max(0, pts_ms - 8_000), "out_ms": pts_ms + 4_000}
        return self.op("moment", by=by, **(told | {"tags": list(tags), "note": note} | fields))

    def star(self, pts_ms: int, **fields: Any) -> Told:
        return self.op("star", pts_ms=pts_ms, **fields)

    def hide(self, in_ms: int, out_ms: int | None = None, why: str = "visitor", **fields: Any) -> Told:
        return self.op("hide", in_ms=in_ms, out_ms=out_ms, why=why, **fields)

    def undo(self, told: Told, **fields: Any) -> Told:
        return self.op("undo", op=told["id"], **fields)

    def edit(self, told: Told, **fields: Any) -> Told:
        return self.op("edit", op=told["id"], **fields)
