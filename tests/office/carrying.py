"""Parcels as FORMAT 11 has them, made from what lies in a box's home: an independent reading of the format."""

import hashlib
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

SECONDS_A_TAR = 3
"""The format says about a minute; films of tests are shorter."""


def tar(files: Iterable[Path]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for path in files:
            info = tarfile.TarInfo(path.name)
            info.size, info.mode = path.stat().st_size, 0o600
            archive.addfile(info, io.BytesIO(path.read_bytes()))
    return made.getvalue()


def parcel(what: str, content: bytes, attempt: int = 1) -> tuple[str, bytes]:
    return f"{what}~{hashlib.sha256(content).hexdigest()}~{attempt}", content


def session_parcels(folder: Path, attempt: int = 1, a_tar: int = SECONDS_A_TAR) -> list[tuple[str, bytes]]:
    """Name and bytes of each, in the order of sending: the signature is the last."""
    segments, made = sorted(folder.glob("*.m4s.age")), []
    for at in range(0, max(1, len(segments)), a_tar):
        some = segments[at : at + a_tar]
        first = [folder / "init.mp4.age"] if at == 0 else []
        what = f"{folder.name}.film-{at:06d}-{at + max(0, len(some) - 1):06d}.tar"
        made.append(parcel(what, tar([*first, *some]), attempt))
    for name in ("log.jsonl", "key.age", "SHA256SUMS", "SHA256SUMS.sig"):
        made.append(parcel(f"{folder.name}.{name}", (folder / name).read_bytes(), attempt))
    return made


def run_parcel(kind: str, folder: Path, first: int = 0, attempt: int = 1) -> tuple[str, bytes]:
    """Ops ("lane") or statements ("said") of the writer after whom the folder is called, from number `first` on."""
    files = [path for path in sorted(folder.glob("[0-9]*")) if int(path.name.partition(".")[0]) >= first]
    last = int(files[-1].name.partition(".")[0])
    return parcel(f"{kind}.{folder.name}.{first:06d}-{last:06d}.tar", tar(files), attempt)


def family_parcel(folder: Path, attempt: int = 1) -> tuple[str, bytes]:
    return parcel(f"family.{folder.name}.key.age", (folder / "key.age").read_bytes(), attempt)


def put(drop: Path, parcels: Iterable[tuple[str, bytes]]) -> list[Path]:
    drop.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in parcels:
        (drop / name).write_bytes(content)
        paths.append(drop / name)
    return paths
