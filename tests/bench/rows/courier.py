"""From a closed session to all of it at the office, over SFTP on loopback; beside plain `rclone copy` of its files."""

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from appliance.courier.rclone_program import find_rclone
from appliance.said.trusted import Office
from tests.bench.context import Context
from tests.bench.row import Row
from tests.courier.running import RunningCourier
from tests.courier.sftp_office import SftpOffice, sftp_office, why_not
from tests.office.rig import CarryingBox
from tests.said.makers import STORE, STORE_ID, public_of

TARGET: Final = 0.9
MB: Final = 1e6
WRITE_ONCE: Final = ("--inplace", "--no-check-dest", "--sftp-set-modtime=false", "--config")
"""What a plain rclone needs to copy into a drop that takes new files only."""
LOOK_S: Final = 0.02


def measure(context: Context) -> Row:
    """Runs take turns, ours first in one and the peer first in the next; the fastest of each counts."""
    segments, size, runs = context.pick((600, 1_000_000, 4), (6, 50_000, 1))
    ours, peer = list[float](), list[float]()
    with _office() as office, context.scratch() as folder:
        for n in range(runs):
            box = CarryingBox(folder / f"box-{n}", 31)
            with context.scratch(in_memory=True) as run, _docked(box, office, folder, run) as courier:
                session = box.record(segments, segment_bytes=size)
                sent = sum(path.stat().st_size for path in session.iterdir())
                os.sync()  # neither is to share the disk with what was filmed just now
                if n % 2:
                    peer.append(_copied_s(session, office))
                ours.append(_carried_s(courier))
            if not n % 2:
                peer.append(_copied_s(session, office))
            _empty(office)
    ours_mb_s, peer_mb_s = sent / min(ours) / MB, sent / min(peer) / MB
    return Row(
        what=f"carry a session of {sent / MB:.0f} MB to {'an SFTP server here' if office else 'a folder'}, sealed "
        "seconds in tars, each written down before and after",
        ours=f"{ours_mb_s:.0f} MB/s",
        peer=f"`rclone copy` of the same files, as it comes: {peer_mb_s:.0f} MB/s",
        ratio=ours_mb_s / peer_mb_s,
        target=f"ratio ≥ {TARGET}",
        met=ours_mb_s >= TARGET * peer_mb_s,
        figures={
            "courier_mb_s": ours_mb_s,
            "peer_mb_s": peer_mb_s,
            "courier_s": min(ours),
            "peer_s": min(peer),
            "mb": sent / MB,
        },
        disk=context.disk,
        runs=runs,
        note="" if office else f"NOT OVER SFTP: {why_not()}",
    )


@contextmanager
def _office() -> Iterator[SftpOffice | None]:
    """None where no sshd can run: then both copy to a folder, and the row says so."""
    if why_not() is None:
        with sftp_office(in_memory=True) as office:
            yield office
    else:
        yield None


@contextmanager
def _docked(box: CarryingBox, office: SftpOffice | None, folder: Path, run: Path) -> Iterator[RunningCourier]:
    """A courier that has just carried something small: it runs day and night, and so does its rclone."""
    remote = office.remote if office else str(folder / "drop")
    target = {"store": STORE_ID, "remote": remote, "pickup": None, "needs": "network"}
    courier = RunningCourier(box, run, folder / "courier.log")
    courier.prepare(Office({STORE_ID: public_of(STORE)}, frozenset(), 1, (target,)), office.config if office else None)
    box.record(1)
    courier.launch()
    try:
        courier.all_sent()
        yield courier
    finally:
        courier.kill()


def _carried_s(courier: RunningCourier) -> float:
    """From `go` to the last parcel written down as sent."""
    began = time.perf_counter()
    courier.ask("go")
    while [each["state"] for each in courier.ask("status")["sessions"]] != ["sent", "sent"]:
        time.sleep(LOOK_S)
    return time.perf_counter() - began


def _copied_s(session: Path, office: SftpOffice | None) -> float:
    remote, config = (office.plain, str(office.config)) if office else (str(session.parent / "copied"), os.devnull)
    began = time.perf_counter()
    subprocess.run([find_rclone(), "copy", *WRITE_ONCE, config, str(session), remote], check=True)
    return time.perf_counter() - began


def _empty(office: SftpOffice | None) -> None:
    for path in office.drop.iterdir() if office else ():
        path.unlink()
