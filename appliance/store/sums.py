"""SHA256SUMS and its signature: what a closed session promises to hold (FORMAT.md sections 5 and 6).

Apart because closing and recovery write them in the same way, and verifying reads them.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from appliance.sealing.sealed import Signer
from appliance.store.durable import Durable
from appliance.store.layout import INIT, KEY, LOG, SUMS, SUMS_SIGNATURE, segment_name
from appliance.store.lines import SegmentLine

_LINE: Final = re.compile(r"([0-9a-f]{64})  ([0-9A-Za-z.]+)", re.ASCII)


def sums_text(sums: Mapping[str, str]) -> bytes:
    """What `sha256sum` prints for these files (name -> SHA-256), sorted by name."""
    return "".join(f"{sums[name]}  {name}\n" for name in sorted(sums)).encode("ascii")


def read_sums(content: bytes) -> dict[str, str] | None:
    """Name -> SHA-256; None for anything that `sums_text` cannot have written."""
    sums: dict[str, str] = {}
    for line in content.decode("ascii", "replace").splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            return None
        sums[match[2]] = match[1]
    return sums if sums_text(sums) == content else None


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def session_sums(folder: Path, segments: Iterable[SegmentLine], absent: frozenset[int]) -> dict[str, str]:
    """All that SHA256SUMS lists: segments as the log promises them, the few other files as they are."""
    sums = {segment_name(line.n): line.sha256 for line in segments if line.n not in absent}
    return sums | {name: file_sha256(folder / name) for name in (INIT, KEY, LOG) if (folder / name).exists()}


def write_sums(folder: Path, sums: Mapping[str, str], signer: Signer, durable: Durable) -> None:
    """The sums, then their signature, which makes the session *closed*; each whole or absent."""
    content = sums_text(sums)
    durable.write_whole(folder / SUMS, content)
    durable.write_whole(folder / SUMS_SIGNATURE, signer.sign(content))
