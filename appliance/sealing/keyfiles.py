"""New files for keys: private from the first byte, on the disk when the call returns, never over another.

Apart from `store` because a key is not sealed bytes, and nothing else of this package writes a file.
"""

import os
from pathlib import Path

from appliance.errors import BadInput


def write_new(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Raises BadInput if there is a file of that name, or none can be made there."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except FileExistsError:
        raise BadInput("There is a key file of that name already; keys are never written over.") from None
    except OSError as failure:
        raise BadInput(f"A key file cannot be written: {failure.strerror}.") from None


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
