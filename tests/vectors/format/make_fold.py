"""Made fold.json's ops, once: `python -m tests.vectors.format.make_fold > tests/vectors/format/fold.json`.

Kept so that anyone can see how they came about. The state they make was worked out by hand from FORMAT.md section 8.
"""

import json
from typing import Any

SESSION, DEVICE = "00112233445566778899aabbccddeeff", "0123456789abcdef"
TURNS, NAMING = "orion-8@1/taking-turns", "orion-8@1/naming-with-approval"


def op(number: int, lane: str, lamport: int, kind: str, **fields: Any) -> dict[str, Any]:
    return {
        "v": 1,
        "id": f"6f1c2f5e-3f0c-4b7e-9d55-0c2f1a7be{number:03d}",
        "lane": lane,
        "n": number,
        "device": DEVICE,
        "lamport": lamport,
        "at": 1780000000000 + number,
        "at_source": "rtc",
        "by": "panel" if lane == "recorder" else "phone 1",
        "subject": SESSION,
        "kind": kind,
    } | fields


def tap(number: int, lamport: int, pts_ms: int, *tags: str, note: str = "", **fields: Any) -> dict[str, Any]:
    times = {"pts_ms": pts_ms, "in_ms": pts_ms - 8_000, "out_ms": pts_ms + 4_000}
    return op(number, "web", lamport, "moment", **times, tags=list(tags), note=note, **fields)


def about(number: int) -> str:
    return str(op(number, "web", 0, "")["id"])


OPS = [
    op(0, "recorder", 1, "session", family="F-017", purpose="film", discreet=False),
    op(1, "recorder", 5_000, "star", pts_ms=3_000),
    tap(2, 10, 20_000, TURNS, note="she waits"),
    tap(3, 11, 23_500, TURNS, note="he looks"),  # lengthens 2
    tap(4, 12, 27_501, TURNS),  # too late for that
    tap(5, 13, 24_000, TURNS, by="phone 2"),  # another person
    op(6, "web", 14, "undo", op=about(4)),
    op(7, "web", 15, "undo", op=about(6)),  # 4 is back
    op(8, "web", 16, "undo", op=about(5)),
    op(9, "web", 17, "edit", op=about(3), out_ms=25_000),  # of the moment that 3 is part of
    op(10, "web", 18, "edit", op=about(1), tags=[NAMING], note="a smile"),  # stands before its star in the order
    op(11, "recorder", 19, "edit", op=about(4), note="earlier"),
    op(12, "web", 19, "edit", op=about(4), note="later, for its lane comes after"),
    op(13, "web", 20, "undo", op=about(2), subject="ff" * 16),  # of another subject: does nothing
    op(14, "web", 21, "no such kind", pts_ms=1),
    op(15, "web", 22, "hide", in_ms=30_000, out_ms=None, why="visitor"),
    op(16, "web", 23, "edit", op=about(15), out_ms=40_000),
    op(17, "web", 9, "edit", op=about(15), in_ms=29_000, out_ms=None),  # earlier in the order: 16 leads
    op(18, "desk", 24, "hide", in_ms=50_000, out_ms=60_000, why="quiet"),
    op(19, "desk", 25, "edit", op=about(18), out_ms=None),  # to the end again
    op(20, "web", 26, "hide", in_ms=0, out_ms=5_000, why="visitor"),
    op(21, "web", 27, "undo", op=about(20)),  # shown again
    op(22, "web", 28, "edit", op=about(4), out_ms=None),  # no moment goes to the end: does nothing
]
STATE = {
    SESSION: {
        "family": "F-017",
        "purpose": "film",
        "discreet": False,
        "moments": [
            {
                "id": about(1), "session": SESSION, "pts_ms": 3_000, "in_ms": 0, "out_ms": 7_000, "tags": [NAMING],
                "note": "a smile", "by": "panel", "taps": [about(1)],
            },
            {
                "id": about(2), "session": SESSION, "pts_ms": 20_000, "in_ms": 12_000, "out_ms": 25_000,
                "tags": [TURNS], "note": "she waits\nhe looks", "by": "phone 1", "taps": [about(2), about(3)],
            },
            {
                "id": about(4), "session": SESSION, "pts_ms": 27_501, "in_ms": 19_501, "out_ms": 31_501,
                "tags": [TURNS], "note": "later, for its lane comes after", "by": "phone 1", "taps": [about(4)],
            },
        ],
        "undone": {about(5): [about(8)]},
        "hidden": [
            {"id": about(15), "in_ms": 29_000, "out_ms": 40_000, "why": "visitor", "by": "phone 1"},
            {"id": about(18), "in_ms": 50_000, "out_ms": None, "why": "quiet", "by": "phone 1"},
        ],
    }
}  # fmt: skip

if __name__ == "__main__":
    print(json.dumps({"ops": OPS, "state": STATE}, ensure_ascii=False, indent=1))
