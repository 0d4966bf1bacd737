"""What a store asks to be sent again: `wanted.json` of its outbox (FORMAT 12).

Apart because it is not signed: all that it can bring about is that sealed bytes are sent once more.
"""

import json
from pathlib import Path
from typing import Final

from appliance.courier.tries import MOST_ATTEMPTS, is_count
from appliance.store.parcels import What, read_what

WANTED: Final = "wanted.json"
MOST: Final = 10_000
"""Demands taken of one file."""
FILE_BYTES: Final = 4 << 20
Wanted = dict[What, int]
"""The parcel -> the highest attempt that is of no use."""


def read_wanted(folder: Path) -> Wanted:
    """Nothing for a file that is missing or not what a store writes."""
    try:
        with (folder / WANTED).open("rb") as file:
            told = json.loads(file.read(FILE_BYTES)).get("wanted")
    except (OSError, ValueError, RecursionError, AttributeError):
        return {}
    named = list(told.items())[:MOST] if isinstance(told, dict) else []
    read = [(read_what(what), attempt) for what, attempt in named]
    return {what: each for what, each in read if what is not None and is_count(each) and each <= MOST_ATTEMPTS}
