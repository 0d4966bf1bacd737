"""Looks for the opening keys in other processes' memory: `python -m tests.playback.scanner HOME PAIRING PID...`.

A process of its own, because whoever looks must know what to look for: it opens the pairing itself, and prints how
often each process holds each secret, as one JSON object.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from cryptography.hazmat.primitives import hashes

from appliance.sealing import bech32
from appliance.sealing.identities import HybridIdentity
from appliance.sealing.sealed import Sealed
from appliance.sealing.unlock import open_identity, open_pairing
from tests.playback.homes import PIN, SECRET

PIECE_BYTES = 8 << 20
OVERLAP_BYTES = 4096


def spellings(name: str, identity: HybridIdentity) -> Iterator[tuple[str, bytes]]:
    """Every form in which the key is, or was on its way to being, one that opens: text, seed, both secret keys."""
    text = identity.text
    _, seed = bech32.decode(text)
    expanded = hashes.Hash(hashes.SHAKE256(96))
    expanded.update(seed)
    both = expanded.finalize()
    yield f"{name} text", text.encode()
    yield f"{name} seed", seed
    yield f"{name} ML-KEM seed", both[:64]
    yield f"{name} X25519 key", both[64:]


def secrets(home: Path, pairing: str) -> Mapping[str, bytes]:
    phone = open_pairing((home / "unlock" / f"{pairing}.bin").read_bytes(), PIN.encode(), SECRET)
    unlock = open_identity(Sealed.found((home / "unlock" / "identity.age").read_bytes()), phone)
    return dict([*spellings("phone", phone), *spellings("unlock", unlock), ("cookie", SECRET)])


def pieces(pid: int) -> Iterator[bytes]:
    """All memory that the process can read, in pieces that overlap."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for row in Path(f"/proc/{pid}/maps").read_text().splitlines():
            match = re.match(r"([0-9a-f]+)-([0-9a-f]+) r", row)
            if match is None or row.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                continue
            start, end = int(match[1], 16), int(match[2], 16)
            while start < end:
                try:
                    memory.seek(start)
                    yield memory.read(min(PIECE_BYTES, end - start))
                except OSError:
                    break
                start += PIECE_BYTES - OVERLAP_BYTES


def count(pid: int, wanted: Mapping[str, bytes]) -> dict[str, int]:
    found = dict.fromkeys(wanted, 0)
    looked_at = 0
    for piece in pieces(pid):
        looked_at += len(piece)
        for name, needle in wanted.items():
            found[name] += piece.count(needle)
    if looked_at < 1 << 20:
        raise RuntimeError("hardly any memory could be read")
    return found


def main() -> None:
    home, pairing, *pids = sys.argv[1:]
    wanted = secrets(Path(home), pairing)
    print(json.dumps({pid: count(int(pid), wanted) for pid in pids}))


if __name__ == "__main__":
    main()
