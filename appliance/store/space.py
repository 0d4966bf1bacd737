"""How much film still fits, and the room kept back so that a full card can still be closed properly.

Apart because it is asked before, during and after a recording, by programs that write nothing themselves.
"""

import os
from pathlib import Path
from typing import Final

from appliance.errors import CardFailing, CardFull
from appliance.store.durable import Durable, card_faults
from appliance.store.layout import Home, unfinished

RESERVE_BYTES: Final = 1 << 20
"""Closing two hours needs 0.6 MB for SHA256SUMS and less than 4 KiB for the log."""
FLOOR_BYTES: Final = 64 << 20
"""Never given to film: ops, journals and the system's own files need room as well."""
SOUND_BITS_PER_S: Final = 64_000
SEGMENT_OVERHEAD_BYTES: Final = 1_800 + 400 + 4_096 + 256
"""A second beside its film: head of the age file, lines of log and sums, a block half used at the end, an inode."""
_CHUNK_BYTES, _CHUNK_TAG_BYTES = 65_536, 16


class Space:
    """`bitrate`: the pictures' nominal bits per second."""

    def __init__(self, home: Home, bitrate: int) -> None:
        self._home, self._bitrate = home, bitrate

    def free_bytes(self) -> int:
        """What film may still take: free blocks without the floor, and without the reserve where it is not made yet.

        Raises CardFailing if the disk does not answer.
        """
        with card_faults():
            disk = os.statvfs(_standing(self._home.sessions))
        kept = FLOOR_BYTES + max(0, RESERVE_BYTES - _size(self._home.reserve))
        return max(0, disk.f_bavail * disk.f_frsize - kept)

    def minutes_left(self) -> int:
        """Whole minutes of film that still fit at the nominal bit rate."""
        film_bytes = (self._bitrate + SOUND_BITS_PER_S) / 8
        second_bytes = film_bytes * (1 + _CHUNK_TAG_BYTES / _CHUNK_BYTES) + SEGMENT_OVERHEAD_BYTES
        return int(self.free_bytes() / (60 * second_bytes))


def make_reserve(home: Home, durable: Durable) -> bool:
    """Keep room back if it is not kept yet; False if there is none to keep (nothing is written then)."""
    if _size(home.reserve) >= RESERVE_BYTES:
        return True
    try:
        durable.make_folder(home.sessions)
        durable.write_whole(home.reserve, bytes(RESERVE_BYTES))
    except CardFull:
        durable.remove(unfinished(home.reserve))
        return False
    return True


def release_reserve(home: Home, durable: Durable) -> None:
    """Give the room back to whatever must still be written; a failure here leaves only less room."""
    try:
        durable.remove(home.reserve)
        durable.sync_folder(home.sessions)  # file systems may free blocks only with their next commit
    except (CardFull, CardFailing):
        return


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _standing(path: Path) -> Path:
    """The folder itself, or the nearest above it that exists: a new home has no `sessions` yet."""
    return path if path.exists() or path == path.parent else _standing(path.parent)
