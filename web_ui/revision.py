"""What of a status is worth sending again: all of it, or only what never stands still where a phone knows the rest.

Apart and pure: each phone asks once a second, and nothing but times and levels has changed since most of those.
"""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any, Final

Status = Mapping[str, Any]

FAST: Final = frozenset({"boot", "now_us", "queue_ms", "level", "picture", "locks_in_s"})
FAST_WITHIN: Final = {"film": frozenset({"film_ms", "acked_ms", "film_end_us", "sync_ms"}), "health": {"temperature_c"}}
"""Of the objects in a status: a key that is missing here only makes answers larger, never wrong."""


def answer(status: Status, known: str | None) -> dict[str, Any]:
    """The status with its `rev`; where `known` is that revision, `rev` and what never stands still.

    Laid over the status of that revision, one object deep, that is the status of now.
    """
    rev = revision(status)
    return {"rev": rev, **(_fast(status) if known == rev else status)}


def revision(status: Status) -> str:
    """The same for two statuses that differ in nothing but times, levels and the like."""
    moving = FAST - {"boot"}
    still = {name: None if name in moving else _still(name, value) for name, value in status.items()}
    return blake2b(json.dumps(still, sort_keys=True).encode(), digest_size=8).hexdigest()


def _still(name: str, value: Any) -> Any:
    fast = FAST_WITHIN.get(name, ())
    return {key: None if key in fast else each for key, each in value.items()} if isinstance(value, dict) else value


def _fast(status: Status) -> dict[str, Any]:
    within = {
        name: {key: status[name][key] for key in sorted(fast) if key in status[name]}
        for name, fast in FAST_WITHIN.items()
        if isinstance(status.get(name), dict)
    }
    return {**{name: status[name] for name in sorted(FAST) if name in status}, **within}
