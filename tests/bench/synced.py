"""The peer of whatever is acknowledged once it is durable: a bare write of as many bytes, and its sync.

Apart because two rows stand beside it.
"""

import os
import time
from pathlib import Path
from typing import Final

MS: Final = 1e3


def write_ms(fd: int, size: int) -> float:
    data = os.urandom(size)
    began = time.perf_counter()
    os.write(fd, data)
    os.fsync(fd)
    return (time.perf_counter() - began) * MS


def op_bytes(home: Path, writer: str) -> int:
    """Length of the writer's newest sealed op."""
    return max((home / "lanes" / writer).glob("*.op.age")).stat().st_size
